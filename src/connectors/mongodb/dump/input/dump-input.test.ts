import { deserialize, Long, ObjectId, serialize } from 'bson'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { archiveHeader, mongoArchive } from '../../../../../test/support/mongo-archive.ts'
import {
  dumpedName,
  type DumpedCollection,
  writeJson,
  writeMongoArchive,
  writeMongodump,
} from '../../../../../test/support/mongodump.ts'
import { TransloadError } from '../../../../errors/transload-error.ts'
import type { Cursor } from '../../../../model/plain.ts'
import { parseJsonlUrl, parseMongodumpUrl, type DumpSettings } from '../dump-url.ts'
import type { DumpCollection } from './dump-contents.ts'
import { type DumpInput, openDumpInput } from './dump-input.ts'

const never = new AbortController().signal

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transload-input-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function openDump(path: string): Promise<DumpInput> {
  return await openDumpInput(parseMongodumpUrl(`mongodump:${path}`).settings as DumpSettings, never)
}

async function openJson(path: string): Promise<DumpInput> {
  return await openDumpInput(parseJsonlUrl(`jsonl:${path}`).settings as DumpSettings, never)
}

async function documentsOf(
  collection: DumpCollection,
  from?: Cursor,
): Promise<{ documents: unknown[]; cursors: Cursor[] }> {
  await using stream = await collection.open(from, never)
  const documents: unknown[] = []
  const cursors: Cursor[] = []
  while (await stream.fill(never)) {
    while (stream.next()) {
      documents.push(deserialize(stream.bytes.subarray(stream.start, stream.end)))
      cursors.push(stream.cursor())
    }
  }
  return { documents, cursors }
}

async function contentsOf(input: DumpInput): Promise<Record<string, unknown[]>> {
  const contents: Record<string, unknown[]> = {}
  for (const collection of input.collections) {
    contents[`${collection.name.schema}/${collection.name.name}`] = (await documentsOf(collection)).documents
  }
  return contents
}

async function refusal(work: () => Promise<unknown>): Promise<[code: string, message: string]> {
  try {
    await work()
  } catch (error) {
    if (error instanceof TransloadError) return [error.code, error.message]
    throw error
  }
  throw new Error('it was read')
}

const orders = Array.from({ length: 40 }, (_, i) => ({ _id: i, note: 'é'.repeat(i) }))
const customers = Array.from({ length: 7 }, (_, i) => ({
  _id: `c${i}`,
  at: new ObjectId(i.toString().padStart(24, '0')),
}))
const shop: DumpedCollection[] = [
  { db: 'shop', name: 'orders', documents: orders },
  { db: 'shop', name: 'customers', documents: customers },
  { db: 'shop', name: 'empty', documents: [] },
  { db: 'other', name: 'orders', documents: [{ _id: 'another one' }] },
]
const contents = {
  'other/orders': [{ _id: 'another one' }],
  'shop/customers': customers,
  'shop/empty': [],
  'shop/orders': orders,
}

describe('a dump', () => {
  it.each([
    ['folder', writeMongodump, false],
    ['packed folder', writeMongodump, true],
    ['archive', writeMongoArchive, false],
    ['packed archive', writeMongoArchive, true],
  ] as const)('in a %s has its collections, those of one name in two databases too', async (_, write, isPacked) => {
    const path = join(folder, 'dump')
    await write(path, shop, { isPacked })
    const input = await openDump(path)
    expect(await contentsOf(input)).toEqual(contents)
    expect(input.isPacked).toBe(isPacked || write === writeMongoArchive)
    expect(input.others).toEqual([])
    expect(input.label).toBe(`mongodump:${path}`)
    expect(input.collections[3]?.metadata).toMatchObject({ type: 'collection', indexes: [{ name: '_id_' }] })
  })

  it.each([
    ['folder', writeMongodump, false],
    ['packed folder', writeMongodump, true],
    ['archive', writeMongoArchive, false],
    ['packed archive', writeMongoArchive, true],
  ] as const)(
    'in a %s is gone on with where a stream stopped, and read by several at once',
    async (_, write, isPacked) => {
      const path = join(folder, 'dump')
      await write(path, shop, { isPacked })
      const found = (await openDump(path)).collections.find(
        ({ name }) => name.schema === 'shop' && name.name === 'orders',
      )!
      const { cursors } = await documentsOf(found)
      for (const place of [0, 1, 20, 38, 39]) {
        const rest = await documentsOf(found, JSON.parse(JSON.stringify(cursors[place])) as Cursor)
        expect(rest).toEqual({ documents: orders.slice(place + 1), cursors: cursors.slice(place + 1) })
      }
      const all = await Promise.all([1, 2, 3].map(async () => (await documentsOf(found)).documents))
      expect(all).toEqual([orders, orders, orders])
    },
  )

  it('may be the folder of one database, or one file', async () => {
    await writeMongodump(folder, [...shop, { db: 'shop', name: 'system.js', documents: [{ _id: 'f' }] }])
    expect(Object.keys(await contentsOf(await openDump(join(folder, 'shop'))))).toEqual([
      'shop/customers',
      'shop/empty',
      'shop/orders',
    ])
    const one = await openDump(join(folder, 'shop/customers.bson'))
    expect(await contentsOf(one)).toEqual({ 'shop/customers': customers })
    expect(one.collections[0]?.metadata?.indexes.map(({ name }) => name)).toEqual(['_id_'])
    const own = await openDump(join(folder, 'shop/system.js.bson'))
    expect(await contentsOf(own)).toEqual({ 'shop/system.js': [{ _id: 'f' }] })
  })

  it('needs no metadata', async () => {
    await writeMongodump(folder, [{ db: 'shop', name: 'a', documents: orders, metadata: null }])
    const input = await openDump(folder)
    expect(await contentsOf(input)).toEqual({ 'shop/a': orders })
    expect(input.collections[0]?.metadata).toBeUndefined()
  })

  it('has collections of any name', async () => {
    const names = [
      'a/b',
      '100%',
      '%2F',
      'a.b.c',
      'a$b',
      '$x',
      'ünïcödé 😀',
      'a b',
      'x.metadata',
      'x.json',
      "it's(!)*",
      'é'.repeat(60),
    ]
    await writeMongodump(
      folder,
      names.map((name) => ({ db: 'shop', name, documents: [{ name }] })),
    )
    const input = await openDump(folder)
    expect(await contentsOf(input)).toEqual(Object.fromEntries(names.map((name) => [`shop/${name}`, [{ name }]])))
    const archive = join(folder, 'archive')
    await writeMongoArchive(
      archive,
      names.map((name) => ({ db: 'shop', name, documents: [{ name }] })),
    )
    expect(await contentsOf(await openDump(archive))).toEqual(await contentsOf(input))
    expect(dumpedName('é'.repeat(60))).toHaveLength(238)
  })

  it('that is old has names that are not encoded', async () => {
    await mkdir(join(folder, 'shop'))
    await writeFile(join(folder, 'shop', '100%.bson'), serialize({ a: 1 }))
    expect(await contentsOf(await openDump(folder))).toEqual({ 'shop/100%': [{ a: 1 }] })
  })

  it('names what is in it besides collections, and why it is not read (case 8)', async () => {
    const series = { options: { timeseries: { timeField: 'at' } }, indexes: [] }
    const pipeline = [{ $match: { n: { $gt: Long.fromNumber(1) } } }]
    const collections: DumpedCollection[] = [
      { db: 'shop', name: 'capped', documents: [{ _id: 1 }], metadata: { options: { capped: true }, indexes: [] } },
      { db: 'shop', name: 'recent', type: 'view', metadata: { options: { viewOn: 'orders', pipeline }, indexes: [] } },
      { db: 'shop', name: 'ticks', type: 'timeseries', metadata: series },
      { db: 'shop', name: 'system.buckets.ticks', documents: [{ _id: 1 }], metadata: null },
      { db: 'shop', name: 'system.js', documents: [{ _id: 1 }], metadata: null },
      { db: 'admin', name: 'system.version', documents: [{ _id: 1 }], metadata: null },
      { db: 'config', name: 'chunks', documents: [{ _id: 1 }] },
    ]
    await writeMongodump(folder, collections)
    await writeFile(join(folder, 'oplog.bson'), serialize({}))
    await writeFile(join(folder, 'prelude.json'), '{"ServerVersion":"8.0.4","ToolVersion":"100.12.0"}')
    await writeFile(join(folder, 'shop', 'README'), 'hello')
    await writeFile(join(folder, 'notes.txt'), 'hello')
    await mkdir(join(folder, 'shop', 'inside'))
    await mkdir(join(folder, 'nothing'))
    const input = await openDump(folder)
    expect(input.version).toBe('dump of MongoDB 8.0.4 by mongodump 100.12.0')
    expect(input.collections.map(({ name }) => name)).toEqual([{ schema: 'shop', name: 'capped' }])
    expect(input.others.map(({ kind, name: { schema, name } }) => `${kind} ${schema}.${name}`).toSorted()).toEqual([
      'file .notes.txt',
      'file .shop/README',
      'folder .nothing',
      'folder .shop/inside',
      'oplog .oplog',
      'system collection admin.system.version',
      'system collection config.chunks',
      'system collection shop.system.js',
      'time series shop.ticks',
      'view shop.recent',
    ])
    expect(input.others.find(({ kind }) => kind === 'view')?.text).toBe(
      '{"viewOn":"orders","pipeline":[{"$match":{"n":{"$gt":1}}}]}',
    )
    expect(input.others.find(({ kind }) => kind === 'time series')?.text).toBe('{"timeField":"at"}')

    const path = join(folder, 'archive')
    await writeMongoArchive(path, [...collections, { db: '', name: 'oplog', documents: [{}] }])
    const archive = await openDump(path)
    expect(archive.version).toBe('dump of MongoDB 7.0.5 by mongodump 100.9.4')
    expect(await contentsOf(archive)).toEqual({ 'shop/capped': [{ _id: 1 }] })
    expect(archive.others.map(({ kind, name: { schema, name } }) => `${kind} ${schema}.${name}`)).toEqual(
      expect.arrayContaining([
        'oplog .oplog',
        'view shop.recent',
        'time series shop.ticks',
        'system collection config.chunks',
      ]),
    )
  })

  it('has a view that was dumped with its documents as a collection', async () => {
    await writeMongodump(folder, [
      { db: 'shop', name: 'v', type: 'view', documents: orders, metadata: { indexes: [] } },
    ])
    expect(await contentsOf(await openDump(folder))).toEqual({ 'shop/v': orders })
  })

  it('of which documents are missing is cut off', async () => {
    await writeMongodump(folder, shop)
    await rm(join(folder, 'shop/orders.bson'))
    expect(await refusal(async () => await openDump(folder))).toEqual([
      'TL_S207',
      expect.stringContaining('shop/orders.metadata.json is there, and not the file of the collection’s documents'),
    ])
  })

  it.each([
    ['nothing', async () => {}, 'no collection that mongodump has written is in it'],
    ['other files', async () => await writeFile(join(folder, 'a.txt'), ''), 'no collection that mongodump has written'],
    [
      'an oplog alone',
      async () => await writeFile(join(folder, 'a.sql'), ''),
      'no collection that mongodump has written',
    ],
    [
      'a collection twice',
      async () => {
        await writeMongodump(folder, shop)
        await writeMongodump(folder, shop, { isPacked: true })
      },
      'other/orders.bson is there too, of the same collection',
    ],
    [
      'a collection under two spellings',
      async () => {
        await writeMongodump(folder, shop)
        await writeFile(join(folder, 'shop', 'orde%72s.bson'), '')
      },
      'two files are the collection shop.orders',
    ],
    [
      'metadata that is none',
      async () => {
        await writeMongodump(folder, shop)
        await writeFile(join(folder, 'shop', 'orders.metadata.json'), '{"options":{},"indexes":[')
      },
      'what it says of the collection is no Extended JSON',
    ],
    [
      'a cut name without metadata',
      async () => await writeMongodump(folder, [{ db: 'shop', name: 'é'.repeat(60), documents: [], metadata: null }]),
      'the name of its collection is cut',
    ],
  ])('is none with %s', async (_, make, reason) => {
    await make()
    expect(await refusal(async () => await openDump(folder))).toEqual(['TL_S208', expect.stringContaining(reason)])
  })

  it('that is not what it says is found out', async () => {
    const path = join(folder, 'x')
    for (const [content, code] of [
      ['Dear Sir or Madam', 'TL_S208'],
      ['{"a":1}\n', 'TL_S208'],
      [gzipSync('Dear Sir or Madam'), 'TL_S208'],
      [Buffer.from('1f8b080000000000000300', 'hex'), 'TL_S207'],
    ] as const) {
      await writeFile(path, content)
      expect((await refusal(async () => await contentsOf(await openDump(path))))[0]).toBe(code)
    }
    for (const [name, code] of [
      ['empty', 'TL_S208'],
      ['empty.bson.gz', 'TL_S207'],
    ] as const) {
      await writeFile(join(folder, name), '')
      expect((await refusal(async () => await openDump(join(folder, name))))[0]).toBe(code)
    }
    expect((await refusal(async () => await openDump(join(folder, 'none'))))[0]).toBe('TL_S205')
    expect((await refusal(async () => await openDump('/dev/null')))[0]).toBe('TL_S208')
  })

  it('is cut off wherever it is cut', async () => {
    const few = [
      { db: 's', name: 'a', documents: [{ _id: 1 }, { _id: 2 }] },
      { db: 's', name: 'b', documents: [{ _id: 'x' }] },
    ]
    await writeMongodump(folder, few)
    await writeMongodump(folder, few, { isPacked: true })
    const whole = [serialize({ _id: 1 }).length, 2 * serialize({ _id: 1 }).length]
    const cut = async (name: string, step = 1): Promise<string[]> => {
      const bytes = await readFile(join(folder, name))
      const path = join(folder, `cut-${name.replaceAll('/', '-')}`)
      const codes: string[] = []
      for (let end = 1; end < bytes.length; end += end < bytes.length - 20 ? step : 1) {
        if (whole.includes(end) && name.endsWith('.bson')) continue
        await writeFile(path, bytes.subarray(0, end))
        codes.push((await refusal(async () => await contentsOf(await openDump(path))))[0])
      }
      return [...new Set(codes)]
    }
    await writeMongoArchive(join(folder, 'archive'), few)
    await writeMongoArchive(join(folder, 'archive.gz'), few, { isPacked: true })
    expect(await cut('s/a.bson')).toEqual(['TL_S207'])
    expect(await cut('s/a.bson.gz')).toEqual(['TL_S207'])
    expect(await cut('archive', 13)).toEqual(['TL_S207'])
    expect(await cut('archive.gz', 13)).toEqual(['TL_S207'])
  })

  it('in an archive is damaged where documents are of a collection that it does not name', async () => {
    const path = join(folder, 'archive')
    const bytes = Buffer.concat([
      mongoArchive([{ db: 's', collection: 'a', documents: [] }]).subarray(
        0,
        -archiveHeader('s', 'a', true, 0n).length - 4,
      ),
      archiveHeader('s', 'other', false, 0n),
      serialize({}),
      Buffer.from('ffffffff', 'hex'),
      archiveHeader('s', 'a', true, 0n),
      Buffer.from('ffffffff', 'hex'),
    ])
    await writeFile(path, bytes)
    expect(await refusal(async () => await contentsOf(await openDump(path)))).toEqual([
      'TL_S208',
      expect.stringContaining('its beginning does not name s.other'),
    ])
  })

  it('names the file that is damaged', async () => {
    await writeMongodump(folder, shop)
    await writeFile(join(folder, 'shop/orders.bson'), 'nonsense')
    expect((await refusal(async () => await contentsOf(await openDump(folder))))[1]).toContain(
      `mongodump:${folder}/shop/orders.bson`,
    )
  })

  it('is hashed with all that is read, and nothing else', async () => {
    await writeMongodump(folder, shop)
    const hash = async (): Promise<string> => await (await openDump(folder)).hash(never)
    const first = await hash()
    expect(first).toMatch(/^[\da-f]{64}$/)
    await writeFile(join(folder, 'notes.txt'), 'x')
    expect(await hash()).toBe(first)
    await rename(join(folder, 'shop/empty.bson'), join(folder, 'shop/void.bson'))
    await rename(join(folder, 'shop/empty.metadata.json'), join(folder, 'shop/void.metadata.json'))
    const second = await hash()
    expect(second).not.toBe(first)
    await writeFile(join(folder, 'shop/void.metadata.json'), '{}')
    const third = await hash()
    expect(third).not.toBe(second)
    await writeFile(join(folder, 'shop/customers.bson'), serialize({}))
    expect(await hash()).not.toBe(third)
    const input = await openDump(folder)
    await expect(input.hash(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })

  it('that somebody writes to, or puts another in the place of, is found out', async () => {
    for (const change of [
      async (path: string) => await writeFile(path, serialize({})),
      async (path: string) => await utimes(path, 1, 1),
      async (path: string) => {
        const bytes = await readFile(path)
        await rm(path)
        await writeFile(path, bytes)
      },
    ]) {
      await writeMongodump(folder, shop)
      const input = await openDump(folder)
      await input.assertUnchanged()
      const collection = input.collections.find(({ name }) => name.name === 'customers')!
      await change(join(folder, 'shop/customers.bson'))
      expect((await refusal(async () => await input.assertUnchanged('r1')))[0]).toBe('TL_K502')
      expect((await refusal(async () => await collection.open(undefined, never)))[0]).toBe('TL_K502')
    }
  })

  it('is one, whatever links lead to it', async () => {
    await writeMongodump(join(folder, 'dump'), shop)
    await symlink(join(folder, 'dump'), join(folder, 'link'))
    const [one, other] = ['dump', 'link'].map((name) => parseMongodumpUrl(`mongodump:${join(folder, name)}`))
    expect(other?.identity).toBe(one?.identity)
    expect(await (await openDump(join(folder, 'link'))).hash(never)).toBe(
      await (await openDump(join(folder, 'dump'))).hash(never),
    )
  })
})

describe('files of Extended JSON', () => {
  it('may be one, or a folder', async () => {
    await writeJson(join(folder, 'orders.jsonl'), orders)
    await writeJson(join(folder, 'customers.json'), customers, { isArray: true, isRelaxed: true, isPacked: true })
    await writeJson(join(folder, 'a.b.ndjson'), [])
    await writeJson(join(folder, 'x.metadata.json'), [])
    await writeFile(join(folder, 'README'), '')
    await mkdir(join(folder, 'inside'))
    const input = await openJson(folder)
    expect(await contentsOf(input)).toEqual({
      'documents/a.b': [],
      'documents/customers': customers,
      'documents/orders': orders,
    })
    expect(input.collections.map(({ isPacked }) => isPacked)).toEqual([false, true, false])
    expect(input.others.map(({ name }) => name.name)).toEqual(['README', 'inside', 'x.metadata.json'])
    const one = await openJson(join(folder, 'orders.jsonl'))
    expect(await contentsOf(one)).toEqual({ 'documents/orders': orders })
    expect(one.version).toBe('documents in Extended JSON')
    await rename(join(folder, 'orders.jsonl'), join(folder, 'export'))
    expect(Object.keys(await contentsOf(await openJson(join(folder, 'export'))))).toEqual(['documents/export'])
  })

  it('are none where there is none, two of one name, or one that is something else', async () => {
    expect(await refusal(async () => await openJson(folder))).toEqual([
      'TL_S208',
      expect.stringContaining('no file of Extended JSON is in it'),
    ])
    await writeJson(join(folder, 'a.json'), orders)
    await writeJson(join(folder, 'a.jsonl'), orders)
    expect((await refusal(async () => await openJson(folder)))[1]).toContain('another file is the collection a too')
    await writeFile(join(folder, 'a.jsonl'), serialize({}))
    expect((await refusal(async () => await openJson(join(folder, 'a.jsonl'))))[0]).toBe('TL_S208')
    await rename(join(folder, 'a.json'), join(folder, 'b.json'))
    const { collections } = await openJson(folder)
    expect(collections.map(({ name }) => name.name)).toEqual(['a', 'b'])
    expect((await refusal(async () => await collections[0]?.open(undefined, never)))[0]).toBe('TL_S208')
  })
})
