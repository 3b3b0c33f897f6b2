import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCanonical } from '../../../src/canonical/parse-type.ts'
import { textAsCell } from '../../../src/canonical/text.ts'
import type { Plain } from '../../../src/model/plain.ts'
import { throughStages } from '../../support/through-stages.ts'

const columns = { id: 'int(32)', name: 'text?', code: 'text?', born: 'date?', score: 'decimal(8,2)?', ok: 'bool?' }

const text = fc.oneof(
  fc.constantFrom('', ' ', '1', '0', '12.50', '2024-02-29', 'Ann Lee', 'a,b', 'é', '🙂'),
  fc.string(),
)
const maybe = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string | null> =>
  fc.option(arbitrary, { nil: null, freq: 4 })
const row = fc.tuple(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String),
  maybe(text.filter((one) => one.isWellFormed())),
  maybe(text.filter((one) => one.isWellFormed())),
  maybe(fc.constantFrom('2024-02-29', '0001-01-01', 'infinity', '0044-03-15 BC')),
  maybe(fc.constantFrom('0.00', '-12.50', '999999.99')),
  maybe(fc.constantFrom('true', 'false')),
)

/** Stages of every kind, of which some do not fit what others leave: such lists are passed over. */
const stage: fc.Arbitrary<Plain> = fc.constantFrom<Plain[]>(
  { drop: ['code'] },
  { keep: ['id', 'name', 'born', 'score'] },
  { rename: { name: 'code', code: 'name' } },
  { rename: { born: 'day' } },
  { constant: { k: 'x', n: 7 } },
  { default: { name: '-', score: '1.00' } },
  { cast: { score: { type: 'int(16)', otherwise: 'null' } } },
  { cast: { name: 'int(32)' } },
  { cast: { born: 'text', ok: 'text' } },
  { map: { column: 'code', values: { '1': 'one', '0': null }, otherwise: 'keep' } },
  { map: { column: 'name', values: { '1': 'one' } } },
  { join: { columns: ['id', 'name', 'born'], into: 'all' } },
  { clean: { columns: ['name', 'code'], trim: true, case: 'upper', emptyToNull: true } },
  { clean: { columns: ['code'], date: { pattern: 'YYYY-MM-DD' } } },
  { filter: 'id % 2 == 0' },
  { filter: 'name != null && size(name) > 1' },
  { check: { 'not too much': 'coalesce(score, decimal("0")) < decimal("1000")' } },
  { set: { name: 'upper(coalesce(name, code))', twice: 'id * 2' } },
  { set: { code: 'name', name: 'code' } },
  { split: { from: 'name', into: ['a', 'b'], by: 'comma' } },
  { explode: { from: 'name', by: 'comma', to: 'parts', key: 'id', into: 'part', ordinal: 'n' } },
  { explode: { from: 'code', by: { separator: 'b' }, to: 'typed', key: { id: 'of' }, into: 'part', type: 'int(16)' } },
  {
    route: {
      to: 'scores',
      columns: ['id', 'score'],
      when: 'score != null',
      transform: [{ check: { low: 'score < decimal("99")' } }],
    },
  },
  { route: { to: 'odd', columns: ['id', 'name'], when: 'id % 2 != 0', only: true } },
)

const isMisfit = (error: unknown): boolean => String(error).includes('[TL_C102]')

describe('any list of stages', () => {
  it('leaves each row once, of the types that it says, whatever comes together in a batch', async () => {
    let fits = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(stage, { maxLength: 6 }),
        fc.array(row, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (stages, rows, size) => {
          const [outcome] = await Promise.allSettled([throughStages(columns, stages, rows)])
          if (outcome.status === 'rejected') {
            if (isMisfit(outcome.reason)) return
            throw outcome.reason
          }
          fits++
          const whole = outcome.value
          // A row that goes to a table of its own alone is not among the others.
          const others = whole.tables?.['odd']?.rows.length ?? 0
          expect(whole.rows.length + others + whole.filtered + whole.rejected.length).toBe(rows.length)
          const parts = { rows: [] as unknown[], rejected: 0, filtered: 0, tables: {} as { [to: string]: unknown[] } }
          for (let at = 0; at < rows.length; at += size) {
            const part = await throughStages(columns, stages, rows.slice(at, at + size))
            expect(part.columns).toEqual(whole.columns)
            parts.rows.push(...part.rows)
            parts.rejected += part.rejected.length
            parts.filtered += part.filtered
            for (const [to, { rows: made }] of Object.entries(part.tables ?? {}))
              (parts.tables[to] ??= []).push(...made)
          }
          const tables = Object.entries(whole.tables ?? {}).filter(() => rows.length > 0)
          expect(parts).toEqual({
            rows: whole.rows,
            rejected: whole.rejected.length,
            filtered: whole.filtered,
            tables: Object.fromEntries(tables.map(([to, { rows: made }]) => [to, made])),
          })
          for (const [place, column] of whole.columns.entries()) {
            const [, typeName = '', mark] = /^\S+ (.*?)(\?)?$/.exec(column) ?? []
            const type = parseCanonical(typeName)
            const values = whole.rows.map((one) => one[place] ?? null)
            expect(type).toBeDefined()
            expect(values.every((value) => value !== null || mark === '?')).toBe(true)
            expect(values.every((value) => value === null || textAsCell(type!, value) !== undefined)).toBe(true)
          }
        },
      ),
    )
    expect(fits).toBeGreaterThan(10)
  })
})
