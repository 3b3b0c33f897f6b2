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

  it.each([
    ['capped', { capped: true, size: 100_000 }, false],
    ['clustered', { clusteredIndex: { key: { _id: 1 as const }, unique: true } }, false],
    ['a time series', { timeseries: { timeField: 'at' } }, true],
    ['a view', { viewOn: 'base', pipeline: [{ $project: { _id: 0, n: 1 } }] }, true],
  ])('reads a collection that is %s as what it is (case 8)', async (_, options, isAtomic) => {
    await using database = await createMongoDatabase(url, 'kinds')
    const document = { _id: 1, n: 1, at: new Date() }
    await database.db.createCollection('t', options)
    await database.insert('viewOn' in options ? 'base' : 't', [document])
    await using connection = await openMongo(database.url)
    const collection = await liveCollection(connection)
    const parts = await planParts(connection, collection, { rowCount: 1, maxCount: 4 }, never)
    expect(parts.isAtomic).toBe(isAtomic)
    const [bounds] = parts.bounds
    await using stream = await openDocuments(connection, { db: database.name, name: 't' }, bounds!, undefined, never)
    while (await stream.fill(never)) while (stream.next());
    expect(stream.count).toBe(1)
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
