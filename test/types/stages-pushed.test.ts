import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { whereText } from '../../src/cli/text/condition-text.ts'
import { quoteLiteral } from '../../src/connectors/mysql/quote.ts'
import type { RowCondition } from '../../src/model/row-condition.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { never, openMysql, planRead } from '../support/mysql-source.ts'
import { type Asked, outcomesOf, withWhere } from './left-out-rows.ts'
import { changes, constants, seedPushed } from './pushed-table.ts'

const signs = ['==', '!=', '<', '<=', '>', '>='] as const

const leaf = fc
  .constantFrom(
    ...constants.filter(([name]) => /^\w+$/.test(name)),
    ['sure', ['0', '3']] as const,
    ['must', ['date("2024-01-31")']] as const,
  )
  .chain(([name, values]) => {
    const isNull = fc.constantFrom(`${name} == null`, `${name} != null`)
    const [first] = values
    if (first === undefined) return isNull
    const value = fc.constantFrom(...values)
    const order = /^["]/.test(first) ? ['==', '!='] : first === 'true' ? ['==', '!=', '<', '>='] : signs
    return fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(fc.constantFrom(...order), value).map(([sign, one]) => `${name} ${sign} ${one}`),
      },
      { weight: 1, arbitrary: value.map((one) => `${one} == ${name}`) },
      {
        weight: 3,
        arbitrary: fc
          .uniqueArray(value, { minLength: 1, maxLength: 3 })
          .map((them) => `${name} in [${them.join(', ')}]`),
      },
      { weight: 2, arbitrary: isNull },
      ...(first === 'true' ? [{ weight: 3, arbitrary: fc.constant(name) }] : []),
    )
  })
// Beside what can be told stands what cannot: a function, another column.
const odd = fc.constantFrom('size(name) > 3', 'i8 == i64', 'lower(fixed) == "s"', 'i64 + 1 > 0', 'true')
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 5, arbitrary: leaf },
    { weight: 1, arbitrary: odd },
    {
      weight: 5,
      arbitrary: fc
        .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
        .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
    },
    { weight: 2, arbitrary: tie('condition').map((inner) => `!(${inner})`) },
  ),
}))

function columnsIn(condition: RowCondition): string[] {
  if ('all' in condition) return condition.all.flatMap(columnsIn)
  return 'any' in condition ? condition.any.flatMap(columnsIn) : [condition.column]
}

/** What of a filter the servers are asked; undefined: nothing. */
const told: readonly (readonly [string, string | undefined])[] = [
  ['sure == 3', 'sure == 3'],
  ['3 <= sure && sure < 5', 'sure >= 3 && sure < 5'],
  ['!(sure in [1, 2] || i8 == null)', '!(sure in [1, 2]) && i8 != null'],
  ['sure == 1 && name != "active"', 'sure == 1'],
  ['sure == 1 || name != "active"', undefined],
  ['name == "active" && row["i64"] > -5', 'name == "active" && i64 > -5'],
  ['name in ["active", "it\'s"]', 'name in ["active", "it\'s"]'],
  ['name == "longer than the column"', undefined],
  ['name < "b"', undefined],
  // A list of long texts is looked through at a cost that the row may not have.
  ['body in ["active"]', undefined],
  ['body == "active"', 'body == "active"'],
  ['three == "😀"', undefined],
  ['lat == "ß" || lat == "s"', '(lat == "ß" || lat == "s")'],
  ['lat == "€"', undefined],
  ['greek == "active"', undefined],
  ['state == "new"', 'state == "new"'],
  ['state == "1"', undefined],
  ['state != "new"', undefined],
  ['flag', 'flag >= true'],
  ['!flag && bit1', 'flag <= false && bit1 >= true'],
  ['flag == false', 'flag == false'],
  ['price > 1.5', 'price > 1.5'],
  ['price > 1.0005', undefined],
  ['u64 == 18446744073709551615', 'u64 == 18446744073709551615'],
  ['u8 > -1', undefined],
  ['i8 == 300', undefined],
  ['i64 > 1.5', undefined],
  ['due >= date("2024-01-31")', 'due >= date("2024-01-31")'],
  ['due >= date("0999-01-31")', undefined],
  ['at < timestamp("2024-01-31")', 'at < timestamp("2024-01-31 00:00:00")'],
  ['at < timestamp("2024-01-31 00:00:00.0001")', undefined],
  ['seen > instant("2024-01-31T11:30:00+02:00")', 'seen > instant("2024-01-31 09:30:00Z")'],
  ['seen > instant("2040-01-01T00:00:00Z")', undefined],
  ['ratio > 0.1', undefined],
  ['year_ == 1970', undefined],
  ['doc != null', 'doc != null'],
  ['doc == null', undefined],
  ['has(doc.a)', undefined],
  ['i8 == i64', undefined],
  ['sure + 1 == 2', undefined],
  ['sure == 1 ? true : false', undefined],
  // What may run out of work rejects the row, whatever stands behind it.
  ['sure == 1 && lower(name) == "active" && i8 == 1', 'sure == 1'],
  ['lower(name) == "active" && sure == 1', undefined],
  ['(sure == 1 || size(name) > 3) && i8 == 1', undefined],
  ['!(sure == 1 || size(name) > 3)', 'sure != 1'],
  ['(sure == 1 && size(name) > 3) || (i8 == 1 && size(name) > 2)', '(sure == 1 || i8 == 1)'],
  ['row["we`ird \\" -- x"] == 1', 'row["we`ird \\" -- x"] == 1'],
]

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine], `rows that ${engine} leaves out by filters`, () => {
    let database: TestDatabase
    let asked: Asked
    const held = new AsyncDisposableStack()

    beforeAll(async () => {
      database = held.use(await createDatabase(engineUrl(engine), 'pushed'))
      await seedPushed(database, 400)
      const source = held.use(await openMysql(database.url))
      const read = await planRead(source, 't', changes)
      const [split] = await source.planSplits(read, { rowCount: 1e9, maxCount: 1 }, never)
      const snapshot = held.use(await source.openSnapshot(1, [read], never))
      asked = { source, read, split: split!, snapshot }
    })
    afterAll(async () => await held[Symbol.asyncDispose]())

    /** How many rows are left out; each of them would have been filtered, and the others come to the same. */
    const assertSame = async (...filters: string[]): Promise<number> => {
      // A fault in a column that nobody asks for would reject most of the rows.
      const columns = asked.read.columns.filter(
        ({ name }) => name === 'id' || filters.some((one) => one.includes(JSON.stringify(name).slice(1, -1))),
      )
      const read = await withWhere({ ...asked, read: { ...asked.read, columns } }, filters)
      const whole = await outcomesOf(asked, { ...read, where: undefined }, filters)
      const part = await outcomesOf(asked, read, filters)
      const minded = new Set(read.where === undefined ? [] : columnsIn(read.where))
      for (const [id, outcome] of whole) {
        if (part.has(id)) expect([filters, id, part.get(id)]).toEqual([filters, id, outcome])
        else {
          // What a row is left out by has no fault; one of another column, which would cost the row, is not met with any more.
          const faulty = /^rejected, (\w+) by read:/.exec(outcome)?.[1]
          const isOther = faulty !== undefined && (minded.size > 1 || !minded.has(faulty))
          expect([filters, id, outcome.split(',')[0]]).toEqual([filters, id, isOther ? 'rejected' : 'filtered'])
          const [only = '', second] = minded
          if (second === undefined)
            expect([filters, id, outcome]).toEqual([filters, id, expect.not.stringContaining(`, ${only} `)])
        }
      }
      expect(part.size).toBeLessThanOrEqual(whole.size)
      const [count] = await asked.snapshot.count([{ table: read.table, columns: ['id'], orphans: [], read }], never)
      const leftOut = whole.size - part.size
      expect([filters, count]).toEqual([
        filters,
        { table: read.table, rows: whole.size, nulls: [0], orphans: [], ...(read.where && { leftOut }) },
      ])
      return leftOut
    }

    it('have texts that every collation of the server finds equal to themselves', async () => {
      const found = await database.query(
        `SELECT COLLATION_NAME AS name, CHARACTER_SET_NAME AS charset FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY
          WHERE CHARACTER_SET_NAME IN ('utf8mb4', 'utf8mb3', 'latin1', 'ascii')`,
      )
      expect(found.length).toBeGreaterThan(100)
      const texts = ['', ' ', 'active ', 'ACTIVE', "it's", '\\', '\u0001', '\t', 'x'.repeat(200)]
      const latin = [...texts, 'ß', 'Ä', '\u00ad', '\u00a0']
      const wide = [...latin, 'e\u0301', '\u200d', '\u0130', 'ﬁ', '가', '\u0000', 'a\u0000b']
      for (const { name, charset } of found) {
        const them =
          charset === 'ascii'
            ? texts
            : charset === 'latin1'
              ? latin
              : [...wide, ...(charset === 'utf8mb4' ? ['😀'] : [])]
        const type = `(200) CHARACTER SET ${String(charset)} COLLATE ${String(name)}`
        await database.query(`CREATE TEMPORARY TABLE c (n int, v varchar${type}, f char${type})`)
        const rows = them.map((text, n) => `(${n}, ${quoteLiteral(text)}, ${quoteLiteral(text)})`)
        await database.query(`INSERT INTO c VALUES ${rows.join()}`)
        for (const [n, text] of them.entries()) {
          const literal = quoteLiteral(text)
          const [row] = await database.query(
            `SELECT COUNT(*) AS n FROM c WHERE n = ${n} AND v IN (${literal}) AND f IN (${quoteLiteral(text.replace(/ +$/, ''))})`,
          )
          expect([name, text, Number(row?.['n'])]).toEqual([name, text, 1])
        }
        await database.query('DROP TEMPORARY TABLE c')
      }
    })

    it.each(told)('are those that %s lets be left out', async (filter, text) => {
      expect(whereText(await withWhere(asked, [filter]))).toBe(text)
      const leftOut = await assertSame(filter)
      expect(leftOut > 0).toBe(text !== undefined)
    })

    it.each([
      // The second one never sees what the first one rejects.
      [['i8 > 0', 'sure == 1'], 'i8 > 0'],
      [['sure > 0', 'sure < 3'], 'sure > 0 && sure < 3'],
      [['i8 != null', 'i8 > 0'], 'i8 != null && i8 > 0'],
      [['size(name) > 2', 'sure == 1'], undefined],
      [['name != "x"', 'sure == 1'], 'sure == 1'],
    ])('are those of several filters one behind the other: %j', async (filters, text) => {
      expect(whereText(await withWhere(asked, filters))).toBe(text)
      await assertSame(...filters)
    })

    it(
      'are those that a filter is certainly false for, and the others come to the same',
      { timeout: 240_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(condition, { minLength: 1, maxLength: 2 }), async (filters) => {
            await assertSame(...filters)
          }),
          { numRuns: 400, seed: 20_260_801 },
        )
      },
    )
  })
}
