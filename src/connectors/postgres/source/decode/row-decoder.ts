import { isUtf8 as isUtf8Text } from 'node:buffer'
import type { Batch } from '../../../../batch/batch.ts'
import { copyWords, maxWordBytes } from '../../../../batch/copy-words.ts'
import { textAsCell } from '../../../../canonical/text.ts'
import { TransloadError } from '../../../../errors/transload-error.ts'
import type { ReadColumn } from '../../../../model/plan.ts'
import { bitsTextBytes, putBits } from './bits-text.ts'
import { type ColumnWay, way } from './column-way.ts'
import { FieldFaults } from './field-faults.ts'
import { inetTextBytes, putInet } from './inet-text.ts'
import { intervalTextBytes, putInterval } from './interval-text.ts'
import { numericTextBytes, putNumeric } from './numeric-text.ts'

/** What counts an array whose first indexes are other than 1. */
export const firstIndexRule = 'postgres.first-index'

const blank = 0x20

/** In place of a length: what the cell cannot hold. */
const outOfRange = -1
const invalidText = -2

/**
 * Turns rows of a COPY in binary form into rows of a batch's frame 0: int16 count of fields, then each as int32 length (−1:
 * NULL) and its bytes.
 */
export class RowDecoder {
  /** Where the fields of the last row lie, and their lengths; −1 for NULL. */
  readonly starts: Int32Array
  readonly lengths: Int32Array
  readonly #columns: readonly ReadColumn[]
  readonly #ways: Uint8Array
  readonly #nullable: Uint8Array
  readonly #units: Float64Array
  readonly #faults: FieldFaults

  constructor(columns: readonly ReadColumn[], ways: readonly ColumnWay[]) {
    this.#columns = columns
    this.#ways = Uint8Array.from(ways, (one) => one.way)
    this.#units = Float64Array.from(ways, ({ unit }) => unit)
    this.#nullable = Uint8Array.from(columns, ({ nullable }) => (nullable ? 1 : 0))
    this.#faults = new FieldFaults(
      columns,
      ways.map((one) => one.way === way.parsed),
    )
    this.starts = new Int32Array(columns.length)
    this.lengths = new Int32Array(columns.length)
  }

  /**
   * Adds the row that lies in bytes[start, end).
   *
   * @param view Over all of `bytes`
   * @param isOwn The bytes are the batch's own already, and lie in its arena
   */
  decode(bytes: Buffer, view: DataView, start: number, end: number, batch: Batch, isOwn: boolean): void {
    const ways = this.#ways
    const width = ways.length
    const count = view.getInt16(start)
    if (count !== width) throw new TransloadError('TL_X901', { reason: `asked for ${width} fields, got ${count}` })
    const row = batch.addRow(0)
    const { cells } = batch.frames[0]!
    let cell = row * width * 2
    let from = start + 2
    if (!isOwn) batch.reserve(end - start)
    for (let slot = 0; slot < width; slot++, cell += 2) {
      const length = view.getInt32(from)
      from += 4
      this.lengths[slot] = length
      this.starts[slot] = from
      if (length < 0) {
        if (this.#nullable[slot] === 0) this.#faults.rejectNull(slot)
        continue
      }
      const next = from + length
      const how = ways[slot]!
      let written: number
      if (how === way.copy) {
        if (isOwn) {
          cells[cell] = from
          cells[cell + 1] = length
          from = next
          continue
        }
        if (length <= maxWordBytes) copyWords(view, from, length, batch.view, batch.used)
        else batch.bytes.set(bytes.subarray(from, next), batch.used)
        written = length
      } else written = this.#convert(how, slot, bytes, view, from, length, batch, end - next)
      if (written < 0) written = this.#mend(written, slot, bytes, from, length, batch, end - next)
      from = next
      if (written < 0) continue
      cells[cell] = batch.used
      cells[cell + 1] = written
      batch.used += written
    }
    if (from !== end)
      throw new TransloadError('TL_X901', { reason: `a row of ${end - start} bytes ended at ${from - start}` })
    if (this.#faults.isPending) this.#faults.note(row, batch, bytes, this.starts, this.lengths)
  }

  /** Writes the cell behind what is used, and returns its length, or what is wrong. @param left Bytes of the row behind it */
  #convert(
    how: number,
    slot: number,
    bytes: Buffer,
    view: DataView,
    from: number,
    length: number,
    batch: Batch,
    left: number,
  ): number {
    switch (how) {
      case way.turn2: {
        const at = batch.reserve(2 + left)
        batch.view.setInt16(at, view.getInt16(from), true)
        return length
      }
      case way.turn4: {
        const at = batch.reserve(4 + left)
        batch.view.setInt32(at, view.getInt32(from), true)
        return length
      }
      case way.turn8: {
        const unit = this.#units[slot]!
        if (unit > 1 && view.getBigInt64(from) % BigInt(unit) !== 0n && !isInfinite(view, from)) return outOfRange
        const at = batch.reserve(8 + left)
        batch.view.setInt32(at, view.getInt32(from + 4), true)
        batch.view.setInt32(at + 4, view.getInt32(from), true)
        return length
      }
      case way.numeric: {
        const at = batch.reserve(numericTextBytes(view, from) + left)
        return putNumeric(view, from, batch.bytes, at) - at
      }
      case way.interval: {
        const at = batch.reserve(intervalTextBytes + left)
        const end = putInterval(view, from, batch.bytes, at)
        return end < 0 ? outOfRange : end - at
      }
      case way.inet: {
        const at = batch.reserve(inetTextBytes + left)
        return putInet(view, from, batch.bytes, at) - at
      }
      case way.bits: {
        const at = batch.reserve(bitsTextBytes(view, from) + left)
        return putBits(view, from, batch.bytes, at) - at
      }
      case way.jsonb: {
        const at = batch.reserve(length + left)
        batch.bytes.set(bytes.subarray(from + 1, from + length), at)
        return length - 1
      }
      case way.list: {
        const isMarked = bytes[from] === blank
        const start = isMarked ? from + 1 : from
        const text = bytes.subarray(start, from + length)
        if (!isUtf8Text(text)) return invalidText
        if (isMarked) this.#faults.lose(slot, firstIndexRule)
        const at = batch.reserve(text.length + left)
        batch.bytes.set(text, at)
        return text.length
      }
      case way.checkedText: {
        const text = bytes.subarray(from, from + length)
        if (!isUtf8Text(text)) return invalidText
        const at = batch.reserve(length + left)
        batch.bytes.set(text, at)
        return length
      }
      default: {
        const cell = textAsCell(this.#columns[slot]!.type, bytes.toString('utf8', from, from + length))
        if (cell === undefined) return outOfRange
        const at = batch.reserve(cell.length + left)
        batch.bytes.set(cell, at)
        return cell.length
      }
    }
  }

  /** What the policy says instead; negative: NULL. */
  #mend(found: number, slot: number, bytes: Buffer, from: number, length: number, batch: Batch, left: number): number {
    const fault = found === invalidText ? 'invalid-text' : 'out-of-range'
    const instead = this.#faults.mend(fault, slot, bytes, from, length)
    if (instead === undefined) return -1
    const at = batch.reserve(instead.length + left)
    batch.bytes.set(instead, at)
    return instead.length
  }
}

/** The greatest and the least clock are no clock. */
function isInfinite(view: DataView, start: number): boolean {
  const high = view.getInt32(start)
  const low = view.getUint32(start + 4)
  return (high === 0x7fff_ffff && low === 0xffff_ffff) || (high === -0x8000_0000 && low === 0)
}
