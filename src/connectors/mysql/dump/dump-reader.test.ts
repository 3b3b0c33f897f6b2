import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowsOf, SmallBatch } from '../../../../test/conformance/small-batch.ts'
import { dumpOnDisk, dumpSplits, dumpStart, openDump } from '../../../../test/support/dump-source.ts'
import { lanePlan, never, readOf, readSplit } from '../../../../test/support/mysql-source.ts'
import { writeSampleShop, type SampleShop } from '../../../cli/sample-shop/write-sample-shop.ts'
import type { Snapshot, Source } from '../../../contract/source.ts'
import type { Cursor } from '../../../model/plain.ts'
import type { ReadPlan, Split } from '../../../model/plan.ts'
import type { Catalog } from '../../../model/relation.ts'

type Row = readonly (string | null)[]

interface Part {
  readonly rows: readonly Row[]
  readonly after: Cursor | undefined
}

/** Reads a split in batches of so many rows. */
async function readParts(
  snapshot: Snapshot,
  read: ReadPlan,
  split: Split,
  maxRowCount: number,
  from?: Cursor,
): Promise<Part[]> {
  const lane = lanePlan(read, split, from)
  await using reader = await snapshot.openReader(lane, never)
  const batch = new SmallBatch(lane.layouts, maxRowCount)
  const parts: Part[] = []
  for (let more = true; more;) {
    batch.clear(split.id, parts.length, 0)
    more = await reader.read(batch, never)
    // As a checkpoint stores it.
    parts.push({ rows: rowsOf(batch), after: JSON.parse(JSON.stringify(batch.after ?? null)) as Cursor })
  }
  return parts
}

async function splitOf(source: Source, read: ReadPlan): Promise<Split> {
  const [split] = await dumpSplits(source, read)
  if (split === undefined) throw new Error('no split')
  return split
}

/** What of a table can be read: generated columns are not in a dump of MySQL. */
function readPlan(catalog: Catalog, name: string): ReadPlan {
  const table = catalog.tables.find((one) => one.name.name === name)
  const read = readOf(catalog, name, {})
  const generated = table?.columns.filter((column) => column.generated !== undefined).map((column) => column.name) ?? []
  return { ...read, columns: read.columns.filter((column) => !generated.includes(column.name)) }
}

describe('reading the sample shop', () => {
  let folder: string
  let shop: SampleShop
  let packed: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transload-shop-'))
    shop = await writeSampleShop(join(folder, 'shop.sql'), { rowCount: 6_000 })
    packed = `${shop.path}.gz`
    await writeFile(packed, gzipSync(await readFile(shop.path)))
  })

  afterAll(() => rm(folder, { recursive: true }))

  it('has every row, plain and packed, and reads the tables in the order of the file', async () => {
    await using plain = await openDump(`mysqldump:${shop.path}`)
    await using gz = await openDump(`mysqldump:${packed}`)
    const catalog = await plain.catalog(never)
    expect((await gz.catalog(never)).fingerprint).toBe(catalog.fingerprint)
    const reads = catalog.tables.map(({ name }) => readPlan(catalog, name.name))
    await using plainSnapshot = await plain.openSnapshot(1, reads, never)
    await using gzSnapshot = await gz.openSnapshot(1, reads, never)
    const counts: Record<string, number> = {}
    const ordinals: number[] = []
    for (const name of Object.keys(shop.tables)) {
      const read = readPlan(catalog, name)
      const split = await splitOf(plain, read)
      ordinals.push(split.ordinal)
      const one = await readSplit(plainSnapshot, read, split)
      const other = await readSplit(gzSnapshot, read, await splitOf(gz, read))
      expect(other).toEqual(one)
      counts[name] = one.rows.length
    }
    expect(counts).toEqual(shop.tables)
    expect(ordinals).toEqual(ordinals.map((_, i) => i))
  })

  it.each(['plain', 'packed'])('goes on from the end of every batch, %s', { timeout: 120_000 }, async (kind) => {
    await using source = await openDump(`mysqldump:${kind === 'plain' ? shop.path : packed}`)
    const catalog = await source.catalog(never)
    for (const name of ['categories', 'customers', 'order', 'page_views', 'product_images', 'reviews']) {
      const read = readPlan(catalog, name)
      const split = await splitOf(source, read)
      await using snapshot = await source.openSnapshot(1, [read], never)
      const parts = await readParts(snapshot, read, split, 37)
      const all = parts.flatMap((part) => part.rows)
      expect(all).toHaveLength(shop.tables[name] ?? 0)
      let before = 0
      for (const [i, part] of parts.entries()) {
        before += part.rows.length
        // Unpacking from the start for each of them takes its time.
        if (part.after === null || (kind === 'packed' && i % 7 !== 0)) continue
        const rest = await readParts(snapshot, read, split, 1000, part.after)
        expect(rest.flatMap((one) => one.rows)).toEqual(all.slice(before))
      }
    }
  })

  it('finds rows by their keys without a catalog, duplicates and all', async () => {
    await using planned = await openDump(`mysqldump:${shop.path}`)
    const catalog = await planned.catalog(never)
    const read = readPlan(catalog, 'order_items')
    await using everything = await planned.openSnapshot(1, [read], never)
    const all = (await readSplit(everything, read, await splitOf(planned, read))).rows
    const wanted = [all[3], all[500]].map((row) => ({ order_id: row?.[0] ?? '', line_no: row?.[1] ?? '' }))
    await using source = await openDump(`mysqldump:${shop.path}`)
    await using snapshot = await source.openSnapshot(1, [read], never)
    const split = JSON.parse(JSON.stringify(source.keySplit(read, wanted))) as Split
    const { rows } = await readSplit(snapshot, read, split)
    const expected = all.filter((row) => wanted.some((key) => key.order_id === row[0] && key.line_no === row[1]))
    expect(rows).toEqual(expected)
    expect(rows.length).toBeGreaterThanOrEqual(2)
  })
})

describe('rows of several INSERTs', () => {
  const dump = `${dumpStart}USE one;CREATE TABLE a (id int NOT NULL, v varchar(9), PRIMARY KEY (id));CREATE TABLE b (id int);
    INSERT INTO a VALUES (1,'x'),(2,'y');
    INSERT INTO b VALUES (10);
    INSERT INTO a (v,id) VALUES ('z',3);
    USE two;CREATE TABLE a (id int NOT NULL, v varchar(9), PRIMARY KEY (id));
    INSERT INTO a VALUES (7,'other');INSERT INTO one.a VALUES (4,'w');INSERT INTO one.b VALUES (11),(12);`

  it.each(['plain', 'packed'])('are told apart by table and database, %s', async (kind) => {
    await using file = await dumpOnDisk(kind === 'plain' ? dump : gzipSync(dump))
    await using source = await openDump(file.url)
    const catalog = await source.catalog(never)
    expect(catalog.tables.map(({ name, rowEstimate }) => [name.schema, name.name, rowEstimate])).toEqual([
      ['one', 'a', 4],
      ['one', 'b', 3],
      ['two', 'a', 1],
    ])
    const found: Record<string, readonly Row[]> = {}
    for (const [i, { name }] of catalog.tables.entries()) {
      const read = readOf({ ...catalog, tables: [catalog.tables[i]!] }, name.name, {})
      const split = await splitOf(source, read)
      await using snapshot = await source.openSnapshot(1, [read], never)
      const parts = await readParts(snapshot, read, split, 1)
      found[`${name.schema}.${name.name}`] = parts.flatMap((part) => part.rows)
      for (const [at, part] of parts.entries()) {
        if (part.after === null) continue
        const rest = await readParts(snapshot, read, split, 9, part.after)
        expect(rest.flatMap((one) => one.rows)).toEqual(parts.slice(at + 1).flatMap((one) => one.rows))
      }
    }
    expect(found).toEqual({
      'one.a': [['1', 'x'], ['2', 'y'], ['3', 'z'], ['4', 'w']], // prettier-ignore
      'one.b': [['10'], ['11'], ['12']],
      'two.a': [['7', 'other']],
    })
  })
})

describe('a row larger than a batch', () => {
  it('travels alone, wherever it stands in its INSERT, and is gone on from on both sides', async () => {
    const huge = 'ä'.repeat(3 * 1024 * 1024)
    const escaped = "it\\'s ".repeat(1024 * 1024)
    const values = ['a', huge, 'b', 'c', escaped, 'd']
    const rows = values.map((value, i) => `(${i},'${value}')`)
    const text = `${dumpStart}CREATE TABLE t (id int NOT NULL, v longtext, PRIMARY KEY (id));
      INSERT INTO t VALUES ${rows.slice(0, 4).join(',')};INSERT INTO t VALUES ${rows.slice(4).join(',')};`
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    const read = readOf(await source.catalog(never), 't', {})
    const split = await splitOf(source, read)
    await using snapshot = await source.openSnapshot(1, [read], never)
    const parts = await readParts(snapshot, read, split, 1000)
    expect(parts.map((part) => part.rows.map(([id]) => id))).toEqual([['0'], ['1'], ['2', '3'], ['4'], ['5']])
    const all = parts.flatMap((part) => part.rows)
    expect(all.map(([, v]) => v)).toEqual(['a', huge, 'b', 'c', escaped.replaceAll('\\', ''), 'd'])
    for (const [i, part] of parts.entries()) {
      const rest = await readParts(snapshot, read, split, 1000, part.after ?? undefined)
      expect(rest.flatMap((one) => one.rows.map(([id]) => id))).toEqual(
        parts.slice(i + 1).flatMap((one) => one.rows.map(([id]) => id)),
      )
    }
  })
})

describe('a file that does not stay as it was', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `(${i},'${'x'.repeat(300)}')`)
  const text = `${dumpStart}CREATE TABLE t (id int NOT NULL, v text, PRIMARY KEY (id));\nINSERT INTO t VALUES ${rows.join(',')};\n`

  it('is noticed while it is read', async () => {
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    const read = readOf(await source.catalog(never), 't', {})
    const split = await splitOf(source, read)
    await using snapshot = await source.openSnapshot(1, [read], never)
    const lane = lanePlan(read, split)
    await using reader = await snapshot.openReader(lane, never)
    const batch = new SmallBatch(lane.layouts, 10)
    expect(await reader.read(batch, never)).toBe(true)
    await appendFile(file.path, '-- more')
    batch.clear('', 1, 10)
    await expect(reader.read(batch, never)).rejects.toMatchObject({ code: 'TL_K502' })
  })

  it('is read to its end where another one takes its name', async () => {
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    const read = readOf(await source.catalog(never), 't', {})
    const split = await splitOf(source, read)
    await using snapshot = await source.openSnapshot(1, [read], never)
    await writeFile(`${file.path}.new`, text.replace('(5,', '(50000,'))
    await rename(`${file.path}.new`, file.path)
    const parts = await readParts(snapshot, read, split, 100)
    expect(parts.flatMap((part) => part.rows.map(([id]) => Number(id)))).toEqual(rows.map((_, i) => i))
    const [answer] = await snapshot.count([{ table: read.table, columns: ['id'], orphans: [] }], never)
    expect(answer?.rows).toBe(rows.length)
    // A new look is a new file, in which the places of the plan mean nothing.
    const catalog = await source.catalog(never)
    expect(catalog.tables).toHaveLength(1)
    await using other = await source.openSnapshot(1, [read], never)
    expect(other.consistency.position).not.toBe(snapshot.consistency.position)
    await expect(other.openReader(lanePlan(read, split), never)).rejects.toMatchObject({ code: 'TL_K503' })
  })

  it('has the same position in every process, whether or not the catalog was read', async () => {
    await using file = await dumpOnDisk(text)
    await using first = await openDump(file.url)
    const read = readOf(await first.catalog(never), 't', {})
    await using one = await first.openSnapshot(1, [read], never)
    await using second = await openDump(file.url)
    await using other = await second.openSnapshot(1, [read], never)
    expect(one.consistency.position).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(other.consistency.position).toBe(one.consistency.position)
  })

  it('is not read with a cursor or a split that is none', async () => {
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    const read = readOf(await source.catalog(never), 't', {})
    const split = await splitOf(source, read)
    await using snapshot = await source.openSnapshot(1, [read], never)
    await expect(readSplit(snapshot, read, split, 'nowhere')).rejects.toMatchObject({ code: 'TL_K504' })
    await expect(readSplit(snapshot, read, { ...split, bounds: {} })).rejects.toMatchObject({ code: 'TL_K504' })
  })
})
