import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { dumpOnDisk, dumpStart, openDump } from '../../../../../test/support/dump-source.ts'
import { never } from '../../../../../test/support/mysql-source.ts'
import { writeSampleShop } from '../../../../cli/sample-shop/write-sample-shop.ts'
import { type CensusAnswer, type CensusFact, censusFacts } from '../../../../model/census.ts'
import type { Catalog } from '../../../../model/relation.ts'
import type { Source } from '../../../../contract/source.ts'

async function ask(
  source: Source,
  { tables }: Catalog,
  facts: readonly CensusFact[] = censusFacts,
): Promise<readonly CensusAnswer[]> {
  const questions = tables.map(({ name, rowEstimate, columns }) => ({
    table: name,
    rowEstimate,
    columns: columns.map((column) => ({ column: column.name, native: column.native, facts })),
  }))
  return await source.census(questions, never)
}

/** Facts of one column with these values. */
async function factsOf(
  type: string,
  values: readonly string[],
  start = dumpStart,
): Promise<CensusAnswer['facts'][string]> {
  const text = `${start}CREATE TABLE t (v ${type});INSERT INTO t VALUES ${values.map((value) => `(${value})`).join(',')};`
  await using file = await dumpOnDisk(text)
  await using source = await openDump(file.url)
  const [answer] = await ask(source, await source.catalog(never))
  return answer?.facts['v'] ?? {}
}

describe('the census of a dump', () => {
  // prettier-ignore
  it.each<readonly [type: string, values: readonly string[], facts: CensusAnswer['facts'][string]]>([
    ['int', ['3', '-7', 'NULL', "'12'", '0x10'], { min: '-7', max: '16', nulls: '1' }],
    ['bigint unsigned', ['18446744073709551615', '1'], { min: '1', max: '18446744073709551615', nulls: '0' }],
    ['int', ['NULL'], { min: null, max: null, nulls: '1' }],
    ['decimal(8,2)', ['1.50', '-0.25', '10.00'], { min: '-0.25', max: '10.00', 'whole-digits': '2', 'fraction-digits': '2', nulls: '0' }],
    ['decimal(8,2)', ['0.00', "'-0.00'", 'NULL', '0'], { min: '0.00', max: '0.00', 'whole-digits': '0', 'fraction-digits': '0', nulls: '1' }],
    ['decimal(8,2)', ['NULL'], { min: null, max: null, 'whole-digits': null, 'fraction-digits': null, nulls: '1' }],
    ['decimal(20,4)', ['-12.0000', "'3.5000'", '.5'], { 'whole-digits': '2', 'fraction-digits': '1', nulls: '0' }],
    ['decimal(8,2)', ['1e2'], { nulls: '0' }],
    ['decimal(65,30)', [`${'9'.repeat(35)}.${'0'.repeat(29)}1`, '-0.1'], { min: '-0.1', max: `${'9'.repeat(35)}.${'0'.repeat(29)}1`, 'whole-digits': '35', 'fraction-digits': '30', nulls: '0' }],
    ['decimal(65,0)', [`-${'9'.repeat(65)}`], { min: `-${'9'.repeat(65)}`, max: `-${'9'.repeat(65)}`, 'whole-digits': '65', 'fraction-digits': '0', nulls: '0' }],
    ['decimal(8,2) zerofill', ['000001.50', '000010.00'], { min: '1.50', max: '10.00', 'whole-digits': '2', 'fraction-digits': '1', nulls: '0' }],
    ['double', ['1e3', '-2.5'], { min: '-2.5', max: '1000', nulls: '0' }],
    ['year', ['1999', '0000'], { min: '0', max: '1999', nulls: '0' }],
    ['bit(9)', ["b'100000000'", "'\\0\\0'"], { min: '0', max: '256', nulls: '0' }],
    ['time(3)', ["'-838:59:59.000'", "'10:00:00.500'", "'9:00:00.000'"], { min: '-838:59:59.000', max: '10:00:00.500', nulls: '0' }],
    ['date', ["'2024-02-30'", "'0000-00-00'", "'2024-00-10'", "'0000-01-01'", 'NULL', "'2024-02-29'"], { min: '0000-00-00', max: '2024-02-30', 'zero-dates': '1', 'partial-dates': '2', nulls: '1' }],
    ['datetime', ["'0000-00-00 10:00:00'", "'2024-01-01 00:00:00'"], { min: '0000-00-00 10:00:00', max: '2024-01-01 00:00:00', 'zero-dates': '1', 'partial-dates': '0', nulls: '0' }],
    ["enum('a','ü')", ["''", "'ü'", 'NULL', "'a'"], { 'max-length': '1', 'enum-zero': '1', nulls: '1' }],
    ["enum('a','')", ["''"], { 'max-length': '0', 'enum-zero': '0', nulls: '0' }],
    ['varbinary(9)', ["'é'", '0x000102', 'NULL'], { 'max-length': '3', nulls: '1' }],
    ['varchar(99)', ["'a\\0b'", "'日本😀'", "'JosÃ©'", "'José'", 'NULL', "'{}'", `'"\\\\u0000"'`, `'"\\\\\\\\u0000"'`], { 'max-length': '9', 'nul-bytes': '1', 'double-encoded': '1', 'invalid-text': '0', 'invalid-json': '4', 'json-nul': '1', nulls: '1' }],
    ['varchar(9) CHARACTER SET latin1', ["'JosÃ©'", '_latin1 0xC3A9', "'é'"], { 'max-length': '5', 'nul-bytes': '0', 'double-encoded': '2', 'invalid-text': '0', 'invalid-json': '3', 'json-nul': '0', nulls: '0' }],
    ['varchar(9) CHARACTER SET cp1251', ["'я'"], { 'max-length': '1', 'nul-bytes': '0', 'invalid-text': '0', 'invalid-json': '1', 'json-nul': '0', nulls: '0' }],
    ['varchar(9) CHARACTER SET ascii', ['0xFF41', "'a'"], { 'max-length': '1', 'nul-bytes': '0', 'invalid-text': '1', 'invalid-json': '1', 'json-nul': '0', nulls: '0' }],
    ['json', [`'{"a": "\\\\u0000"}'`, "'1'", 'NULL'], { 'max-length': '15', 'invalid-json': '0', 'json-nul': '1', nulls: '1' }],
    ['uuid', ["'00112233-4455-6677-8899-aabbccddeeff'"], { nulls: '0' }],
  ])('%s: %j', async (type, values, facts) => {
    expect(await factsOf(type, values)).toEqual(facts)
  })

  it('knows no extremes of moments whose clock it would have to turn', async () => {
    const values = ["'2024-01-01 00:00:00'", 'NULL']
    expect((await factsOf('timestamp NULL', values)).max).toBe('2024-01-01 00:00:00')
    expect(await factsOf('timestamp NULL', values, "SET TIME_ZONE='+02:00';")).not.toHaveProperty('max')
  })

  it('counts defaults of columns that are left out', async () => {
    const text = `${dumpStart}CREATE TABLE t (a int, b int DEFAULT 9, c int);INSERT INTO t (a) VALUES (1),(2);`
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    const [answer] = await ask(source, await source.catalog(never), ['max', 'nulls'])
    expect(answer).toMatchObject({ rows: 2, facts: { b: { max: '9', nulls: '0' }, c: { max: null, nulls: '2' } } })
  })

  it('answers in the order of the questions, from a packed dump too', async () => {
    const text = `${dumpStart}CREATE TABLE a (v int);INSERT INTO a VALUES (1);CREATE TABLE b (v int);INSERT INTO b VALUES (2);CREATE TABLE c (v int);`
    for (const content of [text, gzipSync(text)]) {
      await using file = await dumpOnDisk(content)
      await using source = await openDump(file.url)
      const { tables } = await source.catalog(never)
      const questions = tables.toReversed().map(({ name, rowEstimate }) => ({
        table: name,
        rowEstimate,
        columns: [{ column: 'v', native: { name: 'int', text: 'int', args: [] }, facts: ['max'] as const }],
      }))
      const answers = await source.census(questions, never)
      expect(answers.map(({ table, rows, facts }) => [table.name, rows, facts['v']?.max])).toEqual([
        ['c', 0, null],
        ['b', 1, '2'],
        ['a', 1, '1'],
      ])
    }
  })

  const relation = {
    constraint: 'mine',
    columns: ['p'],
    references: { schema: 'dump', name: 'p' },
    referencedColumns: ['code'],
  }

  it('counts rows without their parent, as the source and as the target compares, from a packed dump too', async () => {
    const text = `${dumpStart}CREATE TABLE c (p varchar(9) COLLATE utf8mb4_general_ci, q int DEFAULT 7);
      INSERT INTO c (p) VALUES ('A'),('a'),('x '),('é'),('none'),(NULL);
      CREATE TABLE other (id int);INSERT INTO other VALUES (1);
      CREATE TABLE p (code varchar(9) COLLATE utf8mb4_general_ci, id int);INSERT INTO p VALUES ('A',7),('x',8),('e',9);`
    for (const content of [text, gzipSync(text)]) {
      await using file = await dumpOnDisk(content)
      await using source = await openDump(file.url)
      const { tables } = await source.catalog(never)
      const { name: table, rowEstimate } = tables.find(({ name }) => name.name === 'c')!
      const relations = [
        relation,
        { ...relation, byBytes: ['p'] },
        { ...relation, byBytes: ['p'], byLowerCase: ['p'] },
        { ...relation, columns: ['q'], referencedColumns: ['id'] },
        { ...relation, references: { schema: 'dump', name: 'gone' } },
      ]
      const [answer] = await source.census([{ table, rowEstimate, columns: [], relations }], never)
      expect(answer).toEqual({
        table,
        rows: 6,
        facts: {},
        orphans: [1, 1, 1, 0, 5],
        orphansByBytes: [undefined, 4, 3, undefined, undefined],
      })
    }
  })

  it('counts rows of a table that refers to itself', async () => {
    const text = `${dumpStart}CREATE TABLE c (code int, p int);INSERT INTO c VALUES (1,NULL),(2,1),(3,9),(4,5),(5,4);`
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    const [{ name: table, rowEstimate }] = (await source.catalog(never)).tables as [Catalog['tables'][number]]
    const relations = [{ ...relation, references: table }]
    const columns = [{ column: 'p', native: { name: 'int', text: 'int', args: [] }, facts: ['max'] as const }]
    const [answer] = await source.census([{ table, rowEstimate, columns, relations }], never)
    expect(answer).toEqual({ table, rows: 5, facts: { p: { max: '9' } }, orphans: [1] })
  })

  it('counts rows with the key of another, where case is not minded', async () => {
    const text = `${dumpStart}CREATE TABLE u (a varchar(9) COLLATE utf8mb4_bin, b int, c varchar(9) COLLATE utf8mb4_bin);
      INSERT INTO u VALUES ('Ann',1,'x'),('ann',2,'x'),('ANN',1,'X'),('Ä',1,'x'),('ä',1,'x'),('a ',1,'x'),('a',1,'x'),(NULL,1,'x'),(NULL,1,'x');`
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    const [{ name: table, rowEstimate }] = (await source.catalog(never)).tables as [Catalog['tables'][number]]
    const key = { name: 'k', columns: ['a'], byBytes: ['a'], byLowerCase: ['a'] }
    const keys = [
      key,
      { ...key, byLowerCase: [] },
      { ...key, columns: ['a', 'b'] },
      { ...key, columns: ['a', 'b', 'c'], byBytes: ['a', 'c'] },
    ]
    const [answer] = await source.census([{ table, rowEstimate, columns: [], keys }], never)
    expect(answer).toEqual({ table, rows: 9, facts: {}, surplusRows: [3, 0, 2, 1] })
  })

  it('finds in the sample shop what was planted there, and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transload-shop-'))
    try {
      const shop = await writeSampleShop(join(folder, 'shop.sql'), { rowCount: 10_000 })
      await using source = await openDump(`mysqldump:${shop.path}`)
      const answers = await ask(source, await source.catalog(never))
      const names: { readonly [fact in CensusFact]?: string } = {
        'zero-dates': 'zero-date',
        'partial-dates': 'partial-date',
        'nul-bytes': 'nul-byte',
        'enum-zero': 'enum-index-zero',
        'double-encoded': 'encoded-twice',
        'json-nul': 'json-nul',
        'invalid-text': 'invalid-text',
      }
      const found = answers.flatMap(({ table, facts }) =>
        Object.entries(facts).flatMap(([column, own]) =>
          Object.entries(names).flatMap(([fact, oddity]) => {
            const rowCount = Number(own[fact as CensusFact] ?? 0)
            return rowCount === 0 ? [] : [`${table.name}.${column} ${oddity} ${rowCount}`]
          }),
        ),
      )
      const planted = shop.planted
        .filter(({ oddity }) => Object.values(names).includes(oddity))
        .map(({ table, column, oddity, rowCount }) => `${table}.${column} ${oddity} ${rowCount}`)
      expect(found.toSorted()).toEqual(planted.toSorted())
      const rows = Object.fromEntries(answers.map((answer) => [answer.table.name, answer.rows]))
      expect(rows).toEqual(shop.tables)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
