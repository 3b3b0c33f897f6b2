import type { ReadColumn } from '../../model/plan.ts'
import type { KeyValues } from '../sql/key-bounds.ts'
import type { CellDecoder } from './decode/cell-decoder.ts'
import type { RowDecoder } from './decode/row-decoder.ts'
import type { WireField } from './decode/wire-field.ts'
import type { KeyColumn } from './key-column.ts'

/**
 * Keeps the key of the last row, as it was on the wire: a cell may have been converted, or emptied by a policy. The
 * packet is gone by the time that a cursor is asked for.
 */
export class KeyTracker {
  readonly #key: readonly KeyColumn[]
  /** Fields of the result, by column of the key. */
  readonly #fields: Int32Array
  readonly #printers: readonly CellDecoder[]
  #bytes = Buffer.alloc(256)
  readonly #ends: Int32Array

  constructor(
    key: readonly KeyColumn[],
    columns: readonly ReadColumn[],
    ordinals: readonly string[],
    fields: readonly WireField[],
  ) {
    this.#key = key
    this.#fields = Int32Array.from(key, ({ name, byOrdinal }) => {
      return byOrdinal ? columns.length + ordinals.indexOf(name) : columns.findIndex((column) => column.name === name)
    })
    this.#printers = key.map((column, i) => column.printer(fields[this.#fields[i]!]!))
    this.#ends = new Int32Array(key.length)
  }

  /** Remembers the key of the row that `decoder` decoded last. */
  keep(buffer: Buffer, decoder: RowDecoder): void {
    let at = 0
    decoder.locateLast()
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i]!
      const from = decoder.starts[field]!
      const length = Math.max(0, decoder.lengths[field]!)
      if (at + length > this.#bytes.length) this.#widen(at + length)
      const bytes = this.#bytes
      if (length > 32) buffer.copy(bytes, at, from, from + length)
      else for (let j = 0; j < length; j++) bytes[at + j] = buffer[from + j]!
      at += length
      this.#ends[i] = at
    }
  }

  /** Whether the last row's key can be a cursor. */
  isCursor(): boolean {
    return this.cursor() !== undefined
  }

  /** The last row's key; undefined where the server would not take it back as a literal. */
  cursor(): KeyValues | undefined {
    const values: string[] = []
    let from = 0
    for (const [i, column] of this.#key.entries()) {
      const length = this.#ends[i]! - from
      const printer = this.#printers[i]!
      const target = new Uint8Array(Math.ceil(length * printer.growth) + printer.extraBytes)
      const written = printer.write(this.#bytes, from, length, target, 0)
      const value = Buffer.from(target.buffer, 0, Math.max(0, written)).toString('latin1')
      if (written < 0 || !column.isValid(value)) return undefined
      values.push(value)
      from += length
    }
    return values
  }

  #widen(byteCount: number): void {
    const wider = Buffer.alloc(byteCount * 2)
    this.#bytes.copy(wider)
    this.#bytes = wider
  }
}
