import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { compare, type Compared } from './compare.ts'

/** One column at each end, and its values. */
interface Case {
  readonly name: string
  readonly type: string
  readonly there: string
  readonly values: readonly string[]
  /** What the target has in their place; absent: the same. */
  readonly other?: readonly string[]
  /** Its range is not asked for. */
  readonly isLeftOut?: boolean
  /** What is told to differ. */
  readonly found?: string
  /** What the source comes to. */
  readonly range?: object
}

const most = '18446744073709551615'
const wide = `${'9'.repeat(35)}.${'0'.repeat(29)}1`

const cases: readonly Case[] = [
  {
    name: 'integers',
    type: 'int',
    there: 'integer',
    values: ['-5', '7', 'NULL'],
    range: { min: '-5', max: '7', sum: '2' },
  },
  {
    name: 'nothing but NULL',
    type: 'int',
    there: 'integer',
    values: ['NULL'],
    range: { min: null, max: null, sum: null },
  },
  {
    name: 'values that changed places between rows, which it does not see',
    type: 'int',
    there: 'integer',
    values: ['1', '2'],
    other: ['2', '1'],
  },
  {
    name: 'a value that is another',
    type: 'int',
    there: 'integer',
    values: ['1', '5', '9'],
    other: ['1', '6', '9'],
    found: 'the sum',
  },
  {
    name: 'the largest number without a sign, twice',
    type: 'bigint unsigned',
    there: 'numeric(20,0)',
    values: [most, most],
    range: { max: most, sum: '36893488147419103230' },
  },
  {
    name: 'one less than 2^63 and more',
    type: 'bigint unsigned',
    there: 'numeric(20,0)',
    values: ['1', '9223372036854775809', most],
    other: ['1', '9223372036854775808', most],
    found: 'the sum',
  },
  {
    name: 'decimals of 65 digits',
    type: 'decimal(65,30)',
    there: 'numeric(65,30)',
    values: [wide, wide, `-${wide}`, '0.5'],
    range: { min: `-${wide}`, max: wide },
  },
  {
    name: 'the last of 65 digits',
    type: 'decimal(65,30)',
    there: 'numeric',
    values: [wide, '0.1', '0'],
    other: [wide, `0.1${'0'.repeat(28)}1`, '0'],
    found: 'the sum',
  },
  { name: 'the sign of a zero', type: 'decimal(5,2)', there: 'numeric', values: ['-0.00'], other: ['0'] },
  {
    name: 'truth values',
    type: 'tinyint(1)',
    there: 'boolean',
    values: ['1', '0', '1'],
    other: ['true', 'false', 'true'],
    range: { sum: '2' },
  },
  {
    name: 'truth values of a domain',
    type: 'bit(1)',
    there: 'truth',
    values: ["b'1'", "b'0'"],
    other: ['true', 'false'],
  },
  { name: 'years', type: 'year', there: 'smallint', values: ['1999', '2024'], range: { sum: '4023' } },
  { name: 'days', type: 'date', there: 'date', values: ["'1000-01-01'", "'9999-12-31'"], range: { min: '1000-01-01' } },
  {
    name: 'the day after the last',
    type: 'date',
    there: 'date',
    values: ["'2020-01-01'", "'2020-02-29'"],
    other: ["'2020-01-01'", "'2020-03-01'"],
    found: 'the largest value',
  },
  {
    name: 'clocks',
    type: 'datetime(6)',
    there: 'timestamp(6)',
    values: ["'2024-05-06 07:08:09.100000'", "'1000-01-01 00:00:00'"],
  },
  {
    name: 'a clock that never stops',
    type: 'datetime(6)',
    there: 'timestamp(6)',
    values: ["'2024-05-06 07:08:09.1'"],
    other: ["'infinity'"],
    found: 'the least value, the largest value',
  },
  {
    name: 'moments',
    type: 'timestamp(3) NULL',
    there: 'timestamptz(3)',
    values: ["'2024-05-06 07:08:09.123'"],
    other: ["'2024-05-06 07:08:09.123+00'"],
  },
  {
    name: 'floats, which have no exact sum',
    type: 'double',
    there: 'double precision',
    values: ['0.1'],
    isLeftOut: true,
    other: ['0.2'],
  },
  {
    name: 'texts, whose order hangs on a collation',
    type: 'varchar(9)',
    there: 'text',
    values: ["'a'"],
    isLeftOut: true,
    other: ["'b'"],
  },
  { name: 'a number in a text', type: 'int', there: 'text', values: ['5'], isLeftOut: true, other: ["'6'"] },
]

function comparePair(from: 'mysql9' | 'mariadb'): void {
  describeEngines([from, 'postgres15'], `ranges of columns of ${from}`, () => {
    const table = async (
      { type, there, values, other = values }: Omit<Case, 'name'>,
      checks = { schema: false },
    ): Promise<Compared> => {
      const rows = (list: readonly string[]): string => list.map((value, id) => `(${id}, ${value})`).join(', ')
      return await compare(
        from,
        `SET time_zone = '+00:00'; SET sql_mode = ''; CREATE TABLE t (id int PRIMARY KEY, v ${type}); INSERT INTO t VALUES ${rows(values)}`,
        `CREATE DOMAIN truth AS boolean; CREATE TABLE t (id int PRIMARY KEY, v ${there}); INSERT INTO t VALUES ${rows(other)}`,
        { mode: 'counts', checks },
      )
    }

    it.each(cases)('$name', async ({ found, range = {}, isLeftOut = false, ...one }) => {
      const { of, error } = await table(one)
      const ranges = of('t')?.ranges?.filter(({ column }) => column.from === 'v') ?? []
      expect(error?.message).toBe(
        found === undefined ? undefined : `[TL_V701] Source and target differ: t.v: other at the target: ${found}`,
      )
      expect(ranges.map(({ same }) => same)).toEqual(isLeftOut ? [] : [found === undefined])
      expect(ranges.map(({ source }) => source)).toEqual(ranges.map(() => expect.objectContaining(range)))
    })

    it('gives exact sums of wide decimals, and says where it cannot', async () => {
      const sum = async (type: string, values: readonly string[]): Promise<readonly unknown[]> => {
        const { of, said } = await table({ type, there: 'numeric', values })
        const [, range] = of('t')?.ranges ?? []
        return [range?.same, range?.source.sum?.replace(/\.?0+$/, ''), said.includes('t.v: its sum was not compared')]
      }
      const nines = '9'.repeat(35)
      expect(await sum('decimal(65,30)', [`${nines}.5`, `${nines}.5`, '1'])).toEqual([
        true,
        `2${'0'.repeat(35)}`,
        false,
      ])
      expect(await sum('decimal(65,0)', ['9'.repeat(65), '9'.repeat(65)])).toEqual([true, undefined, true])
    })

    it('takes a zero date for the NULL that the mapping makes of it, and no NULL for another', async () => {
      const values = ["'0000-00-00 00:00:00'", "'2024-01-02 03:04:05'", 'NULL']
      const time = "'2024-01-02 03:04:05'"
      const asked = { type: 'datetime NULL', there: 'timestamp(0)', values }
      const good = await table({ ...asked, other: ['NULL', time, 'NULL'] })
      expect(good.error).toBeUndefined()
      expect(good.of('t')).toMatchObject({
        declared: [{ column: 'v', rule: 'zero-date-null', count: 1 }],
        nulls: [{}, { source: 1, target: 2, expected: 2 }],
      })
      expect(good.of('t')?.ranges?.[1]?.source.min).toBe('2024-01-02 03:04:05')
      const lost = await table({ ...asked, other: ['NULL', 'NULL', 'NULL'] })
      expect(lost.error?.message).toContain('t.v: 2 NULLs expected, 3 at the target')
    })

    it('takes a label that was invalid for the NULL that the mapping makes of it', async () => {
      const { error } = await table({
        type: "enum('a','b')",
        there: 'text',
        values: ["'a'", "'wrong'"],
        other: ["'a'", 'NULL'],
      })
      expect(error).toBeUndefined()
    })

    it('asks for more than goes into one statement', async () => {
      const names = Array.from({ length: 400 }, (_, place) => `c${place}`)
      const sql = `CREATE TABLE t (${names.map((name) => `${name} int`).join(', ')}); INSERT INTO t VALUES (${names.map((_, place) => place).join(', ')})`
      const { of, error } = await compare(from, sql, sql, { mode: 'counts' })
      expect(error).toBeUndefined()
      expect(of('t')?.ranges?.map(({ source }) => source.sum)).toEqual(names.map((_, place) => String(place)))
      expect(of('t')?.nulls).toHaveLength(400)
    })

    it('is made beside contents where that is asked for', async () => {
      const { summary, of } = await compare(
        from,
        'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (3)',
        'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (3)',
        { checks: { ranges: true } },
      )
      expect(summary.status).toBe('equal')
      expect(summary.checks?.ranges).toEqual({ state: 'checked' })
      expect(of('t')?.ranges).toMatchObject([{ source: { max: '3' }, same: true }])
    })
  })
}

comparePair('mysql9')
comparePair('mariadb')
