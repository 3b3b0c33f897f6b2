import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical/json-compare.ts'
import { digestText } from '../canonical/digest-text.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'
import { cellOf } from './compare-rows.ts'
import { expectedCell } from './expected-value.ts'
import type { RowPlace } from './row-stream.ts'

/** Bytes of a digest. */
export const digestBytes = 16

/**
 * The first 128 bits of SHA-256 over the cells of a row in their digest forms, each behind its length, so that no two
 * lists of values are the same bytes; a NULL is a length of its own.
 */
export class RowDigester {
  readonly #columns: readonly ComparedColumn[]
  /** By column: whether a policy may change its values. */
  readonly #isMended: readonly boolean[]
  readonly #onDeclared: (column: string, rule: string) => void
  readonly #all: readonly number[]
  #bytes = Buffer.alloc(64 * 1024)

  /**
   * @param end Of the source, values are taken as the target is to have them
   * @param onDeclared Told of each value that a rule changes
   */
  constructor(
    { columns }: Pick<ComparedTable, 'columns'>,
    end: 'source' | 'target',
    onDeclared: (column: string, rule: string) => void = () => {},
  ) {
    this.#columns = columns
    this.#isMended = columns.map(({ policies }) => end === 'source' && Object.keys(policies).length > 0)
    this.#onDeclared = onDeclared
    this.#all = columns.map((_, slot) => slot)
  }

  /** @param slots Of the row's columns: all, where they are left out */
  digest(row: RowPlace, slots: readonly number[] = this.#all): Buffer {
    let at = 0
    for (const slot of slots) {
      const cell = this.#cell(slot, row)
      const length = cell?.length ?? 0
      if (at + 4 + length > this.#bytes.length) this.#grow(at + 4 + length)
      this.#bytes.writeInt32LE(cell === undefined ? -1 : length, at)
      at += 4
      if (cell === undefined) continue
      cell.copy(this.#bytes, at)
      at += length
    }
    return hash('sha256', this.#bytes.subarray(0, at), 'buffer').subarray(0, digestBytes)
  }

  #cell(slot: number, row: RowPlace): Buffer | undefined {
    const column = this.#columns[slot]!
    const cell = cellOf(row, slot)
    if (!this.#isMended[slot]!) return digestCell(column.form, cell)
    const expected = expectedCell(column, cell)
    if (expected.rule !== undefined) this.#onDeclared(column.from, expected.rule)
    return digestCell(column.form, expected.cell)
  }

  #grow(needed: number): void {
    const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
}

/** A cell in the form in which equal values are the same bytes. */
export function digestCell(form: DigestForm, cell: Buffer | undefined): Buffer | undefined {
  if (cell === undefined) return undefined
  switch (form) {
    case 'text':
    case 'bytes':
    case 'bits':
    case 'set':
      return cell
    case 'json':
    case 'json-value':
    case 'json-text':
      return Buffer.from(canonicalJson(cell.toString('utf8'), form))
    default: {
      const text = cell.toString('latin1')
      const even = digestText(form, text)
      return even === text ? cell : Buffer.from(even, 'latin1')
    }
  }
}
