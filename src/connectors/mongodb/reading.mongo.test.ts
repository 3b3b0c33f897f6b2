import { BSONRegExp, Long } from 'mongodb'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import {
  drain,
  exerciseMongoReading,
  liveCollection,
  never,
  openMongo,
} from '../../../test/support/exercise-mongo-reading.ts'
import { createMongoDatabase } from '../../../test/support/mongo-database.ts'
import { awkwardKeys, isForeignToJava } from '../../../test/support/mongo-keys.ts'
import { openDocuments } from './collection-bounds.ts'
import { planParts } from './splits.ts'

describeEngines(['mongojava'], 'documents of mongo-java-server', () => {
  exerciseMongoReading({
    url: () => engineUrl('mongojava'),
    keys: awkwardKeys.filter((key) => !isForeignToJava(key)),
    largestBytes: 16 * 1024 * 1024,
  })

  it('reads a key that the server takes, and does not find by its type', async () => {
    await using database = await createMongoDatabase(engineUrl('mongojava'), 'pattern')
    await database.insert('t', [
      { _id: Long.fromNumber(1) as never },
      { _id: new BSONRegExp('^a', 'x') as never },
      { _id: Long.fromNumber(2) as never },
    ])
    await using connection = await openMongo(database.url)
    const options = { rowCount: 1, maxCount: 4 }
    const { bounds } = await planParts(connection, await liveCollection(connection), options, never)
    expect(bounds).toEqual([{ by: 'all' }])
    const name = { db: database.name, name: 't' }
    await using stream = await openDocuments(connection, name, bounds[0]!, undefined, never)
    expect(await drain(stream, false)).toHaveLength(3)
  })
})
