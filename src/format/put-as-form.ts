import type { Batch } from '../batch/batch.ts'
import { pointCell, putText } from '../batch/put-cell.ts'
import { cellAsForm } from '../canonical/cell-as-form.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import { putHex } from './bson/bytes-text.ts'
import { maxDoubleTextBytes, putDouble } from './bson/double-text.ts'
import { clockBytes, dayOf, DayText, maxMicros, microsAt, microsInDay, putClock } from './clock-text.ts'
import { maxInt64TextBytes, putInt64 } from './integer-text.ts'

/**
 * Puts a cell behind all others as `cellAsForm` tells it.
 * @param place As that of `putCell`
 * @param cells Where the cell lies at [start, start + length); `view` is over the same bytes
 */
export type PutAsForm = (
  into: Batch,
  frame: number,
  place: number,
  cells: Buffer,
  view: DataView,
  start: number,
  length: number,
) => void

/** Puts the text of a cell at `at`, where there is room for so many bytes; the end, or −1: it is put in another way. */
interface Putter {
  readonly room: (length: number) => number
  readonly put: (out: Uint8Array, at: number, view: DataView, start: number, length: number) => number
}

/**
 * How cells of a column are put as a server would write them in the form. Numbers and moments are written without a string
 * for each: V8 remembers the strings of some thousand numbers, which live long enough for it to make old garbage of them
 * all.
 */
export function putterAsForm(type: CanonicalType, form: DigestForm): PutAsForm {
  const putter = putterOf(type)
  return (into, frame, place, cells, view, start, length) => {
    if (putter !== undefined) {
      const at = into.reserve(putter.room(length))
      const end = putter.put(into.bytes, at, view, start, length)
      if (end >= 0) {
        into.used = end
        pointCell(into, frame, place, at, end - at)
        return
      }
    }
    putText(into, frame, place, cellAsForm(type, form, cells, start, length))
  }
}

function putterOf(type: CanonicalType): Putter | undefined {
  switch (type.kind) {
    case 'int':
      return { room: () => maxInt64TextBytes, put: type.signed ? putSigned : putUnsigned }
    case 'float64':
      return { room: () => maxDoubleTextBytes, put: putFloat64 }
    case 'timestamp':
      return momentPutter(type.precision, '')
    case 'instant':
      return momentPutter(type.precision, '+00')
    case 'objectId':
      return {
        room: (length) => 2 * length,
        put: (out, at, view, start, length) => {
          const from = view.byteOffset + start
          return putHex(new Uint8Array(view.buffer), from, from + length, out, at)
        },
      }
    default:
      return undefined
  }
}

function putSigned(out: Uint8Array, at: number, view: DataView, start: number, length: number): number {
  if (length === 8) return putInt64(out, at, view.getInt32(start + 4, true), view.getInt32(start, true))
  const value =
    length === 4 ? view.getInt32(start, true) : length === 2 ? view.getInt16(start, true) : view.getInt8(start)
  return putInt64(out, at, value >> 31, value)
}

function putUnsigned(out: Uint8Array, at: number, view: DataView, start: number, length: number): number {
  if (length === 8) {
    const high = view.getInt32(start + 4, true)
    return high < 0 ? -1 : putInt64(out, at, high, view.getInt32(start, true))
  }
  const value =
    length === 4 ? view.getUint32(start, true) : length === 2 ? view.getUint16(start, true) : view.getUint8(start)
  return putInt64(out, at, 0, value)
}

/** As JavaScript writes it, which is without `.0`. */
function putFloat64(out: Uint8Array, at: number, view: DataView, start: number): number {
  const end = putDouble(out, at, view.getFloat64(start, true))
  return out[end - 1] === zero && out[end - 2] === point ? end - 2 : end
}

const [zero, point, blank] = [0x30, 0x2e, 0x20]

/** `YYYY-MM-DD HH:MM:SS.ffffff`, and `+00` where it is a moment. */
function momentPutter(precision: number, suffix: '' | '+00'): Putter {
  const days = new DayText()
  const behind = Buffer.from(suffix)
  return {
    room: () => dayBytes + 1 + clockBytes + suffix.length,
    put(out, at, view, start) {
      const micros = microsAt(view, start)
      if (!(Math.abs(micros) < maxMicros)) return -1
      const day = dayOf(micros)
      const text = days.of(day)
      if (text.length > dayBytes || days.era.length > 0) return -1
      out.set(text, at)
      out[at + text.length] = blank
      const end = putClock(out, at + text.length + 1, microsInDay(micros, day), precision)
      out.set(behind, end)
      return end + behind.length
    },
  }
}

/** `YYYY-MM-DD` */
const dayBytes = 10
