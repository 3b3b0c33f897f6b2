import type { Batch } from '../batch/batch.ts'
import { pointCell, putText } from '../batch/put-cell.ts'
import { cellAsForm } from '../canonical/cell-as-form.ts'
import type { CanonicalType, IntBits } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import { maxDoubleTextBytes, putDoubleAt } from './bson/double-text.ts'
import { MomentText } from './clock-text.ts'
import { maxInt64TextBytes, putInt32, putInt64, putUint53 } from './integer-text.ts'

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

/** Puts the text of a cell at `at`, where there is room for so many bytes; returns the end, or −1: it is put in another way. */
interface Putter {
  readonly room: number
  readonly put: (out: Uint8Array, at: number, view: DataView, start: number) => number
}

/**
 * How cells of a column, of which `isOwnForm` is not true, are put as a server would write them in the form. Numbers and moments are written without a string
 * for each: V8 remembers the strings of some thousand numbers, which live long enough for it to make old garbage of them
 * all.
 */
export function putterAsForm(type: CanonicalType, form: DigestForm): PutAsForm {
  const putter = putterOf(type)
  return (into, frame, place, cells, view, start, length) => {
    if (putter !== undefined) {
      const at = into.reserve(putter.room)
      const end = putter.put(into.bytes, at, view, start)
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
      return { room: maxInt64TextBytes, put: intPutter(type.bits, type.signed) }
    case 'float64':
      return { room: maxDoubleTextBytes, put: putFloat64 }
    case 'timestamp':
    case 'instant': {
      const moments = new MomentText(type.precision, type.kind === 'instant' ? '+00' : '')
      return { room: moments.room, put: (out, at, view, start) => moments.put(out, at, view, start) }
    }
    default:
      return undefined
  }
}

function intPutter(bits: IntBits, isSigned: boolean): Putter['put'] {
  switch (bits) {
    case 8:
      return (out, at, view, start) => putInt32(out, at, isSigned ? view.getInt8(start) : view.getUint8(start))
    case 16:
      return (out, at, view, start) =>
        putInt32(out, at, isSigned ? view.getInt16(start, true) : view.getUint16(start, true))
    case 32:
      return isSigned
        ? (out, at, view, start) => putInt32(out, at, view.getInt32(start, true))
        : (out, at, view, start) => putUint53(out, at, view.getUint32(start, true))
    case 64:
      return (out, at, view, start) => {
        const high = view.getInt32(start + 4, true)
        return !isSigned && high < 0 ? -1 : putInt64(out, at, high, view.getInt32(start, true))
      }
  }
}

const [zero, point] = [0x30, 0x2e]

/** As JavaScript writes it, which is without `.0`. */
function putFloat64(out: Uint8Array, at: number, view: DataView, start: number): number {
  const end = putDoubleAt(out, at, view, start)
  return out[end - 1] === zero && out[end - 2] === point ? end - 2 : end
}
