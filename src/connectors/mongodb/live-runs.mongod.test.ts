import { Timestamp } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { createMongoDatabase } from '../../../test/support/mongo-database.ts'
import { openLiveStore } from './live-store.ts'
import { parseMongoUrl, type MongoSettings } from './config.ts'
import { DocumentSource } from './source.ts'

const url = process.env['MONGODB_URL'] ?? ''
const never = new AbortController().signal

async function openSource(databaseUrl: string): Promise<DocumentSource> {
  return new DocumentSource(await openLiveStore(parseMongoUrl(databaseUrl).settings as MongoSettings, never))
}

describe('what MongoDB itself has besides plain collections', () => {
  it.each([
    ['a size limit', 'size limit t', { capped: true, size: 100_000 }],
    ['a validator', 'validator t', { validator: { a: { $exists: true } } }],
    ['a collation', 'collation t', { collation: { locale: 'de' } }],
    ['that it is a time series', 'time series t', { timeseries: { timeField: 'at' } }],
  ])('tells of a collection what no table has: %s (case 8)', async (_, told, options) => {
    await using database = await createMongoDatabase(url, 'kinds')
    await database.db.createCollection('t', options)
    await using source = await openSource(database.url)
    const { notCarried = [] } = await source.catalog(never)
    expect(notCarried.map(({ kind, name }) => `${kind} ${name}`)).toEqual([told])
    const own = await source.ownCatalog?.(never)
    expect(own?.notCarried).toEqual(notCarried)
  })

  it('tells views from collections (case 8)', async () => {
    await using database = await createMongoDatabase(url, 'kinds')
    await database.db.createCollection('base')
    await database.db.createCollection('seen', { viewOn: 'base', pipeline: [{ $project: { n: 1 } }] })
    await using source = await openSource(database.url)
    const { tables } = await source.catalog(never)
    expect(tables.filter(({ view }) => view !== undefined).map(({ name }) => name.name)).toEqual(['seen'])
    const own = await source.ownCatalog?.(never)
    const columns = own?.tables.find(({ name }) => name.name === 'base')?.columns
    expect(columns?.map(({ name }) => name)).toEqual(['_id', '$document'])
  })

  it('counts timestamps as the server has them, zero among them (case 18)', async () => {
    await using database = await createMongoDatabase(url, 'stamps')
    // At the top of a document that is inserted the server fills in the time.
    await database.insert('t', [{ _id: 1, within: { ts: new Timestamp({ t: 0, i: 0 }) } }])
    await database.db.collection('t').updateOne({ _id: 1 } as never, { $set: { ts: new Timestamp({ t: 0, i: 0 }) } })
    await using source = await openSource(database.url)
    const [census] = await source.documentCensus([{ schema: database.name, name: 't' }], {}, never)
    const types = census?.fields.map(({ name, types: found }) => [name, found.map(({ type }) => type)])
    expect(types).toEqual([
      ['_id', ['int']],
      ['within', ['object']],
      ['ts', ['timestamp']],
    ])
  })
})
