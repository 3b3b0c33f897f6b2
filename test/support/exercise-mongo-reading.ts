import { deserialize } from 'bson'
import { Binary, type Document } from 'mongodb'
import { expect, it } from 'vitest'
import { MongoConnection } from '../../src/connectors/mongodb/client.ts'
import { type CollectionBounds, openDocuments } from '../../src/connectors/mongodb/collection-bounds.ts'
import { parseMongoUrl, type MongoSettings } from '../../src/connectors/mongodb/config.ts'
import { countCollection, countKeysUpTo } from '../../src/connectors/mongodb/count.ts'
import { findId, idDocument } from '../../src/connectors/mongodb/id-text.ts'
import { openLiveStore } from '../../src/connectors/mongodb/live-store.ts'
import {
  findLiveCollection,
  listLiveCollections,
  type LiveCollection,
} from '../../src/connectors/mongodb/live-catalog.ts'
import { planParts } from '../../src/connectors/mongodb/splits.ts'
import type { DocumentStream } from '../../src/connectors/mongodb/document-stream.ts'
import type { Cursor } from '../../src/model/plain.ts'
import { createMongoDatabase, type MongoDatabase } from './mongo-database.ts'
import { keyHex } from './mongo-keys.ts'
import { startProxy } from './proxy.ts'

export const never = new AbortController().signal

export async function openMongo(url: string): Promise<MongoConnection> {
  return await MongoConnection.open(parseMongoUrl(url).settings as MongoSettings, never)
}

export async function liveCollection(connection: MongoConnection, name = 't'): Promise<LiveCollection> {
  const found = (await listLiveCollections(connection, never)).find((collection) => collection.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

interface ReadDocument {
  readonly id: string
  readonly cursor: Cursor
  readonly byteCount: number
}

/** Keys, cursors and sizes of what is left of a stream. */
export async function drain(stream: DocumentStream, hasCursors = true): Promise<ReadDocument[]> {
  const read: ReadDocument[] = []
  while (await stream.fill(never)) {
    while (stream.next()) {
      const place = { start: 0, end: 0 }
      findId(stream.bytes, stream.start, stream.end, place)
      const id = Buffer.from(idDocument(stream.bytes, place)).toString('hex')
      read.push({ id, cursor: hasCursors ? stream.cursor() : null, byteCount: stream.end - stream.start })
    }
  }
  return read
}

export interface ReadingOptions {
  readonly url: () => string
  /** Of `awkwardKeys`, those that the server can hold and sort. */
  readonly keys: readonly unknown[]
  readonly largestBytes: number
}

const t = (database: MongoDatabase) => ({ db: database.name, name: 't' })

/** How documents are read of a live server, whichever speaks MongoDB's protocol. */
export function exerciseMongoReading({ url, keys, largestBytes }: ReadingOptions): void {
  async function fill(database: MongoDatabase): Promise<void> {
    // Backwards, so that the order of the heap is none that anybody wants.
    const documents = keys.toReversed().map(
      (_id, n) =>
        new Map<string, unknown>([
          ['_id', _id],
          ['n', n],
        ]),
    )
    await database.insert('t', documents as never)
  }

  it.each([1, 2, 16, 1000])(
    'covers mixed keys exactly once with at most %d splits (cases 1, 2, 3, 4)',
    async (maxCount) => {
      await using database = await createMongoDatabase(url(), 'cover')
      await fill(database)
      await using connection = await openMongo(database.url)
      const collection = await liveCollection(connection)
      const options = { rowCount: 1, maxCount }
      const { bounds, isAtomic } = await planParts(connection, collection, options, never)
      expect(isAtomic).toBe(false)
      expect(bounds.length).toBeGreaterThan(maxCount === 1 ? 0 : 1)
      expect(bounds.length).toBeLessThanOrEqual(maxCount)
      expect((await planParts(connection, collection, options, never)).bounds).toEqual(bounds)
      const ids: string[] = []
      for (const part of bounds) {
        await using stream = await openDocuments(connection, t(database), part, undefined, never)
        ids.push(...(await drain(stream)).map(({ id }) => id))
      }
      expect(ids).toEqual(keys.map(keyHex))
    },
  )

  it('reads on behind every document, in whole and in splits (cases 1, 2, 4)', async () => {
    await using database = await createMongoDatabase(url(), 'resume')
    await fill(database)
    await using connection = await openMongo(database.url)
    const { bounds } = await planParts(
      connection,
      await liveCollection(connection),
      { rowCount: 7, maxCount: 16 },
      never,
    )
    for (const part of [{ by: 'id' } as const, ...bounds]) {
      await using stream = await openDocuments(connection, t(database), part, undefined, never)
      const all = await drain(stream)
      for (const [place, { cursor }] of all.entries()) {
        await using rest = await openDocuments(connection, t(database), part, cursor, never)
        expect([cursor, (await drain(rest)).map(({ id }) => id)]).toEqual([
          cursor,
          all.slice(place + 1).map(({ id }) => id),
        ])
      }
    }
  })

  it('goes on behind a document that is gone (case 5)', async () => {
    await using database = await createMongoDatabase(url(), 'gone')
    await database.insert(
      't',
      Array.from({ length: 20 }, (_, n) => ({ _id: n })),
    )
    await using connection = await openMongo(database.url)
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    const all = await drain(stream)
    await database.db.collection('t').deleteMany({ _id: { $in: [9, 10] } as never })
    await using rest = await openDocuments(connection, t(database), { by: 'id' }, all[9]?.cursor, never)
    expect((await drain(rest)).map(({ id }) => id)).toEqual(all.slice(11).map(({ id }) => id))
  })

  it('reads single documents by their keys, as far as they are there', async () => {
    await using database = await createMongoDatabase(url(), 'keys')
    await fill(database)
    await using connection = await openMongo(database.url)
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    const all = await drain(stream)
    const asked = all.filter((_, place) => place % 3 === 0)
    const ids = [...asked.map(({ cursor }) => cursor as string), '{"_id":{"$numberInt":"424242"}}']
    await using some = await openDocuments(connection, t(database), { by: 'key', ids }, undefined, never)
    const found = (await drain(some)).map(({ id }) => id)
    expect(found.toSorted()).toEqual(asked.map(({ id }) => id).toSorted())
  })

  it('reads many replies, and counts them by itself', async () => {
    await using database = await createMongoDatabase(url(), 'many')
    const count = 25_000
    await database.insert(
      't',
      Array.from({ length: count }, (_, n) => ({ _id: n, pad: 'x'.repeat(n % 700) })),
    )
    await using connection = await openMongo(database.url)
    expect(await countCollection(connection, t(database), never)).toBe(count)
    expect(await countKeysUpTo(connection, t(database), 1_000, never)).toBe(1_000)
    expect(await countKeysUpTo(connection, t(database), count + 1, never)).toBe(count)
    const collection = await liveCollection(connection)
    // FerretDB's are of some moments ago.
    expect(collection.documentEstimate).toBeGreaterThan(0)
    expect(collection.byteEstimate).toBeGreaterThan(0)
    const { bounds } = await planParts(connection, collection, { rowCount: 10_000, maxCount: 16 }, never)
    expect(bounds).toHaveLength(3)
    let total = 0
    for (const part of bounds) {
      await using stream = await openDocuments(connection, t(database), part, undefined, never)
      const read = await drain(stream)
      expect(read.length).toBeGreaterThanOrEqual(5_000)
      total += read.length
    }
    expect(total).toBe(count)
  })

  it('takes a sample from all over a collection', async () => {
    await using database = await createMongoDatabase(url(), 'sample')
    const count = 12_000
    await database.insert('t', [{ _id: -1 }])
    await database.insert(
      't',
      Array.from({ length: count }, (_, n) => ({ _id: n })),
    )
    await using store = await openLiveStore(parseMongoUrl(database.url).settings as MongoSettings, never)
    await using moment = await store.openMoment(1, [], never)
    await using stream = await moment.openAll({ schema: database.name, name: 't' }, never, 400)
    const ids: number[] = []
    while (await stream.fill(never)) {
      while (stream.next()) ids.push(deserialize(stream.bytes.subarray(stream.start, stream.end))['_id'] as number)
    }
    expect(ids).toHaveLength(400)
    for (let tenth = 0; tenth < 10; tenth++) {
      expect(ids.some((id) => Math.floor((id * 10) / count) === tenth)).toBe(true)
    }
  })

  it('reads the largest documents there are, one in a reply (case 39)', async () => {
    await using database = await createMongoDatabase(url(), 'large')
    for (let n = 0; n < 3; n++) await database.insert('t', [{ _id: n, pad: 'x'.repeat(largestBytes - 100) }])
    await database.insert(
      't',
      Array.from({ length: 200 }, (_, n) => ({ _id: n - 200 })),
    )
    await using connection = await openMongo(database.url)
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    const read = await drain(stream)
    expect(read).toHaveLength(203)
    expect(read.filter(({ byteCount }) => byteCount > largestBytes - 100)).toHaveLength(3)
  })

  it('has no cursor in the server that could end beneath it', async () => {
    await using database = await createMongoDatabase(url(), 'nocursor')
    const count = 5_000
    await database.insert(
      't',
      Array.from({ length: count }, (_, n) => ({ _id: n, pad: 'x'.repeat(300) })),
    )
    await using connection = await openMongo(database.url)
    const asked = watchReading(connection)
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    expect(await drain(stream)).toHaveLength(count)
    const reading = asked.filter(({ find, projection }) => find === 't' && projection === undefined)
    expect(reading.length).toBeGreaterThan(3)
    expect(reading.every(({ limit, singleBatch }) => limit > 0 && singleBatch === true)).toBe(true)
    expect(asked.filter(({ getMore }) => getMore !== undefined)).toEqual([])
  })

  it('misses no binary key of several subtypes, whatever the server thinks of their order', async () => {
    await using database = await createMongoDatabase(url(), 'binary')
    const count = 600
    await database.insert(
      't',
      Array.from({ length: count }, (_, n) => {
        const subtype = [0, 3, 4, 128][n % 4]!
        return { _id: new Binary(Buffer.from(String(n).padStart(16, '0')), subtype) as never }
      }),
    )
    await using connection = await openMongo(database.url)
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    const ids = (await drain(stream)).map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([count, count])
  })

  it('says so where the server finds a document behind itself', async () => {
    await using database = await createMongoDatabase(url(), 'behind')
    await database.insert(
      't',
      Array.from({ length: 300 }, (_, n) => ({ _id: n })),
    )
    await using connection = await openMongo(database.url)
    watchReading(connection, (command) =>
      command['singleBatch'] === true && command['limit'] > 1
        ? { ...command, filter: { _id: { $gte: 99 } }, limit: 1 }
        : command,
    )
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    await expect(drain(stream)).rejects.toMatchObject({
      code: 'TL_S299',
      message: expect.stringContaining('finds {"_id":{"$numberInt":"99"}} behind itself'),
    })
  })

  it('says that the line was lost where it was, and goes on from the cursor on a new one', async () => {
    await using database = await createMongoDatabase(url(), 'cut')
    const count = 8_000
    await database.insert(
      't',
      Array.from({ length: count }, (_, n) => ({ _id: n, pad: 'x'.repeat(3_000) })),
    )
    await using proxy = await startProxy(database.url)
    let cursor: Cursor
    let read = 0
    {
      await using connection = await openMongo(proxy.url())
      await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
      read += await drainReplies(stream, 2)
      cursor = stream.cursor()
      proxy.cut()
      const rest = async () => {
        for (;;) {
          if (!(await stream.fill(never))) return 'an end'
          while (stream.next()) read++
          cursor = stream.cursor()
        }
      }
      await expect(rest()).rejects.toMatchObject({ code: 'TL_S202' })
    }
    await using connection = await openMongo(proxy.url())
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, cursor, never)
    expect(read + (await drain(stream)).length).toBe(count)
  })

  it('ends within 5 s of an abort on a line that is stalled, and leaves nothing open', async () => {
    await using database = await createMongoDatabase(url(), 'abort')
    await database.insert(
      't',
      Array.from({ length: 8_000 }, (_, n) => ({ _id: n, pad: 'x'.repeat(3_000) })),
    )
    await using proxy = await startProxy(database.url)
    const begun = Date.now()
    {
      await using connection = await openMongo(proxy.url())
      await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
      await drainReplies(stream, 1)
      proxy.stall()
      const abort = new AbortController()
      const reason = new Error('enough')
      setTimeout(() => abort.abort(reason), 200)
      const rest = async () => {
        while (await stream.fill(abort.signal)) while (stream.next());
      }
      await expect(rest()).rejects.toBe(reason)
      expect(Date.now() - begun).toBeLessThan(5_000)
    }
    expect(Date.now() - begun).toBeLessThan(10_000)
    proxy.resume()
    await expect.poll(() => proxy.openConnectionCount, { timeout: 5_000 }).toBe(0)
  })

  it('is over where no reply comes in time', async () => {
    await using database = await createMongoDatabase(url(), 'stall')
    await database.insert('t', [{ _id: 1 }])
    await using proxy = await startProxy(database.url)
    await using connection = await openMongo(`${proxy.url()}?socketTimeoutMS=700`)
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    proxy.stall()
    await expect(stream.fill(never)).rejects.toMatchObject({ code: 'TL_S202' })
    proxy.resume()
  })

  it('takes a collection that is not there for no empty one', async () => {
    await using database = await createMongoDatabase(url(), 'nothing')
    await database.insert('other', [{ _id: 1 }])
    await using connection = await openMongo(database.url)
    const bounds: readonly CollectionBounds[] = [{ by: 'id' }, { by: 'all' }, { by: 'key', ids: ['{"_id":null}'] }]
    for (const part of bounds) {
      const open = async () => {
        await using stream = await openDocuments(connection, t(database), part, undefined, never)
        return await drain(stream)
      }
      await expect(open()).rejects.toMatchObject({ code: 'TL_S205' })
    }
    await expect(countCollection(connection, t(database), never)).rejects.toMatchObject({ code: 'TL_S205' })
  })

  it('finds out that the collection was dropped while it was read', async () => {
    await using database = await createMongoDatabase(url(), 'dropped')
    await database.insert(
      't',
      Array.from({ length: 8_000 }, (_, n) => ({ _id: n, pad: 'x'.repeat(3_000) })),
    )
    await using connection = await openMongo(database.url)
    await using stream = await openDocuments(connection, t(database), { by: 'id' }, undefined, never)
    await drainReplies(stream, 1)
    await database.db.dropCollection('t')
    await expect(drain(stream)).rejects.toMatchObject({ code: expect.stringMatching(/^TL_S20[25]$/) })
  })

  it('reads all of a collection in one part, in no order', async () => {
    await using database = await createMongoDatabase(url(), 'all')
    await fill(database)
    await using connection = await openMongo(database.url)
    await using stream = await openDocuments(connection, t(database), { by: 'all' }, undefined, never)
    const read = await drain(stream, false)
    expect(read.map(({ id }) => id).toSorted()).toEqual(keys.map(keyHex).toSorted())
    expect(stream.count).toBe(keys.length)
  })

  it('tells what there is: indexes, sizes, and nothing of the server’s own', async () => {
    await using database = await createMongoDatabase(url(), 'catalog')
    await database.insert('people', [{ _id: 1, email: 'a@b' }])
    await database.db.collection('people').createIndex({ email: 1 }, { unique: true, name: 'email' })
    await database.insert('empty', [{ _id: 1 }])
    await database.db.collection('empty').deleteMany({})
    await using connection = await openMongo(database.url)
    const collections = await listLiveCollections(connection, never)
    expect(collections.map(({ db, name, type, documentEstimate }) => [db, name, type, documentEstimate])).toEqual([
      [database.name, 'empty', 'collection', 0],
      [database.name, 'people', 'collection', 1],
    ])
    const indexes = collections[1]?.indexes.map(({ name, key, unique = false }) => ({ name, key, unique }))
    expect(indexes).toEqual([
      { name: '_id_', key: { _id: { $numberInt: '1' } }, unique: expect.any(Boolean) },
      { name: 'email', key: { email: { $numberInt: '1' } }, unique: true },
    ])
    for (const one of collections) expect(await findLiveCollection(connection, one, never)).toEqual(one)
    expect(await findLiveCollection(connection, { db: database.name, name: 'gone' }, never)).toBeUndefined()
    expect(connection.version).toMatch(/^\d+\.\d+/)
  })
}

async function drainReplies(stream: DocumentStream, replyCount: number): Promise<number> {
  let read = 0
  for (let reply = 0; reply < replyCount;) {
    if (!(await stream.fill(never))) throw new Error('an end that is too early')
    const before = read
    while (stream.next()) read++
    if (read > before) reply++
  }
  return read
}

/** Notes the commands of a connection. @param change What is sent in the place of each */
function watchReading(connection: MongoConnection, change: (command: Document) => Document = same): Document[] {
  const asked: Document[] = []
  const command = connection.command.bind(connection)
  connection.command = async (database, sent, ...rest) => {
    asked.push(sent)
    return await command(database, change(sent), ...rest)
  }
  return asked
}

function same(command: Document): Document {
  return command
}
