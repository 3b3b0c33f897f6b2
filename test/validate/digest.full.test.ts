import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { digestText } from '../../src/canonical/digest-text.ts'
import { rowDigest } from '../../src/canonical/row-digest-input.ts'
import { hash } from 'node:crypto'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { registry } from '../../src/index.ts'
import { loadRules } from '../../src/mapping/load-rules.ts'
import { type Ends, openEnds } from '../../src/run/ends.ts'
import type { ComparedTable } from '../../src/validate/compared-table.ts'
import { digestColumnsOf, digestQuestions } from '../../src/validate/digest-columns.ts'
import { pairTables } from '../../src/validate/pair-tables.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const never = new AbortController().signal

interface Column {
  readonly name: string
  readonly source: string
  readonly target: string
  /** How the target reads the text of a value; `$` is the parameter. */
  readonly cast: string
  readonly values: fc.Arbitrary<string>
  /** Bytes, as their hexadecimal digits. */
  readonly isBytes?: boolean
  readonly isLong?: boolean
}

const awkward = fc.constantFrom(
  '',
  'N',
  'NULL',
  '1:',
  ':',
  ' ',
  'a ',
  "'",
  '\\',
  '"',
  '😀',
  'é',
  'e\u0301',
  '\t\n',
  '0',
)
const texts = fc
  .oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 12 }))
  .filter((text) => !/[\0\ud800-\udfff]/u.test(text))
const two = (number: number): string => String(number).padStart(2, '0')
const dates = fc
  .tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${year}-${two(month)}-${two(day)}`)
const clocks = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map((parts) => parts.map((part) => two(part)).join(':'))
const fraction = (digits: number): fc.Arbitrary<string> =>
  fc.nat(10 ** digits - 1).map((part) => (part === 0 ? '' : `.${String(part).padStart(digits, '0')}`))
const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map((all) => all.join(''))
const bytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((some) => Buffer.from(some).toString('hex'))

/** All types whose digest form a statement of each engine can make exactly. */
const columns: readonly Column[] = [
  { name: 'i', source: 'int', target: 'integer', cast: '$', values: fc.integer().map(String) },
  {
    name: 'z',
    source: 'int(9) unsigned zerofill',
    target: 'bigint',
    cast: '$',
    values: fc.nat(999_999_999).map(String),
  },
  {
    name: 'u',
    source: 'bigint unsigned',
    target: 'numeric(20)',
    cast: '$',
    values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  },
  {
    name: 'y',
    source: 'year',
    target: 'smallint',
    cast: '$',
    values: fc.integer({ min: 1901, max: 2155 }).map(String),
  },
  { name: 'f', source: 'tinyint(1)', target: 'boolean', cast: '$', values: fc.constantFrom('0', '1') },
  {
    name: 'm',
    source: 'decimal(20,6)',
    target: 'numeric(20,6)',
    cast: '$',
    values: fc
      .tuple(fc.constantFrom('', '-'), fc.nat(10 ** 9), fc.nat(999_999))
      .map(([sign, whole, part]) => `${sign}${whole}.${String(part).padStart(6, '0')}`),
  },
  {
    name: 'w',
    source: 'decimal(30,0)',
    target: 'numeric',
    cast: '$',
    values: fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }).map(String),
  },
  {
    name: 'b',
    source: 'bit(9)',
    target: 'bit(9)',
    cast: '$',
    values: fc.nat(511).map((bits) => bits.toString(2).padStart(9, '0')),
  },
  { name: 'd', source: 'date', target: 'date', cast: '$', values: dates },
  { name: 't0', source: 'datetime', target: 'timestamp', cast: '$', values: joined(dates, fc.constant(' '), clocks) },
  {
    name: 't6',
    source: 'datetime(6)',
    target: 'timestamp(6)',
    cast: '$',
    values: joined(dates, fc.constant(' '), clocks, fraction(6)),
  },
  {
    name: 's',
    source: 'timestamp(3) NULL',
    target: 'timestamptz(3)',
    cast: '$',
    values: joined(
      fc.integer({ min: 1971, max: 2037 }).map((year) => `${year}-06-07 `),
      clocks,
      fraction(3),
    ),
  },
  { name: 'c', source: 'time(6)', target: 'time(6)', cast: '$', values: joined(clocks, fraction(6)) },
  { name: 'v', source: 'varchar(60) CHARACTER SET utf8mb4', target: 'text', cast: '$', values: texts },
  {
    name: 'l',
    source: 'varchar(20) CHARACTER SET latin1',
    target: 'varchar(20)',
    cast: '$',
    values: fc.string({ unit: fc.constantFrom('é', 'ß', 'a', 'N', ':', '1', ' '), maxLength: 8 }),
  },
  {
    name: 'k',
    source: 'char(10)',
    target: 'char(10)',
    cast: '$',
    values: texts.map((text) => text.trimEnd()).filter((text) => text.length < 10),
  },
  { name: 'x', source: 'longtext', target: 'text', cast: '$', values: texts, isLong: true },
  { name: 'r', source: 'varbinary(20)', target: 'bytea', cast: "decode($, 'hex')", values: bytes(20), isBytes: true },
  {
    name: 'o',
    source: 'blob',
    target: 'bytea',
    cast: "decode($, 'hex')",
    values: bytes(40),
    isBytes: true,
    isLong: true,
  },
  { name: 'e', source: "enum('a','N','1:')", target: 'text', cast: '$', values: fc.constantFrom('a', 'N', '1:') },
  {
    name: 'g',
    source: "set('x','y','z')",
    target: 'text[]',
    cast: "string_to_array($, ',')",
    values: fc.constantFrom('x', 'x,y', 'z', 'x,y,z'),
  },
  { name: 'q', source: 'char(36) CHARACTER SET ascii', target: 'uuid', cast: '$', values: fc.uuid() },
]

type Row = { readonly [name: string]: string | null }

const rows = fc.record(
  Object.fromEntries(columns.map(({ name, values }) => [name, fc.option(values, { nil: null, freq: 4 })])),
) as fc.Arbitrary<Row>

/** What the client takes for the digest of a row, from the values alone. */
function digestHere(table: ComparedTable, slots: readonly number[], id: number, row: Row): readonly [bigint, bigint] {
  return rowDigest(
    slots.map((slot) => {
      const { from, form } = table.columns[slot]!
      const column = columns.find(({ name }) => name === from)
      const value = column === undefined ? String(id) : row[from]!
      if (value === null) return undefined
      if (column?.isLong === true) {
        return hash('sha256', column.isBytes === true ? Buffer.from(value, 'hex') : value, 'hex')
      }
      return digestText(form, value)
    }),
  )
}

function compareDigests(from: EngineName, to: EngineName): void {
  describeEngines([from, to], `digests in ${from}, in ${to} and here`, () => {
    let source: TestDatabase
    let target: TestDatabase
    let ends: Ends
    let table: ComparedTable
    let slots: readonly number[]
    beforeAll(async () => {
      source = await createDatabase(engineUrl(from), 'digest')
      target = await createDatabase(engineUrl(to), 'digest')
      await source.query(
        `CREATE TABLE t (id int PRIMARY KEY, ${columns.map(({ name, source: type }) => `${name} ${type}`).join(', ')})`,
      )
      await target.query(
        `CREATE TABLE t (id int PRIMARY KEY, ${columns.map(({ name, target: type }) => `${name} ${type}`).join(', ')})`,
      )
      const pipeline = pipelineBetween(source.url, target.url)
      const flags = { laneCount: 1, maxBytesPerSecond: undefined }
      ends = await openEnds(
        { pipeline, registry, flags, events: { notice: () => {} }, signal: never },
        { source: '', target: '' },
      )
      const catalog = await ends.source.catalog(never)
      await using snapshot = await ends.source.openSnapshot(1, [], never)
      await using contents = await ends.target.openContents!(never)
      const rules = await loadRules(ends.sourceEnd.engine, ends.targetEnd.engine, undefined)
      const request = {
        label: '',
        catalog,
        pipeline,
        target: ends.target,
        rules,
        source: snapshot.contents!,
        contents,
        maps: ends.target.keyMaps({ plans: [] }, false),
      }
      const paired = await pairTables(request, never)
      table = paired.tables[0]!
      slots = digestColumnsOf(table, { source: snapshot.contents!, target: contents })!.exact
    })
    afterAll(async () => {
      await ends.source[Symbol.asyncDispose]()
      await ends.target[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })

    it('are exact for every type that has one text', () => {
      expect(slots.map((slot) => table.columns[slot]!.from)).toEqual(['id', ...columns.map(({ name }) => name)])
    })

    it('are the same for doubles, and others for their neighbours', async () => {
      await using here = await createDatabase(engineUrl(from), 'digest')
      await using there = await createDatabase(engineUrl(to), 'digest')
      await here.query('CREATE TABLE t (id int PRIMARY KEY, d double)')
      await there.query('CREATE TABLE t (id int PRIMARY KEY, d float8)')
      const some = fc.sample(doubles, 300)
      await here.query(`INSERT INTO t VALUES ${some.map((value, id) => `(${id}, ${value})`).join(', ')}`)
      await there.query(`INSERT INTO t VALUES ${some.map((value, id) => `(${id}, '${value}')`).join(', ')}`)
      const flags = { laneCount: 1, maxBytesPerSecond: undefined }
      const pipeline = pipelineBetween(here.url, there.url)
      const own = await openEnds(
        { pipeline, registry, flags, events: { notice: () => {} }, signal: never },
        { source: '', target: '' },
      )
      await using source = own.source
      await using target = own.target
      await using snapshot = await source.openSnapshot(1, [], never)
      const catalog = await source.catalog(never)
      const rules = await loadRules(own.sourceEnd.engine, own.targetEnd.engine, undefined)
      const sums = async (): Promise<(readonly [readonly string[], readonly string[]])[]> => {
        await using contents = await target.openContents!(never)
        const request = {
          label: '',
          catalog,
          pipeline,
          target,
          rules,
          source: snapshot.contents!,
          contents,
          maps: target.keyMaps({ plans: [] }, false),
        }
        const [first] = (await pairTables(request, never)).tables
        const found: (readonly [readonly string[], readonly string[]])[] = []
        for (const id of some.keys()) {
          const question = digestQuestions(first!, [0, 1], { after: [String(id - 1)], upTo: [String(id)] })
          const one = await snapshot.contents!.digest!(question.source, never)
          found.push([one.sums, (await contents.digest!(question.target, never)).sums])
        }
        return found
      }
      const alike = await sums()
      expect(some.filter((_, id) => alike[id]![0].join(' ') !== alike[id]![1].join(' '))).toEqual([])
      for (const [id, value] of some.entries()) {
        await there.query('UPDATE t SET d = $2 WHERE id = $1', [id, String(neighbourOf(value))])
      }
      const apart = await sums()
      expect(some.filter((_, id) => apart[id]![0].join(' ') === apart[id]![1].join(' '))).toEqual([])
    })

    it('are the same for random rows', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 12 }), async (some) => {
          await fill(source, target, some)
          await using snapshot = await ends.source.openSnapshot(1, [], never)
          await using contents = await ends.target.openContents!(never)
          const question = digestQuestions(table, slots, {})
          const there = [
            await snapshot.contents!.digest!(question.source, never),
            await contents.digest!(question.target, never),
          ]
          const here = some.map((row, id) => digestHere(table, slots, id, row))
          const sum = (half: 0 | 1): string => String(here.reduce((total, digest) => total + digest[half], 0n))
          const nulls = ['id', ...columns.map(({ name }) => name)].map(
            (name) => some.filter((row) => row[name] === null).length,
          )
          const expected = { rows: some.length, unhashed: 0, sums: [sum(0), sum(1)], nulls }
          expect(there).toEqual([expected, expected])
        }),
        { numRuns: 60 },
      )
    })
  })
}

/** Doubles whose digits a digest says, of all sizes but those whose last digits are no part of the number. */
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => {
  const size = Math.abs(value)
  return Object.is(value, 0) || (size >= 1e-13 && size < 2 ** 53)
})

/** The next double: one step further from zero. */
function neighbourOf(value: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  view.setBigInt64(0, view.getBigInt64(0) + 1n)
  return view.getFloat64(0)
}

async function fill(source: TestDatabase, target: TestDatabase, some: readonly Row[]): Promise<void> {
  await source.query('DELETE FROM t')
  await target.query('DELETE FROM t')
  for (const [id, row] of some.entries()) {
    const values = columns.map(({ name, isBytes, source: type }) => {
      const value = row[name]!
      if (value === null) return null
      if (type === 'bit(9)') return Number.parseInt(value, 2)
      return isBytes === true ? Buffer.from(value, 'hex') : value
    })
    await source.query(`INSERT INTO t VALUES (?${', ?'.repeat(columns.length)})`, [id, ...values])
    const casts = columns.map(
      ({ cast, target: type }, place) => `${cast.replace('$', () => `$${place + 2}::text`)}::${type}`,
    )
    await target.query(`INSERT INTO t VALUES ($1, ${casts.join(', ')})`, [id, ...columns.map(({ name }) => row[name]!)])
  }
}

compareDigests('mysql9', 'postgres15')
compareDigests('mysql9', 'embedded18')
compareDigests('mariadb', 'postgres15')
compareDigests('mariadb', 'embedded18')
