import type { Batch } from '../../batch/batch.ts'
import { printedOf } from '../../batch/settle.ts'
import type { StoredRows } from '../../contract/source.ts'
import { introducerShift, ValueKind, valueStride } from '../../format/sql-text/row-scanner.ts'
import type { EncodedValue, RejectedRow } from '../../model/loss.ts'
import type { ReadColumn, ReadPlan } from '../../model/plan.ts'
import { LiteralRowDecoder } from './dump/decode/literal-row-decoder.ts'
import { type StoredLiteral, storedLiteral } from './stored-literal.ts'

/** Stored values are UTF-8 and canonical text, and their moments UTC. */
const session = { charset: 'utf8mb4', backslash: false, offsetMinutes: 0 } as const

/**
 * Rows that are stored as rejects, through the decoders of a dump: a value is written as a dump would write it, and what is
 * decided from there on is the same as for a row that the server sends.
 */
export class MysqlStoredRows implements StoredRows {
  readonly #read: ReadPlan
  readonly #before: ReadonlyMap<string, ReadColumn>
  readonly #decoder: LiteralRowDecoder
  /** Of bytes that are no text in the charset of their column. The first stands for none. */
  readonly #charsets: readonly string[]

  /** @throws TL_C105 where there is no way from a column's type to its plan's */
  constructor(read: ReadPlan, before: ReadPlan) {
    this.#read = read
    this.#before = new Map(before.columns.map((column) => [column.name, column]))
    const charsets = read.columns.flatMap(({ native }) => native.charset ?? [])
    this.#charsets = ['', ...new Set(charsets)]
    const places = read.columns.map((_, place) => place)
    this.#decoder = new LiteralRowDecoder(read.columns, places, session, this.#charsets)
  }

  add(reject: RejectedRow, into: Batch): string | undefined {
    const literals: StoredLiteral[] = []
    for (const column of this.#read.columns) {
      const value = reject.row[column.name]
      if (value === undefined) return `${column.name} is not stored as the source gave it`
      const literal = this.#literal(column, value, reject)
      if (typeof literal === 'string') return literal
      literals.push(literal)
    }
    const values = new Int32Array(literals.length * valueStride)
    let offset = 0
    for (const [place, { kind, bytes, charset }] of literals.entries()) {
      const introducer = charset === undefined ? 0 : this.#charsets.indexOf(charset)
      values.set([kind | (introducer << introducerShift), offset, bytes.length], place * valueStride)
      offset += bytes.length
    }
    this.#decoder.decode(Buffer.concat(literals.map(({ bytes }) => bytes)), values, offset, into)
    return undefined
  }

  /** Else why it cannot be had. */
  #literal(column: ReadColumn, value: EncodedValue, reject: RejectedRow): StoredLiteral | string {
    if (value === null) return { kind: ValueKind.null, bytes: Buffer.alloc(0) }
    const before = this.#before.get(column.name)
    if (before === undefined || typeOf(before) !== typeOf(column)) return `${column.name} is of another type now`
    const isPrinted = printedOf(reject).includes(column.name)
    const literal = storedLiteral(column, isPrinted ? undefined : before.type, value)
    return literal ?? `what is stored of ${column.name} does not tell every value of its type from another`
  }
}

function typeOf({ native }: ReadColumn): string {
  return `${native.text} ${native.charset ?? ''}`
}
