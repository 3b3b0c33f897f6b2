import { type Batch, type Frame, fullBatchBytes } from '../batch/batch.ts'
import type { MapEntry } from '../batch/notes.ts'
import { nullLength } from '../batch/layout.ts'
import { cellToText, textAsCell } from '../canonical/text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { typeText } from '../canonical/type-text.ts'
import type { KeyMaps } from '../contract/key-maps.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { fate } from '../model/fate.ts'
import { hasRoomFor } from './convert.ts'
import type { ShapeColumn } from './shape.ts'

/** What stages know beside their rows. */
export interface RowsContext {
  readonly maps: KeyMaps | undefined
  readonly isLate: boolean
}

/** Characters of a value that a reason has. */
const maxShown = 100

/** What a stage makes of the rows of one batch. */
const maxMadeBytes = 256 * 2 ** 20

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
  readonly #stage: string
  readonly #mostUsed: number
  #viewed: Uint8Array | undefined
  #buffer: Buffer = Buffer.alloc(0)

  readonly #context: RowsContext

  /** @param frame Number of the batch's frame that the rows are in @param stage That is at work */
  constructor(batch: Batch, frame: number, stage: string, context: RowsContext) {
    const rows = batch.frames[frame]
    if (rows === undefined) throw new TransloadError('TL_X901', { reason: `stage ${stage} without its frame ${frame}` })
    this.#batch = batch
    this.#frame = rows
    this.#width = rows.layout.columns.length
    this.#stage = stage
    this.#mostUsed = batch.used + maxMadeBytes
    this.#context = context
  }

  /** What stages have kept. */
  get maps(): KeyMaps {
    const { maps } = this.#context
    if (maps === undefined) throw new TransloadError('TL_X901', { reason: `${this.#stage} without what stages keep` })
    return maps
  }

  /** Whether all other rows have been there before. */
  get isLate(): boolean {
    return this.#context.isLate
  }

  /** Keeps something of a row, unless it is rejected, in the end; of rows that are only compared nothing is kept. */
  remember(row: number, entry: MapEntry): void {
    if (this.maps.isWriting) this.#batch.remember(this.#frame.origin[row]!, entry)
  }

  /** The row goes into another one: that is what became of the one that was read. */
  merge(row: number): void {
    this.#frame.fate[row] = fate.merged
    const origin = this.#frame.origin[row]!
    this.#batch.frames[0]!.fate[origin] = fate.merged
    this.#batch.dropLosses(origin)
  }

  /** A value as it was read, before any stage. @param slot Of frame 0 */
  readText(row: number, { slot, type }: Pick<ShapeColumn, 'slot' | 'type'>): string | null {
    const { cells, layout } = this.#batch.frames[0]!
    const cell = (this.#frame.origin[row]! * layout.columns.length + slot) * 2
    const [start, length] = [cells[cell]!, cells[cell + 1]!]
    return length < 0 ? null : cellToText(type, this.#batch.bytes, start, length)
  }

  /** Rows of another frame of the same batch, for the same stage. */
  of(frame: number): StageRows {
    return new StageRows(this.#batch, frame, this.#stage, this.#context)
  }

  /** Adds a row to another frame, which comes of the one that `row` came of, and returns its number there. */
  addTo(frame: number, row: number): number {
    const to = this.#batch.frames[frame]
    const origin = this.#frame.origin[row]!
    // A list of commas alone may have as many parts as it has bytes, and each takes what its cells do.
    const rowBytes = (to?.layout.columns.length ?? 0) * 2 * Int32Array.BYTES_PER_ELEMENT
    if (to !== undefined && to.rowCount * rowBytes > maxMadeBytes) {
      // Those behind it have room again.
      while (to.rowCount > 0 && to.origin[to.rowCount - 1] === origin) to.rowCount--
      this.#tooMuch()
    }
    const added = this.#batch.addRow(frame, origin)
    // A row that is rejected leaves nothing in any table, what is made of it afterwards neither.
    if (to !== undefined && this.#batch.frames[0]!.fate[origin] === fate.rejected) to.fate[added] = fate.rejected
    return added
  }

  /** A value as it is: nothing is copied, the cell points into the same bytes. */
  copyTo(to: StageRows, row: number, column: ShapeColumn, toRow: number, toColumn: ShapeColumn): void {
    const from = (row * this.#width + column.slot) * 2
    const cell = (toRow * to.#width + toColumn.slot) * 2
    to.#frame.cells[cell] = this.#frame.cells[from]!
    to.#frame.cells[cell + 1] = this.#frame.cells[from + 1]!
  }

  get count(): number {
    return this.#frame.rowCount
  }

  /** Whether the row is still to go over. */
  isLive(row: number): boolean {
    return this.#frame.fate[row] === fate.live
  }

  /** Numbers of the rows that are still to go over. */
  live(): number[] {
    const live: number[] = []
    for (let row = 0; row < this.count; row++) if (this.isLive(row)) live.push(row)
    return live
  }

  /** Does something with each row that is still to go over. One that cannot be done is rejected for that reason. */
  each(work: (row: number) => void): void {
    for (let row = 0; row < this.count; row++) {
      if (this.isLive(row)) this.attempt(row, work)
    }
  }

  /** Does something with one row. The code that it is rejected with where it cannot be done; undefined where it is. */
  attempt(row: number, work: (row: number) => void): string | undefined {
    try {
      work(row)
      return undefined
    } catch (error) {
      if (!(error instanceof TransloadError) || error.spec.exit !== 4) throw error
      this.reject(row, undefined, error.title, error.code)
      return error.code
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
    const at = this.#reserve(bytes.length)
    this.#batch.bytes.set(bytes, at)
    this.#point((row * this.#width + slot) * 2, at, bytes.length)
  }

  /** The bytes of a column's values in some rows, one behind the other; a length of −1 is NULL. */
  pack(rows: readonly number[], { slot }: ShapeColumn): { readonly bytes: Uint8Array; readonly lengths: Int32Array } {
    const { cells } = this.#frame
    const width = this.#width
    const lengths = new Int32Array(rows.length)
    let byteCount = 0
    for (let place = 0; place < rows.length; place++) {
      const length = Math.max(cells[(rows[place]! * width + slot) * 2 + 1]!, -1)
      lengths[place] = length
      if (length > 0) byteCount += length
    }
    const bytes = new Uint8Array(byteCount)
    const from = this.#bytes()
    let at = 0
    for (let place = 0; place < rows.length; place++) {
      const length = lengths[place]!
      if (length <= 0) continue
      const start = cells[(rows[place]! * width + slot) * 2]!
      from.copy(bytes, at, start, start + length)
      at += length
    }
    return { bytes, lengths }
  }

  /** Sets the values of some rows by their bytes, as {@link pack} gives them: they are sound. */
  putPacked(rows: readonly number[], { slot }: ShapeColumn, bytes: Uint8Array, lengths: Int32Array): void {
    let at = this.#reserve(bytes.length)
    this.#batch.bytes.set(bytes, at)
    this.#batch.used = at + bytes.length
    const { cells } = this.#frame
    for (let place = 0; place < rows.length; place++) {
      const cell = (rows[place]! * this.#width + slot) * 2
      const length = lengths[place]!
      cells[cell] = at
      cells[cell + 1] = length < 0 ? nullLength : length
      if (length > 0) at += length
    }
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

  /** The row is not wanted here. Of what was read, it is filtered where nothing else of it is left. */
  filter(row: number): void {
    this.#frame.fate[row] = fate.filtered
  }

  /** Rejects the row for a value. @param is What the value is, such as `no date` */
  refuse(row: number, column: ShapeColumn, text: string | null, is: string): void {
    this.reject(row, column, `${this.shown(column, text)} is ${is}`)
  }

  /** A value for people; not so one that a stage hides, or will. */
  shown({ madeOf }: ShapeColumn, text: string | null): string {
    if (text === null) return 'NULL'
    const { hidden = [] } = this.#batch.frames[0]!.layout
    if (madeOf.some((name) => hidden.includes(name))) return 'a value that is hidden'
    return JSON.stringify(text.length > maxShown ? `${text.slice(0, maxShown)}…` : text)
  }

  /** The row cannot go over. @param reason For people, such as `"abc" is no date` */
  reject(row: number, column: ShapeColumn | undefined, reason: string, code = 'TL_D415'): void {
    if (!this.isLive(row)) return
    const note = { row: this.#frame.origin[row]!, stage: 'transform', column: column?.name } as const
    this.#batch.reject({ ...note, code, reason: `${this.#stage}: ${reason}` })
    this.#frame.fate[row] = fate.rejected
  }

  #putText(cell: number, text: string): void {
    // UTF-8 of a UTF-16 unit has three bytes at the most.
    const at = this.#reserve(text.length * 3)
    this.#point(cell, at, this.#bytes().write(text, at, 'utf8'))
  }

  /**
   * Room for a value. Of what a stage makes of one batch there is an end, at {@link maxMadeBytes} and one value: some
   * signs can become millions, in each row.
   */
  #reserve(byteCount: number): number {
    const { used, bytes } = this.#batch
    if (used > this.#mostUsed) this.#tooMuch()
    // What grows is copied: by as much as each value wants it would be copied for each.
    const isLarge = used + byteCount > bytes.length && used > fullBatchBytes && used < 2 ** 30
    return this.#batch.reserve(isLarge ? Math.max(byteCount, used >> 1) : byteCount)
  }

  #tooMuch(): never {
    const reason = `${this.#stage} makes more than ${maxMadeBytes / 2 ** 20} MiB of it and the rows that are read with it`
    throw new TransloadError('TL_D401', { reason })
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
