import type { Batch, Frame } from '../batch/batch.ts'
import { nullLength } from '../batch/layout.ts'
import { cellToText, textAsCell } from '../canonical/text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { typeText } from '../canonical/type-text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { fate } from '../model/fate.ts'
import { hasRoomFor } from './convert.ts'
import type { ShapeColumn } from './shape.ts'

/** Characters of a value that a reason has. */
const maxShown = 100

/** Kinds whose cells are their own canonical text. */
function isOwnText({ kind }: CanonicalType): boolean {
  return kind === 'text' || kind === 'decimal' || kind === 'enum' || kind === 'json' || kind === 'set'
}

/**
 * The rows that stages work on: one frame of a batch, each row of which came of one that was read. Values are canonical
 * text, which a stage sees of the columns that it asks for, and of no others.
 */
export class StageRows {
  readonly #batch: Batch
  readonly #frame: Frame
  readonly #width: number
  /** Of the stage that is at work. */
  stage = ''
  #viewed: Uint8Array | undefined
  #buffer: Buffer = Buffer.alloc(0)

  constructor(batch: Batch, frame: Frame) {
    this.#batch = batch
    this.#frame = frame
    this.#width = frame.layout.columns.length
  }

  get count(): number {
    return this.#frame.rowCount
  }

  /** Whether the row is still to go over. */
  isLive(row: number): boolean {
    return this.#frame.fate[row] === fate.live
  }

  /** Does something with each row that is still to go over. One that cannot be done is rejected for that reason. */
  each(work: (row: number) => void): void {
    for (let row = 0; row < this.count; row++) {
      if (!this.isLive(row)) continue
      try {
        work(row)
      } catch (error) {
        if (!(error instanceof TransloadError) || error.spec.exit !== 4) throw error
        this.reject(row, undefined, error.title, error.code)
      }
    }
  }

  /** The value's canonical text; null where it is NULL. */
  text(row: number, { slot, type }: ShapeColumn): string | null {
    const cell = (row * this.#width + slot) * 2
    const { cells } = this.#frame
    const length = cells[cell + 1]!
    if (length < 0) return null
    const start = cells[cell]!
    if (isOwnText(type)) return this.#bytes().toString('utf8', start, start + length)
    return cellToText(type, this.#batch.bytes, start, length)
  }

  /** The number in a cell of eight bytes; null where it is NULL. */
  int64(row: number, { slot }: ShapeColumn): bigint | null {
    const cell = (row * this.#width + slot) * 2
    const { cells } = this.#frame
    return cells[cell + 1]! < 0 ? null : this.#batch.view.getBigInt64(cells[cell]!, true)
  }

  /** A value was changed by a rule: a loss that the plan declares. */
  lose(row: number, { source, name }: ShapeColumn, rule: string): void {
    this.#batch.lose(this.#frame.origin[row]!, source ?? name, rule)
  }

  /** Sets a value by its canonical text. A row whose text is not of the type is rejected. */
  put(row: number, column: ShapeColumn, text: string | null): void {
    if (this.tryPut(row, column, text)) return
    this.refuse(row, column, text, `no ${typeText(column.type)}`)
  }

  /** Sets a value by its canonical text; false where the text is not of the type. */
  tryPut(row: number, column: ShapeColumn, text: string | null): boolean {
    const { slot, type } = column
    const cell = (row * this.#width + slot) * 2
    if (text === null) {
      this.#frame.cells[cell + 1] = nullLength
      return true
    }
    // Half of a pair of surrogates has no UTF-8: another character would stand there without a word.
    if (!text.isWellFormed() || !hasRoomFor(type, text)) return false
    if (type.kind === 'text') {
      this.#putText(cell, text)
      return true
    }
    const bytes = textAsCell(type, text)
    if (bytes !== undefined) this.putCell(row, column, bytes)
    return bytes !== undefined
  }

  /** Sets a value by its bytes. */
  putCell(row: number, { slot }: ShapeColumn, bytes: Uint8Array): void {
    const at = this.#batch.reserve(bytes.length)
    this.#batch.bytes.set(bytes, at)
    this.#point((row * this.#width + slot) * 2, at, bytes.length)
  }

  /** Sets a value in all rows: its bytes are there once. */
  fill({ slot }: ShapeColumn, bytes: Uint8Array): void {
    const at = this.#batch.reserve(bytes.length)
    this.#batch.bytes.set(bytes, at)
    for (let row = 0; row < this.count; row++) this.#point((row * this.#width + slot) * 2, at, bytes.length)
  }

  isNull(row: number, { slot }: ShapeColumn): boolean {
    return this.#frame.cells[(row * this.#width + slot) * 2 + 1]! < 0
  }

  /** The row is not wanted: counted as filtered. */
  filter(row: number): void {
    this.#frame.fate[row] = fate.filtered
    const first = this.#batch.frames[0]
    if (first !== undefined) first.fate[this.#frame.origin[row]!] = fate.filtered
  }

  /** Rejects the row for a value. @param is What the value is, such as `no date` */
  refuse(row: number, column: ShapeColumn, text: string | null, is: string): void {
    const shown = text === null ? 'NULL' : JSON.stringify(text.length > maxShown ? `${text.slice(0, maxShown)}…` : text)
    this.reject(row, column, `${shown} is ${is}`)
  }

  /** The row cannot go over. @param reason For people, such as `"abc" is no date` */
  reject(row: number, column: ShapeColumn | undefined, reason: string, code = 'TL_D415'): void {
    if (!this.isLive(row)) return
    const note = { row: this.#frame.origin[row]!, stage: 'transform', column: column?.name } as const
    this.#batch.reject({ ...note, code, reason: `${this.stage}: ${reason}` })
    this.#frame.fate[row] = fate.rejected
  }

  #putText(cell: number, text: string): void {
    // UTF-8 of a UTF-16 unit has three bytes at the most.
    const at = this.#batch.reserve(text.length * 3)
    this.#point(cell, at, this.#bytes().write(text, at, 'utf8'))
  }

  #point(cell: number, at: number, length: number): void {
    const { cells } = this.#frame
    cells[cell] = at
    cells[cell + 1] = length
    this.#batch.used = at + length
  }

  /** Over the arena, which may be another one after each value that is added. */
  #bytes(): Buffer {
    const { bytes } = this.#batch
    if (this.#viewed !== bytes) {
      this.#viewed = bytes
      this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    return this.#buffer
  }
}
