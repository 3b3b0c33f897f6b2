import { describe, expect, it } from 'vitest'
import { exerciseMongoReading, liveCollection, never, openMongo } from '../../../test/support/exercise-mongo-reading.ts'
import { createMongoDatabase } from '../../../test/support/mongo-database.ts'
import { awkwardKeys } from '../../../test/support/mongo-keys.ts'
import { openDocuments } from './collection-bounds.ts'
import { readPosition } from './position.ts'
import { planParts } from './splits.ts'

const url = process.env['MONGODB_URL'] ?? ''

describe('documents of MongoDB itself', () => {
  exerciseMongoReading({ url: () => url, keys: awkwardKeys, largestBytes: 16 * 1024 * 1024 })

  it('reads views, time series and capped collections, each as what it is (case 8)', async () => {
    await using database = await createMongoDatabase(url, 'kinds')
    await database.db.createCollection('capped', { capped: true, size: 100_000 })
    await database.db.createCollection('clustered', { clusteredIndex: { key: { _id: 1 }, unique: true } })
    await database.db.createCollection('series', { timeseries: { timeField: 'at' } })
    await database.db.createCollection('view', { viewOn: 'capped', pipeline: [{ $project: { _id: 0, n: 1 } }] })
    for (const name of ['capped', 'clustered']) await database.insert(name, [{ _id: 1, n: 1 }])
    await database.insert('series', [{ at: new Date() }])
    await using connection = await openMongo(database.url)
    const isAtomic: Record<string, boolean> = {}
    for (const name of ['capped', 'clustered', 'series', 'view']) {
      const parts = await planParts(
        connection,
        await liveCollection(connection, name),
        { rowCount: 1, maxCount: 4 },
        never,
      )
      isAtomic[name] = parts.isAtomic
      const [bounds] = parts.bounds
      await using stream = await openDocuments(connection, { db: database.name, name }, bounds!, undefined, never)
      while (await stream.fill(never)) while (stream.next());
      expect([name, stream.count]).toEqual([name, 1])
    }
    expect(isAtomic).toEqual({ capped: false, clustered: false, series: true, view: true })
  })

  it('tells where the log of a replica set stands', async () => {
    await using database = await createMongoDatabase(url, 'position')
    await database.insert('t', [{ _id: 1 }])
    await using connection = await openMongo(database.url)
    const before = await readPosition(connection, never)
    await database.insert('t', [{ _id: 2 }])
    const after = await readPosition(connection, never)
    expect([before === undefined, after === undefined]).toEqual([!connection.hasChangeLog, !connection.hasChangeLog])
    expect(before !== after).toBe(connection.hasChangeLog)
  })
})
