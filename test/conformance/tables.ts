import type { CanonicalType } from '../../src/model/canonical-type.ts'
import type { SeedColumn, SeedRow, SeedTable } from '../support/harness.ts'

export function column(name: string, type: CanonicalType, nullable = false): SeedColumn {
  return { name, type, nullable }
}

export const int64: CanonicalType = { kind: 'int', bits: 64, signed: true }
export const int32: CanonicalType = { kind: 'int', bits: 32, signed: true }
export const text: CanonicalType = { kind: 'text' }
export const shortText: CanonicalType = { kind: 'text', maxLength: 60 }

/** `id` and `name`, keyed by the first. */
export const keyed: SeedTable = {
  name: 'keyed',
  columns: [column('id', int64), column('name', text, true)],
  key: ['id'],
}

/** The same without a key. */
export const keyless: SeedTable = { ...keyed, name: 'keyless', key: undefined }

/** Ids from `first` on, every third name NULL. */
export function numbered(count: number, first = 0): SeedRow[] {
  return Array.from({ length: count }, (_, i) => {
    const id = first + i
    return [String(id), id % 3 === 2 ? null : `name ${id} ÅÄ日本😀`]
  })
}

/** First columns, in one order. */
export function ids(rows: readonly SeedRow[]): string[] {
  return rows.map((row) => row[0] ?? 'NULL').toSorted()
}

/** What reading a table says that is not there, by whatever client. */
export const isGone = /no table|(not|n't) exist/
