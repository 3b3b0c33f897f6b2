import type { Batch } from '../../../../batch/batch.ts'
import type { ShowOriginal } from '../../../../batch/notes.ts'
import { introducerShift, kindMask, ValueKind, valueStride } from '../../../../format/sql-text/row-scanner.ts'
import type { EncodedValue } from '../../../../model/loss.ts'
import type { ReadColumn } from '../../../../model/plan.ts'
import type { CellDecoder } from '../../decode/cell-decoder.ts'
import { chooseDecoder } from '../../decode/choose-decoder.ts'
import { fault } from '../../decode/fault.ts'
import { originalValue, showOriginal } from '../../decode/original-value.ts'
import { RowFaults } from '../../decode/row-faults.ts'
import { asWritten, chooseForm, fieldOf, hasCharset, type LiteralSession } from './choose-form.ts'
import { HeldTextDecoder } from './held-text.ts'
import { type LiteralForm, Scratch } from './literal-form.ts'

/** Up to here a row's bytes are reserved at once. */
const maxRoomyBytes = 65_536
/** Text of at most so many bytes is decoded where it lies: beyond, the decoder's search for a NUL needs an end. */
const maxInPlaceBytes = 64
/** From here on a view of the bytes costs less than a copy. */
const minViewBytes = 4096

/** A literal that stands for the values that an INSERT leaves out: the column's default. */
export interface Constant {
  readonly bytes: Buffer
  /** As the row scanner has them. */
  readonly flags: number
  /** The charset of a text. */
  readonly charset?: string | undefined
}

/** Where the value of a column comes from: a place in the row, or the same for all rows. */
export type ValuePlace = number | Constant

/** A column as one way of writing it is read. */
interface Reading {
  readonly column: ReadColumn
  readonly decoder: CellDecoder
  readonly show: ShowOriginal
}

/**
 * Turns rows of an INSERT into rows of a batch's frame 0: literal → bytes as the server would send them → cell. What
 * the binary protocol's decoders decide, and what becomes of a faulty value, is the same as with a live server.
 */
export class LiteralRowDecoder {
  readonly #columns: readonly ReadColumn[]
  readonly #session: LiteralSession
  readonly #introducers: readonly string[]
  readonly #readings: readonly Reading[]
  readonly #forms: readonly LiteralForm[]
  readonly #faults: RowFaults
  /** Per column: its place in the value table, or −1 for a constant. */
  readonly #places: Int32Array
  readonly #constants: readonly (Constant | undefined)[]
  readonly #isText: Uint8Array
  /** ENUMs without an empty label: an empty text is their index 0. */
  readonly #hasIndexZero: Uint8Array
  readonly #growths: Float64Array
  readonly #extraBytes: Int32Array
  readonly #rowGrowth: number
  readonly #rowExtraBytes: number
  readonly #scratch = new Scratch()
  /** Readings of literals with an introducer, by `slot × 256 + index`. */
  readonly #introduced = new Map<number, Reading>()
  #original: EncodedValue = null

  /**
   * @param introducers The row scanner's: a value's flags hold an index of it.
   * @throws TL_C105 where there is no way from a column's type to its plan's
   */
  constructor(
    columns: readonly ReadColumn[],
    places: readonly ValuePlace[],
    session: LiteralSession,
    introducers: readonly string[],
  ) {
    this.#columns = columns
    this.#session = session
    this.#introducers = introducers
    this.#places = Int32Array.from(places, (place) => (typeof place === 'number' ? place * valueStride : -1))
    this.#constants = places.map((place) => (typeof place === 'number' ? undefined : place))
    this.#readings = columns.map((column, slot) => this.#bind(column, this.#constants[slot]?.charset))
    this.#forms = columns.map(({ native }) => chooseForm(native, session))
    this.#faults = new RowFaults(columns)
    this.#isText = Uint8Array.from(columns, ({ native }) => (hasCharset(native) ? 1 : 0))
    this.#hasIndexZero = Uint8Array.from(columns, ({ native }) => {
      return native.name === 'enum' && native.labels?.includes('') !== true ? 1 : 0
    })
    this.#growths = Float64Array.from(this.#readings, ({ decoder }) => decoder.growth)
    this.#extraBytes = Int32Array.from(this.#readings, ({ decoder }, slot) => {
      const constantBytes = this.#constants[slot]?.bytes.length ?? 0
      return decoder.extraBytes + Math.ceil(decoder.growth * (this.#forms[slot]!.fixedBytes + constantBytes))
    })
    this.#rowGrowth = Math.max(1, ...this.#growths)
    this.#rowExtraBytes = this.#extraBytes.reduce((sum, extra) => sum + extra, 0)
  }

  /**
   * Adds a row.
   *
   * @param values The scanner's value table, of offsets in `bytes`.
   * @param rowBytes Length of the row as written.
   */
  decode(bytes: Buffer, values: Int32Array, rowBytes: number, batch: Batch): void {
    const row = batch.addRow(0)
    const frame = batch.frames[0]!
    const cells = frame.cells
    const places = this.#places
    const columnCount = places.length
    let cell = row * frame.layout.columns.length * 2
    const roomBytes = rowBytes * this.#rowGrowth + this.#rowExtraBytes + columnCount
    let isRoomy = roomBytes <= maxRoomyBytes
    if (isRoomy) batch.reserve(roomBytes)
    let at = batch.used
    let target = batch.bytes
    for (let slot = 0; slot < columnCount; slot++, cell += 2) {
      const place = places[slot]!
      let source = bytes
      let reading = this.#readings[slot]!
      let flags: number
      let from = 0
      let length: number
      if (place >= 0) {
        flags = values[place]!
        from = values[place + 1]!
        length = values[place + 2]!
      } else {
        const constant = this.#constants[slot]!
        source = constant.bytes
        flags = constant.flags
        length = constant.bytes.length
      }
      if (flags === ValueKind.null) {
        if (!this.#columns[slot]!.nullable) this.#faults.rejectNull(slot)
        continue
      }
      const isText = this.#isText[slot] === 1
      if (isText && flags !== ValueKind.text && flags !== ValueKind.escapedText && place >= 0) {
        const introduced = this.#introducedReading(slot, flags)
        if (introduced !== reading) isRoomy = false
        reading = introduced
      }
      let wire = length
      let wireFrom = from
      let wireBytes = source
      if (isText && flags === ValueKind.text && (length <= maxInPlaceBytes || length >= minViewBytes)) {
        if (length >= minViewBytes) {
          wireBytes = source.subarray(from, from + length)
          wireFrom = 0
        }
      } else {
        wire = this.#forms[slot]!.toWire(source, flags, from, length, this.#scratch)
        wireBytes = this.#scratch.bytes
        wireFrom = 0
      }
      let written = wire
      if (wire >= 0) {
        if (!isRoomy) {
          batch.used = at
          batch.reserve(Math.ceil(wire * reading.decoder.growth) + reading.decoder.extraBytes)
          target = batch.bytes
        }
        written = reading.decoder.write(wireBytes, wireFrom, wire, target, at)
        if (wire === 0 && this.#hasIndexZero[slot] === 1) written = fault.enumZero
      }
      if (written < 0) {
        const isMalformed = wire < 0
        const instead = isMalformed
          ? this.#mend(written, slot, reading, source, from, length)
          : this.#mend(written, slot, reading, wireBytes, wireFrom, wire)
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
    if (rowBytes > maxRoomyBytes) this.#scratch.release()
    if (!this.#faults.isPending) return
    this.#faults.note(row, batch, this.#original)
    this.#original = null
  }

  #mend(
    found: number,
    slot: number,
    { column, decoder, show }: Reading,
    bytes: Buffer,
    from: number,
    length: number,
  ): Uint8Array | undefined {
    const wasRejected = this.#faults.rejectedSlot >= 0
    const shown = found === fault.malformed ? asWrittenText : show
    const instead = this.#faults.mend(found, slot, decoder, bytes, from, length, shown)
    if (!wasRejected && this.#faults.rejectedSlot === slot) {
      this.#original =
        found === fault.malformed
          ? asWrittenText(bytes, from, length)
          : originalValue(column, fieldOf(column.native), bytes, from, length)
    }
    return instead
  }

  /** How a text is read that has a charset before it, or is written as digits of its bytes. */
  #introducedReading(slot: number, flags: number): Reading {
    const kind = flags & kindMask
    const isDigits = kind === ValueKind.hex || kind === ValueKind.bits
    const index = flags >> introducerShift
    if (index === 0 && !isDigits) return this.#readings[slot]!
    const id = slot * 256 + index
    let reading = this.#introduced.get(id)
    if (reading === undefined) {
      reading = this.#bind(this.#columns[slot]!, index === 0 ? 'binary' : this.#introducers[index])
      this.#introduced.set(id, reading)
    }
    return reading
  }

  #bind(column: ReadColumn, introducer: string | undefined): Reading {
    const written = asWritten(column, this.#session, introducer)
    const { charset, readAs } = column.native
    if (readAs !== undefined && charset !== undefined && written.native.charset !== charset) {
      const inner = chooseDecoder(column, fieldOf(column.native))
      return {
        column: written,
        show: showOriginal(column, fieldOf(column.native)),
        decoder: new HeldTextDecoder(written.native.charset ?? 'utf8mb4', charset, inner),
      }
    }
    const field = fieldOf(written.native)
    return { column: written, decoder: chooseDecoder(written, field), show: showOriginal(written, field) }
  }
}

/** A literal that is no value of its type. */
function asWrittenText(bytes: Uint8Array, start: number, length: number): EncodedValue {
  return { text: Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8') }
}
