import { isUtf8 } from 'node:buffer'
import { differInTrailingZeros } from '../canonical/trailing-zeros.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { EncodedValue, RowKey } from '../model/loss.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'
import type { Difference, DifferenceReason } from './difference.ts'
import type { DifferenceLog } from './difference-log.ts'
import { judge } from './explain.ts'
import type { RowPlace } from './row-stream.ts'

/** Below this many bytes a loop is faster than a call into the runtime. */
export const shortBytes = 48

/** Forms in which zeros behind a fraction say nothing. */
const padded: ReadonlySet<DigestForm> = new Set(['number', 'time', 'timestamp', 'instant'])

/** Compares rows of one pair of tables, and notes what they differ in. */
export class RowComparer {
  readonly #table: ComparedTable
  readonly #log: DifferenceLog
  readonly #onDeclared: (column: string, rule: string) => void

  /** @param onDeclared Told of each value that was changed as the mapping declares */
  constructor(
    table: ComparedTable,
    log: DifferenceLog,
    onDeclared: (column: string, rule: string) => void = (column, rule) => log.declare(column, rule),
  ) {
    this.#table = table
    this.#log = log
    this.#onDeclared = onDeclared
  }

  /** Two rows of one key. */
  compare(source: RowPlace, target: RowPlace): void {
    const { length } = this.#table.columns
    let changed: number[] | undefined
    for (let slot = 0, one = source.at, other = target.at; slot < length; slot++, one += 2, other += 2) {
      const bytes = source.cells[one + 1]!
      if (
        bytes !== target.cells[other + 1] ||
        !isSame(source, source.cells[one]!, target, target.cells[other]!, bytes)
      ) {
        if (this.#isPadded(slot, source, target)) continue
        if (this.#note(slot, source, target)) (changed ??= []).push(slot)
      }
    }
    if (changed === undefined) return
    this.#log.changed++
    this.#log.witness?.changed(source, target, changed)
  }

  /** Engines write fractions of a fixed length or of none: so told apart, their texts need not be made strings first. */
  #isPadded(slot: number, source: RowPlace, target: RowPlace): boolean {
    if (!padded.has(this.#table.columns[slot]!.form)) return false
    const [one, other] = [source.at + slot * 2, target.at + slot * 2]
    return differInTrailingZeros(
      source.bytes,
      source.cells[one]!,
      source.cells[one + 1]!,
      target.bytes,
      target.cells[other]!,
      target.cells[other + 1]!,
    )
  }

  /** @param copies How many such rows the source has: of the key, or, without one, of all values */
  missing(source: RowPlace, copies = 1): void {
    const difference = this.#difference(source, 'MISSING')
    if (this.#log.isExpected(difference.key)) return
    this.#log.missing++
    this.#log.add(difference)
    this.#log.witness?.missing(source, copies)
  }

  /** @param copies How many such rows the source has, none of which is this one */
  extra(target: RowPlace, copies = 0): void {
    if (this.#table.ignoresExtra) return
    this.#log.extra++
    this.#log.add(this.#difference(target, 'EXTRA'))
    this.#log.witness?.extra(target, copies)
  }

  /** True: they differ. */
  #note(slot: number, source: RowPlace, target: RowPlace): boolean {
    const column = this.#table.columns[slot]!
    const [one, other] = [cellOf(source, slot), cellOf(target, slot)]
    const judgement = judge(column, one, other)
    if (judgement.is === 'same') return false
    // The source's row is known not to have gone over: what has its key here is another.
    if (this.#table.key.length > 0 && this.#log.isExpected(keyOf(this.#table, source))) return false
    if (judgement.is === 'declared') {
      this.#onDeclared(column.from, judgement.rule)
      return false
    }
    const where = one !== undefined && other !== undefined ? column.whereOf?.(one, other) : undefined
    if (where !== undefined) {
      this.#log.add({
        ...this.#difference(source, 'VALUE'),
        detail: `at ${where.where}`,
        column: column.from,
        source: { text: where.source },
        target: { text: where.target },
      })
      return true
    }
    this.#log.add({
      ...this.#difference(source, judgement.reason),
      detail: judgement.detail,
      column: column.from,
      source: encoded(column, one),
      target: encoded(column, other),
    })
    return true
  }

  #difference(row: RowPlace, reason: DifferenceReason): Difference {
    const { from, to } = this.#table
    return { from, to, key: keyOf(this.#table, row), reason }
  }
}

function isSame(one: RowPlace, at: number, other: RowPlace, otherAt: number, length: number): boolean {
  if (length <= 0) return true
  const left = one.bytes
  const right = other.bytes
  if (length > shortBytes) return left.compare(right, otherAt, otherAt + length, at, at + length) === 0
  for (const end = at + length; at < end; at++, otherAt++) if (left[at] !== right[otherAt]) return false
  return true
}

/** Undefined: NULL. */
export function cellOf({ bytes, cells, at }: RowPlace, slot: number): Buffer | undefined {
  const start = cells[at + slot * 2]!
  const length = cells[at + slot * 2 + 1]!
  return length < 0 ? undefined : bytes.subarray(start, start + length)
}

/** The key's columns, or, of rows that have none, all of them. */
export function keyOf(table: ComparedTable, row: RowPlace): RowKey {
  const slots = table.key.length > 0 ? table.key : table.columns.map((_, slot) => slot)
  const key: { [column: string]: string | null } = {}
  for (const slot of slots) {
    const column = table.columns[slot]!
    const cell = cellOf(row, slot)
    const isHex = column.form === 'bytes' || (cell !== undefined && !isUtf8(cell))
    key[column.from] = cell === undefined ? null : cell.toString(isHex ? 'hex' : 'utf8')
  }
  return key
}

function encoded({ form }: ComparedColumn, cell: Buffer | undefined): EncodedValue {
  if (cell === undefined) return null
  return form !== 'bytes' && isUtf8(cell) ? { text: cell.toString('utf8') } : { base64: cell.toString('base64') }
}
