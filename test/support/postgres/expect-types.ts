import { expect } from 'vitest'
import type { CanonicalType } from '../../../src/model/canonical-type.ts'
import { createDatabase } from '../engines/create-database.ts'
import type { EngineName } from '../engines/engine-name.ts'
import { engineUrl } from '../engines/engine-url.ts'
import { openTarget, WriterWorld } from './writer-world.ts'

/** A value in canonical text, and how the server prints the column then; a code where the row is to be rejected. */
export type Case = readonly [value: string, printed: string | { readonly code: string }]

/** Values of one canonical type, written to a column of one type of the server. */
export interface TypeCases {
  readonly type: CanonicalType
  readonly to: string
  readonly cases: readonly Case[]
}

export const misfit = { code: 'TL_D402' }
export const same = (...values: readonly string[]): Case[] => values.map((value) => [value, value])
export const int = (bits: 8 | 16 | 32 | 64, signed = true): CanonicalType => ({ kind: 'int', bits, signed })

/** Writes every case, and a NULL beside them, and compares what the server prints. */
export async function expectTypes(engine: EngineName, matrix: readonly TypeCases[], prepare = ''): Promise<void> {
  await using database = await createDatabase(engineUrl(engine), 'encode')
  if (prepare !== '') await database.query(prepare)
  await using target = await openTarget(database.url)
  const wrong: unknown[] = []
  for (const [place, { type, to, cases }] of matrix.entries()) {
    const table = `t${place}`
    await database.query(`CREATE TABLE ${table} (n integer, v ${to})`)
    const columns = [
      { name: 'n', type: int(32) },
      { name: 'v', type },
    ]
    const world = await WriterWorld.begin(target, [{ table, columns }])
    const receipt = await world.writeAll([...cases.map(([value], n) => [String(n), value]), ['-1', null]])
    // A session with the same settings as ours prints what is there.
    const printed = await database.query(
      `SET IntervalStyle = iso_8601; SET TimeZone = 'UTC'; SELECT n, v::text AS v FROM ${table} ORDER BY n`,
    )
    const codes = new Map(receipt.rejects.map(({ position, code }) => [position, { code }]))
    for (const [n, [value, expected]] of cases.entries()) {
      const outcome = codes.get(n) ?? printed.find((row) => row['n'] === n)?.['v']
      const isRight = JSON.stringify(outcome) === JSON.stringify(expected)
      if (!isRight) wrong.push({ from: type.kind, to, value, expected, outcome })
    }
    expect(printed[0]).toEqual({ n: -1, v: null })
    expect(receipt.written + receipt.rejected).toBe(cases.length + 1)
    expect(target.cannotEncode(type, to)).toBeUndefined()
  }
  expect(wrong).toEqual([])
}
