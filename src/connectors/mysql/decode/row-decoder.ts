import type { Batch } from '../../../batch/batch.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { ReadColumn } from '../../../model/plan.ts'
import { type CellDecoder, CopyDecoder } from './cell-decoder.ts'
import { chooseDecoder } from './choose-decoder.ts'
import { fault } from './fault.ts'
import { lowHalf } from './integer.ts'
import { originalValue } from './original-value.ts'
import { RowFaults } from './row-faults.ts'
import type { WireField } from './wire-field.ts'

/** Up to here a row's bytes are reserved at once. */
const maxRoomyBytes = 65_536

/**
 * Turns rows of the binary protocol into rows of a batch's frame 0. A row is a zero byte, a bitmap of the fields that are
 * NULL, beginning with its third bit, and the values of the others.
 *
 * Fields are the plan's columns, followed by the extra ones that the statement asks for: ordinals of ENUM columns.
 */
export class RowDecoder {
  /** Where the values of the last row lie in its packet, by field; length −1 for NULL. */
  readonly starts: Int32Array
  readonly lengths: Int32Array
  readonly #columns: readonly ReadColumn[]
  readonly #decoders: readonly CellDecoder[]
  readonly #fields: readonly WireField[]
  readonly #faults: RowFaults
  /** Per column: the extra field with its ordinal, where the text alone does not tell a label from index 0; else −1. */
  readonly #ordinalFields: readonly number[]
  readonly #isCopy: Uint8Array
  readonly #widths: Uint8Array
  /** Of the decoders, side by side: asked one by one they are objects of many shapes, which is slow. */
  readonly #growths: Float64Array
  readonly #extraBytes: Int32Array
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
    this.#ordinalFields = columns.map(({ name, native }) => {
      const isAmbiguous = native.name === 'enum' && native.labels?.includes('') === true
      return isAmbiguous ? columns.length + ordinals.indexOf(name) : -1
    })
    this.#isCopy = Uint8Array.from(this.#decoders, (decoder) => (decoder instanceof CopyDecoder ? 1 : 0))
    this.#widths = Uint8Array.from(fields, ({ width }) => width)
    this.#growths = Float64Array.from(this.#decoders, ({ growth }) => growth)
    this.#extraBytes = Int32Array.from(this.#decoders, ({ extraBytes }) => extraBytes)
    this.#rowGrowth = Math.max(1, ...this.#growths)
    this.#rowExtraBytes = this.#extraBytes.reduce((sum, extra) => sum + extra, 0)
    this.starts = new Int32Array(fields.length)
    this.lengths = new Int32Array(fields.length)
  }

  /** Adds the row whose payload begins at `offset` of `buffer`. */
  decode(buffer: Buffer, offset: number, end: number, batch: Batch): void {
    const fieldCount = this.#widths.length
    this.#locate(buffer, offset, end, fieldCount)
    const row = batch.addRow(0)
    const frame = batch.frames[0]!
    const cells = frame.cells
    const starts = this.starts
    const lengths = this.lengths
    const decoders = this.#decoders
    const isCopy = this.#isCopy
    const columnCount = decoders.length
    let cell = row * frame.layout.columns.length * 2
    // Most rows are small: room for all their values at once. A large one is given room value by value, lest a growth
    // that none of its values has be reserved for all of them.
    const rowBytes = (end - offset) * this.#rowGrowth + this.#rowExtraBytes + columnCount
    let isRoomy = rowBytes <= maxRoomyBytes
    if (isRoomy) batch.reserve(rowBytes)
    let at = batch.used
    let target = batch.bytes
    for (let slot = 0; slot < columnCount; slot++, cell += 2) {
      const length = lengths[slot]!
      if (length < 0) {
        if (!this.#columns[slot]!.nullable) this.#faults.rejectNull(slot)
        continue
      }
      const from = starts[slot]!
      if (!isRoomy) {
        batch.used = at
        batch.reserve(Math.ceil(length * this.#growths[slot]!) + this.#extraBytes[slot]!)
        target = batch.bytes
      }
      let written = length
      if (isCopy[slot] === 1 && length <= 8) {
        for (let i = 0; i < length; i++) target[at + i] = buffer[from + i]!
      } else {
        written = decoders[slot]!.write(buffer, from, length, target, at)
      }
      if (length === 0 && this.#isIndexZero(slot, buffer)) written = fault.enumZero
      if (written < 0) {
        const instead = this.#faults.mend(written, slot, decoders[slot]!, buffer, from, length)
        if (instead === undefined) continue
        batch.used = at
        batch.reserve(instead.length)
        target = batch.bytes
        isRoomy = false
        target.set(instead, at)
        written = instead.length
      }
      cells[cell] = at
      cells[cell + 1] = written
      at += written
    }
    batch.used = at
    if (this.#faults.isPending) this.#note(row, buffer, batch)
  }

  #locate(buffer: Buffer, offset: number, end: number, fieldCount: number): void {
    const bitmap = offset + 1
    const starts = this.starts
    const lengths = this.lengths
    let at = bitmap + ((fieldCount + 9) >> 3)
    for (let field = 0; field < fieldCount; field++) {
      const bit = field + 2
      if ((buffer[bitmap + (bit >> 3)]! & (1 << (bit & 7))) !== 0) {
        lengths[field] = -1
        continue
      }
      let length = this.#widths[field]!
      if (length === 0) {
        length = buffer[at]!
        if (length < 251) at++
        else if (length === 252) {
          length = buffer[at + 1]! | (buffer[at + 2]! << 8)
          at += 3
        } else if (length === 253) {
          length = buffer[at + 1]! | (buffer[at + 2]! << 8) | (buffer[at + 3]! << 16)
          at += 4
        } else {
          // Eight bytes; what Node can hold needs the lower half alone.
          length = buffer.readUInt32LE(at + 1)
          at += 9
        }
      }
      starts[field] = at
      lengths[field] = length
      at += length
    }
    if (at !== end)
      throw new TransloadError('TL_X901', { reason: `a row of ${end - offset} bytes ended at ${at - offset}` })
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
