import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleShop } from './write-sample-shop.ts'
import type { SampleShop } from './write-sample-shop.ts'

/** Whoever changes the shop on purpose pins its new hash here: the demo's resume and its documentation hang on it. */
const pinnedSha256 = '7128226dc8ef2149ebb6aa705e75cf6258a94232c96bf474c129219448aef25b'

let folder: string
let shop: SampleShop
let dump: Buffer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-shop-'))
  shop = await writeSampleShop(join(folder, 'shop.sql'))
  dump = await readFile(shop.path)
})

afterAll(() => rm(folder, { recursive: true }))

describe('the sample shop', () => {
  it('has 100,000 rows and the bytes it always had', () => {
    expect(shop.rowCount).toBe(100_000)
    expect(shop.bytes).toBe(dump.length)
    expect(createHash('sha256').update(dump).digest('hex')).toBe(pinnedSha256)
  })

  it('is written the same a second time, and differently for another seed', async () => {
    const [first, again, other] = await Promise.all([
      smallShop('first.sql', 1),
      smallShop('again.sql', 1),
      smallShop('other.sql', 2),
    ])
    expect(first.equals(again)).toBe(true)
    expect(first.equals(other)).toBe(false)
  })

  it.each([5_000, 12_345])('has exactly %i rows when asked', async (rowCount) => {
    const { rowCount: written, tables } = await writeSampleShop(join(folder, `${rowCount}.sql`), { rowCount })
    expect(written).toBe(rowCount)
    expect(tables['page_views']).toBeGreaterThan(rowCount / 20)
  })

  it('holds every oddity even when it is smallest', async () => {
    const { planted } = await writeSampleShop(join(folder, 'smallest.sql'), { rowCount: 5_000 })
    const columnsOf = (list: SampleShop['planted']): string[] =>
      list.map(({ table, column, oddity }) => `${table}.${column} ${oddity}`).sort()
    expect(columnsOf(planted)).toEqual(columnsOf(shop.planted))
  })

  it('is refused below 5,000 rows, and leaves no file', async () => {
    await expect(writeSampleShop(join(folder, 'tiny.sql'), { rowCount: 4_999 })).rejects.toThrow(RangeError)
    await expect(writeSampleShop(join(folder, 'tiny.sql'), { rowCount: 1e5 + 0.5 })).rejects.toThrow(RangeError)
    expect((await readdir(folder)).filter((name) => name.startsWith('tiny'))).toEqual([])
  })

  it('leaves no file when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('stopped by the test'))
    await expect(writeSampleShop(join(folder, 'stopped.sql'), { signal })).rejects.toThrow('stopped by the test')
    expect((await readdir(folder)).filter((name) => name.startsWith('stopped'))).toEqual([])
  })
})

describe('the dump', () => {
  it('begins and ends as mysqldump does', () => {
    const text = dump.toString('latin1')
    expect(text.startsWith('-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)\n--\n-- Host: ')).toBe(true)
    expect(text).toContain('\n/*!50503 SET NAMES utf8mb4 */;\n')
    expect(text.endsWith('\n\n-- Dump completed on 2026-01-31  3:15:07\n')).toBe(true)
  })

  it('holds as many rows as it says, in statements under 1 MiB', () => {
    const counted: Record<string, number> = {}
    for (const name of Object.keys(shop.tables)) counted[name] = 0
    for (const line of dump.toString('latin1').split('\n')) {
      const table = /^INSERT INTO `(\w+)` /.exec(line)?.[1]
      if (table === undefined) continue
      expect(line.length).toBeLessThan(1024 * 1024)
      expect(line.endsWith(');')).toBe(true)
      counted[table] = (counted[table] ?? 0) + rowsIn(line)
    }
    expect(counted).toEqual(shop.tables)
  })

  it('names each table once, in order, with its data locked', () => {
    const created = [...dump.toString('latin1').matchAll(/^CREATE TABLE `(\w+)` \($/gm)].map(([, name]) => name)
    const locked = [...dump.toString('latin1').matchAll(/^LOCK TABLES `(\w+)` WRITE;$/gm)].map(([, name]) => name)
    expect(created).toEqual(Object.keys(shop.tables))
    expect(locked).toEqual(created)
    expect(created).toHaveLength(14)
  })

  it('holds triggers, routines and a view', () => {
    const text = dump.toString('latin1')
    expect(text.match(/^\/\*!50003 CREATE\*\/ .* TRIGGER /gm)).toHaveLength(3)
    expect(text.match(/^CREATE DEFINER=`root`@`localhost` (FUNCTION|PROCEDURE) /gm)).toHaveLength(2)
    expect(text.match(/^DELIMITER ;;$/gm)).toHaveLength(5)
    expect(text.match(/^\/\*!50001 VIEW `order_summary` AS select /gm)).toHaveLength(1)
  })

  it('holds every byte in a blob, a NUL in a text, and no other raw NUL', () => {
    expect(dump.includes(0)).toBe(false)
    expect(dump.includes('Copied from an old till:\\0')).toBe(true)
    const allBytes = Buffer.from(Array.from({ length: 128 }, (_, at) => at + 0x80))
    expect(dump.includes(allBytes.subarray(0, 0x42))).toBe(true)
    for (let byte = 0xf8; byte <= 0xff; byte += 1) expect(dump.includes(byte)).toBe(true)
  })
})

async function smallShop(name: string, seed: number): Promise<Buffer> {
  const { path } = await writeSampleShop(join(folder, name), { rowCount: 5_000, seed })
  return readFile(path)
}

/** Counts the rows of one INSERT by walking over its literals: a quote or bracket in a text counts for nothing. */
function rowsIn(statement: string): number {
  const values = statement.slice(statement.indexOf(' VALUES ') + 8)
  const withoutText = values.replace(/'(?:[^'\\]|\\[^])*'/g, '')
  return withoutText.split('),(').length
}
