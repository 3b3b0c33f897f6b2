import type { Batch } from '../../../batch/batch.ts'
import type { ShowOriginal } from '../../../batch/notes.ts'
import { copyWords, maxWordBytes } from '../../../batch/copy-words.ts'
import { viewOf } from '../../../batch/view-of.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { copyPlainWords } from '../../../format/charset/copy-plain.ts'
import { oddUtf8At } from '../../../format/charset/odd-utf8.ts'
import type { ReadColumn } from '../../../model/plan.ts'
import { type CellDecoder, CopyDecoder } from './cell-decoder.ts'
import { chooseDecoder } from './choose-decoder.ts'
import { fault } from './fault.ts'
import { lowHalf } from './integer.ts'
import { originalValue, showOriginal } from './original-value.ts'
import { bitmapBytes, headerBytes, longMark, prefixBytes, rowMark, type RowRun } from './packet.ts'
import { RowFaults } from './row-faults.ts'
import { TextDecoder } from './text.ts'
import type { WireField } from './wire-field.ts'

/** How a value becomes a cell: most need no more than a copy. */
const Way = { decode: 0, copy: 1, utf8: 2, plain: 3 } as const

/** Up to here a row's bytes are reserved at once. */
const maxRoomyBytes = 65_536

/**
 * Turns rows of the binary protocol into rows of a batch's frame 0. A row is a zero byte, a bitmap of the fields that are
 * NULL, beginning with its third bit, and the values of the others.
 *
 * Fields are the plan's columns, followed by the extra ones that the statement asks for: ordinals of ENUM columns.
 */
export class RowDecoder {
  /** Where the values of the last row lie in its packet, by field, after `locateLast`; length −1 for NULL. */
  readonly starts: Int32Array
  readonly lengths: Int32Array
  readonly #columns: readonly ReadColumn[]
  readonly #decoders: readonly CellDecoder[]
  readonly #fields: readonly WireField[]
  readonly #faults: RowFaults
  readonly #shows: readonly ShowOriginal[]
  /** Per column: the extra field with its ordinal, where the text alone does not tell a label from index 0; else −1. */
  readonly #ordinalFields: readonly number[]
  readonly #ways: Uint8Array
  readonly #widths: Uint8Array
  #viewed: Buffer | undefined
  #view: DataView = new DataView(new ArrayBuffer(0))
  /** Of the decoders, side by side: asked one by one they are objects of many shapes, which is slow. */
  readonly #growths: Float64Array
  readonly #extraBytes: Int32Array
  /** Bytes of the values of a row without NULLs whose values are all copied and all of fixed length; else −1. */
  readonly #plainRowBytes: number
  /** Where the values of the last row lie, if it was copied at once; else −1. */
  #copiedFrom = -1
  readonly #rowGrowth: number
  readonly #rowExtraBytes: number

  /** @param ordinals Names of ENUM columns whose ordinals are the extra fields, in their order. */
  constructor(columns: readonly ReadColumn[], ordinals: readonly string[], fields: readonly WireField[]) {
    if (fields.length !== columns.length + ordinals.length) {
      throw new TransloadError('TL_X901', { reason: `asked for ${columns.length} columns, got ${fields.length}` })
    }
    this.#columns = columns
    this.#fields = fields
    this.#decoders = columns.map((column, slot) => chooseDecoder(column, fields[slot]!))
    this.#faults = new RowFaults(columns)
    this.#shows = columns.map((column, slot) => showOriginal(column, fields[slot]!))
    this.#ordinalFields = columns.map(({ name, native }) => {
      const isAmbiguous = native.name === 'enum' && native.labels?.includes('') === true
      return isAmbiguous ? columns.length + ordinals.indexOf(name) : -1
    })
    this.#ways = Uint8Array.from(this.#decoders, (decoder) => {
      if (decoder instanceof CopyDecoder) return Way.copy
      if (!(decoder instanceof TextDecoder)) return Way.decode
      return decoder.keeps === 'utf8' ? Way.utf8 : decoder.keeps === 'ascii' ? Way.plain : Way.decode
    })
    this.#widths = Uint8Array.from(fields, ({ width }) => width)
    this.#growths = Float64Array.from(this.#decoders, ({ growth }) => growth)
    this.#extraBytes = Int32Array.from(this.#decoders, ({ extraBytes }) => extraBytes)
    const isPlain = fields.length === columns.length && this.#ways.every((way) => way === Way.copy)
    this.#plainRowBytes =
      isPlain && !this.#widths.includes(0) ? this.#widths.reduce((sum, width) => sum + width, 0) : -1
    this.#rowGrowth = Math.max(1, ...this.#growths)
    this.#rowExtraBytes = this.#extraBytes.reduce((sum, extra) => sum + extra, 0)
    this.starts = new Int32Array(fields.length)
    this.lengths = new Int32Array(fields.length)
  }

  /** Adds the row whose payload begins at `offset` of `buffer`. */
  decode(buffer: Buffer, offset: number, end: number, batch: Batch): void {
    const widths = this.#widths
    const fieldCount = widths.length
    const bitmap = offset + 1
    let next = bitmap + bitmapBytes(fieldCount)
    // A NULL takes no room, so that a row of this length has none.
    if (end - next === this.#plainRowBytes) {
      batch.reserve(this.#plainRowBytes)
      return this.#copyValues(this.#viewOf(buffer), next, batch, batch.addRow(0))
    }
    this.#copiedFrom = -1
    const row = batch.addRow(0)
    const frame = batch.frames[0]!
    const cells = frame.cells
    const starts = this.starts
    const lengths = this.lengths
    const decoders = this.#decoders
    const ways = this.#ways
    const view = this.#viewOf(buffer)
    const columnCount = decoders.length
    // Ordinals stand behind the columns that they are about.
    if (fieldCount > columnCount) this.#locate(view, offset, end)
    let cell = row * frame.layout.columns.length * 2
    // Most rows are small: room for all their values at once. A large one is given room value by value, lest a growth
    // that none of its values has be reserved for all of them.
    const rowBytes = (end - offset) * this.#rowGrowth + this.#rowExtraBytes + columnCount
    let isRoomy = rowBytes <= maxRoomyBytes
    if (isRoomy) batch.reserve(rowBytes)
    let at = batch.used
    let target = batch.bytes
    let targetView = batch.view
    for (let slot = 0; slot < columnCount; slot++, cell += 2) {
      const bit = slot + 2
      if ((view.getUint8(bitmap + (bit >> 3)) & (1 << (bit & 7))) !== 0) {
        lengths[slot] = -1
        if (!this.#columns[slot]!.nullable) this.#faults.rejectNull(slot)
        continue
      }
      let from = next
      let length = widths[slot]!
      if (length === 0) {
        const first = view.getUint8(from)
        length = first < longMark ? first : longLength(view, from, first)
        from += first < longMark ? 1 : prefixBytes(first)
      }
      starts[slot] = from
      lengths[slot] = length
      next = from + length
      if (!isRoomy) {
        batch.used = at
        batch.reserve(Math.ceil(length * this.#growths[slot]!) + this.#extraBytes[slot]!)
        target = batch.bytes
        targetView = batch.view
      }
      let written = length
      const way = length > maxWordBytes ? Way.decode : ways[slot]
      if (way === Way.copy || (way === Way.utf8 && oddUtf8At(view, from, from + length) < 0)) {
        copyWords(view, from, length, targetView, at)
      } else if (way !== Way.plain || !copyPlainWords(view, from, length, targetView, at)) {
        written = decoders[slot]!.write(buffer, from, length, target, at)
      }
      if (length === 0 && this.#isIndexZero(slot, buffer)) written = fault.enumZero
      if (written < 0) {
        const instead = this.#faults.mend(written, slot, decoders[slot]!, buffer, from, length, this.#shows[slot]!)
        if (instead === undefined) continue
        batch.used = at
        batch.reserve(instead.length)
        target = batch.bytes
        targetView = batch.view
        isRoomy = false
        target.set(instead, at)
        written = instead.length
      }
      cells[cell] = at
      cells[cell + 1] = written
      at += written
    }
    if (fieldCount === columnCount) assertEnd(offset, next, end)
    batch.used = at
    if (this.#faults.isPending) this.#note(row, buffer, batch)
  }

  /**
   * Adds rows that lie one behind the other, each a packet with its header, as long as they are whole, have no NULL, come
   * under the next numbers from `sequence` on, and do not fill the batch. Returns where the first that is not taken begins:
   * `from`, where the columns are not all of a fixed length and copied.
   */
  copyRows(buffer: Buffer, from: number, sequence: number, batch: Batch): RowRun | undefined {
    const valueBytes = this.#plainRowBytes
    if (valueBytes < 0) return undefined
    const widths = this.#widths
    const front = headerBytes + 1 + bitmapBytes(widths.length)
    const packetBytes = front + valueBytes
    const view = this.#viewOf(buffer)
    const inBuffer = Math.floor((buffer.length - from) / packetBytes)
    const most = Math.min(inBuffer, batch.rowsBeforeFull(0, valueBytes))
    let count = 0
    for (let at = from; count < most; at += packetBytes, count++) {
      const header = (packetBytes - headerBytes) | ((sequence + count) << 24)
      if (view.getInt32(at, true) !== header || view.getUint8(at + headerBytes) !== rowMark) break
    }
    if (count === 0) return undefined
    const first = batch.addRows(0, count)
    batch.reserve(count * valueBytes)
    for (let row = 0, values = from + front; row < count; row++, values += packetBytes) {
      this.#copyValues(view, values, batch, first + row)
    }
    return { count, end: from + count * packetBytes }
  }

  /** Values that lie side by side as they are to: they are copied at once. There is room for them. */
  #copyValues(view: DataView, from: number, batch: Batch, row: number): void {
    const widths = this.#widths
    const cells = batch.frames[0]!.cells
    let at = batch.used
    copyWords(view, from, this.#plainRowBytes, batch.view, at)
    let cell = row * widths.length * 2
    for (let slot = 0; slot < widths.length; slot++, cell += 2) {
      const width = widths[slot]!
      cells[cell] = at
      cells[cell + 1] = width
      at += width
    }
    batch.used = at
    this.#copiedFrom = from
  }

  /** Sets `starts` and `lengths`, which hardly anybody asks for: of a row that was copied they are not set before. */
  locateLast(): void {
    if (this.#copiedFrom < 0) return
    let start = this.#copiedFrom
    for (const [slot, width] of this.#widths.entries()) {
      this.starts[slot] = start
      this.lengths[slot] = width
      start += width
    }
  }

  #locate(view: DataView, offset: number, end: number): void {
    const widths = this.#widths
    const bitmap = offset + 1
    let at = bitmap + bitmapBytes(widths.length)
    for (let field = 0; field < widths.length; field++) {
      const bit = field + 2
      if ((view.getUint8(bitmap + (bit >> 3)) & (1 << (bit & 7))) !== 0) {
        this.lengths[field] = -1
        continue
      }
      let length = widths[field]!
      if (length === 0) {
        const first = view.getUint8(at)
        length = first < longMark ? first : longLength(view, at, first)
        at += first < longMark ? 1 : prefixBytes(first)
      }
      this.starts[field] = at
      this.lengths[field] = length
      at += length
    }
    assertEnd(offset, at, end)
  }

  /** A chunk off the socket has many rows. */
  #viewOf(buffer: Buffer): DataView {
    if (buffer !== this.#viewed) {
      this.#viewed = buffer
      this.#view = viewOf(buffer)
    }
    return this.#view
  }

  /** Whether an empty text is an ENUM's index 0: it is, unless '' is a label too and the ordinal tells that it is that. */
  #isIndexZero(slot: number, buffer: Buffer): boolean {
    if (this.#columns[slot]!.native.name !== 'enum') return false
    const field = this.#ordinalFields[slot]!
    return field < 0 || lowHalf(buffer, this.starts[field]!, this.#fields[field]!.width, false) === 0
  }

  #note(row: number, buffer: Buffer, batch: Batch): void {
    const slot = this.#faults.rejectedSlot
    const isValue = slot >= 0 && this.lengths[slot]! >= 0
    const original = isValue
      ? originalValue(this.#columns[slot]!, this.#fields[slot]!, buffer, this.starts[slot]!, this.lengths[slot]!)
      : null
    this.#faults.note(row, batch, original)
  }
}

function longLength(view: DataView, at: number, first: number): number {
  if (first === 252) return view.getUint16(at + 1, true)
  if (first === 253) return view.getUint16(at + 1, true) | (view.getUint8(at + 3) << 16)
  // Eight bytes; what Node can hold needs the lower half alone.
  return view.getUint32(at + 1, true)
}

function assertEnd(offset: number, found: number, end: number): void {
  if (found === end) return
  throw new TransloadError('TL_X901', { reason: `a row of ${end - offset} bytes ended at ${found - offset}` })
}
