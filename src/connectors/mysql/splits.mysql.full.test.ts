import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { layoutOf, never, openMysql, planRead, readSplit } from '../../../test/support/mysql-source.ts'
import { ArenaBatch } from '../../batch/batch.ts'
import type { Snapshot } from '../../contract/source.ts'
import type { Cursor } from '../../model/plain.ts'
import type { ReadPlan, Split } from '../../model/plan.ts'
import { openSessions } from './client.ts'
import { parseMysqlUrl, type MysqlSettings } from './config.ts'
import { splitQuery } from './select-statement.ts'
import { readServerFacts } from './server-facts.ts'
import { planTableSplits } from './splits.ts'

interface KeyCase {
  readonly name: string
  readonly columns: string
  readonly key: string
  /** SQL of a key's values. */
  readonly values: fc.Arbitrary<string>
  readonly only?: 'mysql9' | 'mariadb'
  /** No range of the index: the server makes none of a SET. */
  readonly scanned?: true
}

const hex = (bytes: Uint8Array): string => `X'${Buffer.from(bytes).toString('hex')}'`
const bytes = (maxLength: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: 1, maxLength }).map(hex)
const utf8 = (text: string): string => `_utf8mb4 ${hex(Buffer.from(text, 'utf8'))}`
const words = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', 'B', 'é', 'É', 'z', 'Z', '0', ' ', '9', '_', 'ß'),
  maxLength: 4,
})
const anyText = fc.oneof(words, fc.string({ unit: 'grapheme', maxLength: 6 }))
const two = (value: number): string => String(value).padStart(2, '0')
const day = fc
  .tuple(fc.constantFrom(0, 1, 999, 1000, 1969, 2000, 2024, 9999), fc.nat(12), fc.nat(31))
  .map(([year, month, date]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`)
const micros = fc.nat(999_999).map((value) => String(value).padStart(6, '0'))
const clock = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map((parts) => parts.map(two).join(':'))
const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((value) => {
  return `'${Buffer.from(value)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}'`
})

const cases: readonly KeyCase[] = [
  { name: 'integer', columns: 'k INT NOT NULL', key: 'k', values: fc.integer().map(String) },
  {
    name: 'unsigned above 2^63',
    columns: 'k BIGINT UNSIGNED NOT NULL',
    key: 'k',
    values: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
  },
  {
    name: 'sparse',
    columns: 'k BIGINT NOT NULL',
    key: 'k',
    values: fc.oneof(
      fc.integer({ min: -20, max: 20 }).map(String),
      fc.constantFrom(String(10n ** 18n), `${10n ** 18n + 1n}`),
    ),
  },
  {
    name: 'decimal',
    columns: 'k DECIMAL(30,10) NOT NULL',
    key: 'k',
    values: fc.tuple(fc.bigInt(-(10n ** 20n) + 1n, 10n ** 20n - 1n), fc.nat(99)).map(([a, b]) => `${a}.${b}`),
  },
  { name: 'date', columns: 'k DATE NOT NULL', key: 'k', values: day.map((text) => `'${text}'`) },
  {
    name: 'datetime',
    columns: 'k DATETIME(6) NOT NULL',
    key: 'k',
    values: fc.tuple(day, clock, micros).map(([date, time, fraction]) => `'${date} ${time}.${fraction}'`),
  },
  {
    name: 'timestamp',
    columns: "k TIMESTAMP(3) NOT NULL DEFAULT '2001-01-01'",
    key: 'k',
    values: fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 2 }), fc.nat(999)).map(([s, ms]) => {
      return `'${new Date(s * 1000 + ms).toISOString().replace('T', ' ').replace('Z', '')}'`
    }),
  },
  {
    name: 'time',
    columns: 'k TIME(3) NOT NULL',
    key: 'k',
    values: fc.integer({ min: -3_020_399_000, max: 3_020_399_000 }).map((ms) => `SEC_TO_TIME(${ms / 1000})`),
  },
  { name: 'year', columns: 'k YEAR NOT NULL', key: 'k', values: fc.integer({ min: 1901, max: 2155 }).map(String) },
  { name: 'bit', columns: 'k BIT(64) NOT NULL', key: 'k', values: fc.bigInt(0n, 2n ** 64n - 1n).map(String) },
  {
    name: 'enum and integer',
    columns: "k ENUM('z','b','','m','a') NOT NULL, i INT NOT NULL",
    key: 'k, i',
    values: fc.tuple(fc.nat(5), fc.nat(5)).map(([k, i]) => `${k}, ${i}`),
  },
  {
    name: 'set',
    columns: "k SET('z','b','m','a') NOT NULL, i INT NOT NULL",
    key: 'k, i',
    values: fc.tuple(fc.nat(15), fc.nat(5)).map(([k, i]) => `${k}, ${i}`),
    scanned: true,
  },
  {
    name: 'case-insensitive text',
    columns: 'k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL',
    key: 'k',
    values: anyText.map(utf8),
  },
  {
    name: 'text in its bytes’ order',
    columns: 'k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
    key: 'k',
    values: anyText.map(utf8),
  },
  { name: 'char', columns: 'k CHAR(8) NOT NULL', key: 'k', values: words.map(utf8) },
  {
    name: 'latin1',
    columns: 'k VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL',
    key: 'k',
    values: words.map(utf8),
  },
  { name: 'gbk', columns: 'k VARCHAR(20) CHARACTER SET gbk NOT NULL', key: 'k', values: anyText.map(utf8) },
  { name: 'ucs2', columns: 'k VARCHAR(20) CHARACTER SET ucs2 NOT NULL', key: 'k', values: words.map(utf8) },
  { name: 'binary', columns: 'k BINARY(16) NOT NULL', key: 'k', values: bytes(16) },
  { name: 'varbinary', columns: 'k VARBINARY(20) NOT NULL', key: 'k', values: bytes(4) },
  {
    name: 'composite',
    columns: 'a SMALLINT NOT NULL, b VARCHAR(5) NOT NULL, c DATE NOT NULL',
    key: 'a, b, c',
    values: fc.tuple(fc.integer({ min: -1, max: 1 }), words, day).map(([a, b, c]) => `${a}, ${utf8(b)}, '${c}'`),
  },
  { name: 'uuid', columns: 'k UUID NOT NULL', key: 'k', values: uuid, only: 'mariadb' },
  {
    name: 'inet6',
    columns: 'k INET6 NOT NULL',
    key: 'k',
    values: fc.ipV6().map((text) => `'${text}'`),
    only: 'mariadb',
  },
  {
    name: 'utf8mb4_0900_ai_ci',
    columns: 'k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NOT NULL',
    key: 'k',
    values: anyText.map(utf8),
    only: 'mysql9',
  },
]

/** Full at every n-th row, so that there is a cursor at each. */
class SmallBatch extends ArenaBatch {
  readonly #maxRowCount: number

  constructor(read: ReadPlan, maxRowCount: number) {
    super([layoutOf(read)])
    this.#maxRowCount = maxRowCount
  }

  override isFull(): boolean {
    return (this.frames[0]?.rowCount ?? 0) >= this.#maxRowCount
  }
}

describeEngines(['mysql9', 'mariadb'], 'splits at keys that exist', () => {
  describe.each(['mysql9', 'mariadb'] as const)('%s', (name) => {
    const own = cases.filter(({ only }) => only === undefined || only === name)

    it.each(own)('cover the rows of a key of $name once each, in order, and resume anywhere', async (keyCase) => {
      await using database = await createDatabase(engineUrl(name), 'splits')
      await using source = await openMysql(database.url)
      await using sessions = await openSessions(settingsOf(database), never)
      const server = await sessions.use(readServerFacts, never)
      await database.query(`SET SESSION sql_mode = 'ALLOW_INVALID_DATES'; SET SESSION time_zone = '+00:00';
        CREATE TABLE t (${keyCase.columns}, n INT NOT NULL, PRIMARY KEY (${keyCase.key})) DEFAULT CHARACTER SET utf8mb4`)
      const read = await planRead(source, 't')
      const sets = fc.array(keyCase.values, { minLength: 1, maxLength: 40 })
      await fc.assert(
        fc.asyncProperty(sets, fc.constantFrom(1, 2, 16), fc.boolean(), async (values, splitCount, isWalked) => {
          const expected = await fill(database, keyCase.key, values)
          const options = { rowCount: Math.max(1, Math.floor(expected.length / splitCount)), maxCount: splitCount }
          const splits = await sessions.use(
            async (session) => await planTableSplits(session, server, read, options, isWalked ? undefined : 0),
            never,
          )
          expect(splits.length).toBeLessThanOrEqual(splitCount)
          await using snapshot = await source.openSnapshot(1, [read], never)
          expect(await readNumbers(snapshot, read, splits)).toEqual(expected)
          const whole = splits[splitCount % splits.length]
          if (whole !== undefined) await expectResumable(snapshot, read, whole)
        }),
        { numRuns: 8 },
      )
    })

    it.each(own)('are ranges of the index for a key of $name', async (keyCase) => {
      await using database = await createDatabase(engineUrl(name), 'ranges')
      await using source = await openMysql(database.url)
      await database.query(`SET SESSION sql_mode = 'ALLOW_INVALID_DATES'; SET SESSION time_zone = '+00:00';
        CREATE TABLE t (${keyCase.columns}, n INT NOT NULL, PRIMARY KEY (${keyCase.key})) DEFAULT CHARACTER SET utf8mb4`)
      const read = await planRead(source, 't')
      const expected = await fill(database, keyCase.key, fc.sample(keyCase.values, { numRuns: 400, seed: 7 }))
      await database.query('ANALYZE TABLE t')
      const splits = await source.planSplits(read, { rowCount: Math.ceil(expected.length / 5), maxCount: 10 }, never)
      const middle = splits[2]
      expect(middle?.bounds).toMatchObject({ after: expect.any(Array), upTo: expect.any(Array) })
      if (middle === undefined) return
      const format = name === 'mysql9' ? 'FORMAT=TRADITIONAL' : ''
      const [row] = await database.query(`EXPLAIN ${format} ${splitQuery(read, middle, undefined).sql}`)
      expect(row).toMatchObject({ type: keyCase.scanned === true ? 'index' : 'range', key: 'PRIMARY' })
      expect(String(row?.['Extra'])).not.toContain('filesort')
    })

    it('are one split, without cursors, where no key can be split by', async () => {
      await using database = await createDatabase(engineUrl(name), 'atomic')
      await using source = await openMysql(database.url)
      await database.query(`CREATE TABLE f (k FLOAT PRIMARY KEY); INSERT INTO f VALUES (1), (2);
        CREATE TABLE n (a INT); INSERT INTO n VALUES (1), (1), (NULL); CREATE TABLE e (k INT PRIMARY KEY)`)
      for (const [table, rowCount] of [
        ['f', 2],
        ['n', 3],
      ] as const) {
        const read = await planRead(source, table)
        const splits = await source.planSplits(read, { rowCount: 1, maxCount: 8 }, never)
        expect(splits).toMatchObject([{ atomic: true, ordinal: 0, id: `${table}#0` }])
        await using snapshot = await source.openSnapshot(1, [read], never)
        const { rows, cursors } = await readSplit(snapshot, read, splits[0]!)
        expect(rows).toHaveLength(rowCount)
        expect(cursors).toEqual([])
      }
      const empty = await planRead(source, 'e')
      const splits = await source.planSplits(empty, { rowCount: 1, maxCount: 8 }, never)
      expect(splits).toMatchObject([{ atomic: false, bounds: {} }])
    })

    it('reads the rows of single keys', async () => {
      await using database = await createDatabase(engineUrl(name), 'keys')
      await using source = await openMysql(database.url)
      await database.query(`CREATE TABLE t (a INT, b VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin, c BINARY(16), d DATETIME(3),
          n INT, PRIMARY KEY (a, b, c, d));
        INSERT INTO t VALUES (1, 'é', UNHEX('00112233445566778899AABBCCDDEEFF'), '2024-01-02 03:04:05.600', 1),
          (1, 'e', UNHEX('00112233445566778899AABBCCDDEEFF'), '2024-01-02 03:04:05.600', 2),
          (-2, '', UNHEX('00112233445566778899AABBCCDDEEFF'), '2024-01-02 03:04:05.600', 3)`)
      const read = await planRead(source, 't', { c: { type: { kind: 'uuid' } } })
      const same = { c: '00112233-4455-6677-8899-aabbccddeeff', d: '2024-01-02 03:04:05.600' }
      const split = source.keySplit(read, [
        { a: '-2', b: '', ...same },
        { a: '1', b: 'é', ...same },
      ])
      await using snapshot = await source.openSnapshot(1, [read], never)
      const { rows } = await readSplit(snapshot, read, split)
      expect(rows.map((row) => Number(row[4]))).toEqual([3, 1])
    })
  })
})

async function fill(database: TestDatabase, key: string, values: readonly string[]): Promise<number[]> {
  const rows = values.map((value, n) => `(${value}, ${n})`)
  await database.query(`DELETE FROM t; INSERT IGNORE INTO t VALUES ${rows.join(', ')}`)
  const found = await database.query(`SELECT n FROM t FORCE INDEX (PRIMARY) ORDER BY ${key}`)
  return found.map(({ n }) => Number(n))
}

async function readNumbers(
  snapshot: Snapshot,
  read: ReadPlan,
  splits: readonly Split[],
  from?: Cursor,
): Promise<number[]> {
  const numbers: number[] = []
  for (const split of splits) {
    const { rows } = await readSplit(snapshot, read, split, from)
    numbers.push(...rows.map((row) => Number(row.at(-1))))
  }
  return numbers
}

async function expectResumable(snapshot: Snapshot, read: ReadPlan, split: Split): Promise<void> {
  const whole = await readSplit(snapshot, read, split, undefined, new SmallBatch(read, 1))
  const numbers = whole.rows.map((row) => Number(row.at(-1)))
  for (const { after, rowCount } of whole.cursors) {
    // Through JSON, as it is stored.
    const cursor: Cursor = JSON.parse(JSON.stringify(after)) as Cursor
    expect(await readNumbers(snapshot, read, [split], cursor)).toEqual(numbers.slice(rowCount))
  }
}

function settingsOf(database: TestDatabase): MysqlSettings {
  return parseMysqlUrl(database.url).settings as MysqlSettings
}
