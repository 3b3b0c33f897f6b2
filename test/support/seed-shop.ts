import type { CanonicalType } from '../../src/model/canonical-type.ts'
import type { SeedColumn, SeedRow, SeedTable } from './harness.ts'

const int32: CanonicalType = { kind: 'int', bits: 32, signed: true }
const int64: CanonicalType = { kind: 'int', bits: 64, signed: true }
const shortText: CanonicalType = { kind: 'text', maxLength: 60 }
const text: CanonicalType = { kind: 'text' }
const money: CanonicalType = { kind: 'decimal', precision: 12, scale: 2 }
const moment: CanonicalType = { kind: 'timestamp', precision: 6 }

const column = (name: string, type: CanonicalType, nullable = true): SeedColumn => ({ name, type, nullable })

/** Four small tables to kill runs over, several batches each: 38,500 rows and 50 MB in all. */
export const orders: SeedTable = {
  name: 'orders',
  columns: [column('id', int64, false), column('total', money), column('at', moment), column('note', text)],
  key: ['id'],
  indexes: [['total']],
}
export const codes: SeedTable = {
  name: 'codes',
  columns: [column('tenant', int32, false), column('code', shortText, false), column('note', text)],
  key: ['tenant', 'code'],
}
/** Without a key, and with rows that are there several times. */
export const visits: SeedTable = {
  name: 'visits',
  columns: [column('who', int32), column('page', shortText), column('note', text)],
}
/** One of its dates is none: its row is rejected. */
export const births: SeedTable = {
  name: 'births',
  columns: [column('id', int32, false), column('day', { kind: 'date' })],
  key: ['id'],
}

export const goodTables: readonly SeedTable[] = [orders, codes, visits]
export const badBirth = 417
export const badDay = '2024-02-00'

function note(i: number): string {
  return `${i} it's "ÅÄ" 日本😀 \\ ${String(i % 10).repeat(1_250)}`
}

export function shopRows(table: SeedTable): SeedRow[] {
  switch (table.name) {
    case 'orders':
      return Array.from({ length: 18_000 }, (_, i) => [
        String(i * 3 - 500),
        i % 7 === 0 ? null : `${i}.${String(i % 100).padStart(2, '0')}`,
        `2024-03-${String((i % 28) + 1).padStart(2, '0')} 02:30:00.${String(i).padStart(6, '0')}`,
        i % 11 === 0 ? null : note(i),
      ])
    case 'codes':
      return Array.from({ length: 9_000 }, (_, i) => [String(i % 7), `c${String((i * 7919) % 9_000)}-é`, note(i)])
    case 'visits':
      return Array.from({ length: 9_000 }, (_, i) => [
        String(i % 50),
        i % 3 === 0 ? null : `/page/${i % 20}`,
        note(i % 40),
      ])
    default:
      return Array.from({ length: 2_500 }, (_, i) => [String(i), i === badBirth ? badDay : '1970-01-01'])
  }
}
