import { BSONRegExp, Binary, Decimal128, type Document, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunSummary, ValidationSummary } from '../../src/model/run-summary.ts'
import type { Plan } from '../../src/model/plan.ts'
import { createMongoDatabase, type MongoDatabase } from '../support/mongo-database.ts'
import { writeMongodump } from '../support/mongodump.ts'
import { type LiveServer, serverUrl } from './live-server.ts'
import { endOf, liveWorld, type Said } from './live-world.ts'

/** Values of which a table would have less. */
const valuesOfAllTypes = new Map<string, unknown>([
  ['int', new Int32(1)],
  ['long', Long.fromString('9007199254740993')],
  ['double', new Double(-0)],
  ['whole', new Double(3)],
  ['decimal', Decimal128.fromString('1.50')],
  ['big', Decimal128.fromString('1E+3')],
  ['text', 'a\0b'],
  ['empty', ''],
  ['null', null],
  ['date', new Date(-1)],
  ['ts', new Timestamp({ t: 1, i: 2 })],
  ['id', new ObjectId('507f1f77bcf86cd799439011')],
  ['bytes', new Binary(Buffer.from('abc'))],
  ['uuid', new Binary(Buffer.alloc(16, 7), 4)],
  ['regex', new BSONRegExp('^a', 'i')],
  ['bool', true],
  ['array', [new Int32(1), 'a', null, new Map([['x', new Int32(1)]]), [new Int32(2)]]],
  [
    'document',
    new Map<string, unknown>([
      ['b', new Int32(1)],
      ['a', new Map()],
      ['', []],
    ]),
  ],
  ['odd name', 1],
  ['_rest', 'x'],
  ['document_', new Map()],
])

export interface OwnDocumentsOptions {
  readonly engine: LiveServer
  /** Keys that the server holds and sorts. */
  readonly keys: readonly unknown[]
  /** Fields that it does not keep as they are. */
  readonly without?: readonly string[]
}

/** Documents by their keys, to the byte as the server gives them. */
async function bytesOf(database: MongoDatabase, collection: string): Promise<string[]> {
  const found = await database.db.collection(collection).find({}, { raw: true }).toArray()
  return found.map((one) => Buffer.from(one as unknown as Uint8Array).toString('hex')).toSorted()
}

async function indexesOf(database: MongoDatabase, collection: string): Promise<Document[]> {
  const indexes = await database.db.collection(collection).indexes()
  return indexes
    .map(({ v: _, ns: __, ...index }) => ({ ...index, key: Object.entries(index['key'] as object) }))
    .toSorted((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1))
}

/** What goes from a server to one of the same kind goes as it is. */
export function exerciseOwnDocuments({ engine, keys, without = [] }: OwnDocumentsOptions): void {
  const values = [...valuesOfAllTypes].filter(([name]) => !without.includes(name))

  async function seed(source: MongoDatabase): Promise<void> {
    await source.insert('odd', keys.map((_id, n) => new Map([['_id', _id], ['n', new Int32(n)], ...values])) as never)
    await source.db.collection('odd').createIndex({ n: -1, int: 1 }, { unique: true, name: 'both' })
    await source.db.collection('odd').createIndex({ 'document.b': 1 })
  }

  it('moves documents from server to server as they are, whatever is in them, with their indexes', async () => {
    await using world = await liveWorld(engine)
    await using target = await createMongoDatabase(serverUrl(engine), 'own')
    await seed(world.source)
    const ends = ['--source', world.source.url, '--target', target.url]
    const plan = await world.transload('plan', ...ends)
    expect(plan.stdout).toContain('$document  bson  →  bson NOT NULL')
    const ran = await world.transload('run', ...ends, '--json', '--yes', '--jobs', '2')
    expect(endOf(ran)).toEqual({ status: 0 })
    expect(ran.document.validation).toMatchObject({ status: 'equal' })
    expect(ran.document.objects.notCarried).toEqual([])
    expect(await bytesOf(target, 'odd')).toEqual(await bytesOf(world.source, 'odd'))
    expect((await bytesOf(target, 'odd')).length).toBe(keys.length)
    expect(await indexesOf(target, 'odd')).toEqual(await indexesOf(world.source, 'odd'))
    const again = await world.transload('run', ...ends, '--json', '--yes')
    expect(again.status).toBe(7)
    // What a run has left in the target is none of the data of a source.
    const onwards = ['--source', target.url, '--target', world.target.url, '--json']
    const planned = await world.transload<Plan>('plan', ...onwards)
    expect(planned.document.datasets.map(({ from }) => from)).toEqual(['odd'])
  })

  it('compares whole documents of two servers, whoever filled the second, and finds the one that differs', async () => {
    await using world = await liveWorld(engine)
    await using target = await createMongoDatabase(serverUrl(engine), 'own')
    await seed(world.source)
    await seed(target)
    const ends = ['--source', world.source.url, '--target', target.url, '--json']
    const equal = await world.transload<ValidationSummary>('validate', ...ends)
    expect([endOf(equal), equal.document.status]).toEqual([{ status: 0 }, 'equal'])
    await target.db.collection('odd').updateOne({ n: 3 } as never, { $set: { text: 'other' } })
    await target.db.collection('odd').deleteOne({ n: 5 } as never)
    await target.db.collection('odd').insertOne({ _id: 'new' } as never)
    const { status, document } = await world.transload<ValidationSummary>('validate', ...ends)
    expect(status).toBe(1)
    expect(document.datasets[0]?.differences).toMatchObject({ changed: 1, missing: 1, extra: 1 })
  })

  it('appends documents to a collection, replaces one, and merges into one by whole documents', async () => {
    await using world = await liveWorld(engine)
    await using target = await createMongoDatabase(serverUrl(engine), 'own')
    const { source } = world
    await source.insert('t', [
      { _id: 1, a: 1 },
      { _id: 2, b: { c: 1 } },
    ])
    await target.insert('t', [
      { _id: 2, old: true },
      { _id: 3, own: true },
    ])
    const run = (mode: string): Promise<Said<RunSummary>> =>
      world.transload('run', '--source', source.url, '--target', target.url, '--yes', '--mode', mode)
    expect(endOf(await run('merge'))).toEqual({ status: 0 })
    const found = async (): Promise<unknown> =>
      await target.db.collection('t').find({}, { promoteValues: true }).sort({ _id: 1 }).toArray()
    expect(await found()).toEqual([
      { _id: 1, a: 1 },
      { _id: 2, b: { c: 1 } },
      { _id: 3, own: true },
    ])
    expect(endOf(await run('replace'))).toEqual({ status: 0 })
    expect(await found()).toEqual([
      { _id: 1, a: 1 },
      { _id: 2, b: { c: 1 } },
    ])
    await source.db.collection('t').deleteMany({})
    await source.insert('t', [{ _id: 7 }])
    expect(endOf(await run('append'))).toEqual({ status: 0 })
    expect(await found()).toEqual([{ _id: 1, a: 1 }, { _id: 2, b: { c: 1 } }, { _id: 7 }])
  })

  it('restores a dump as it is, but for a document that is none', async () => {
    await using world = await liveWorld(engine)
    await using target = await createMongoDatabase(serverUrl(engine), 'own')
    const folder = join(world.directory, 'dump')
    const broken = Buffer.from('16000000026100ff0000006162000a000000000000000000', 'hex').subarray(0, 0x16)
    const documents = [{ _id: 1, a: [1, { b: 2 }] }, broken, { a: 1, _id: { b: 1, a: 2 } }]
    await writeMongodump(folder, [{ db: 'd', name: 't', documents }])
    const ran = await world.transload(
      'run',
      '--source',
      `mongodump:${folder}`,
      '--target',
      target.url,
      '--json',
      '--yes',
    )
    expect(ran.status).toBe(4)
    expect(ran.document.datasets[0]).toMatchObject({ read: 3, written: 2, rejected: 1 })
    const found = await target.db.collection('t').find({}, { promoteValues: true }).sort({ a: 1 }).toArray()
    expect(found).toEqual(
      expect.arrayContaining([
        { _id: 1, a: [1, { b: 2 }] },
        { _id: { b: 1, a: 2 }, a: 1 },
      ]),
    )
  })

  it('takes documents apart where the pipeline says what is to become of them', async () => {
    await using world = await liveWorld(engine)
    await using target = await createMongoDatabase(serverUrl(engine), 'own')
    await world.source.insert('t', [{ _id: 1, a: { b: 1 }, list: [1, 2] }])
    const pipeline = {
      version: 1,
      source: world.source.url,
      target: target.url,
      datasets: [{ from: 't', columns: { 'a.b': { to: 'n' } } }],
    }
    await writeFile(join(world.directory, 'p.yaml'), JSON.stringify(pipeline))
    expect(endOf(await world.transload('run', 'p.yaml', '--yes'))).toMatchObject({ status: 0 })
    expect(await target.db.collection('t').findOne({}, { promoteValues: true })).toMatchObject({ _id: 1, n: 1 })
  })
}
