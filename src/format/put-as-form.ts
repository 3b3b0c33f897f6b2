import type { Batch } from '../batch/batch.ts'
import { pointCell, putTextCell } from '../batch/put-cell.ts'
import { cellAsForm } from '../canonical/cell-as-form.ts'
import { smallIntAt } from '../canonical/int.ts'
import type { CanonicalType, IntBits } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import { maxDoubleTextBytes, putShortDoubleAt } from './bson/double-text.ts'
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

/** Puts the text of a cell at `at`, where there are `room` bytes; returns the end, or −1: it is put in another way. */
interface TextWriter {
  readonly room: number
  readonly put: (out: Uint8Array, at: number, view: DataView, start: number) => number
}

/**
 * How cells of a column are put as a server would write them in the form, where `isOwnForm` is not true of it. Numbers and
 * moments are written without a string for each: V8 remembers the strings of some thousand numbers, which live long enough
 * for it to make old garbage of them all.
 */
export function putterAsForm(type: CanonicalType, form: DigestForm): PutAsForm {
  const writer = writerOf(type)
  return (into, frame, place, cells, view, start, length) => {
    if (writer !== undefined) {
      const at = into.reserve(writer.room)
      const end = writer.put(into.bytes, at, view, start)
      if (end >= 0) {
        into.used = end
        pointCell(into, frame, place, at, end - at)
        return
      }
    }
    putTextCell(into, frame, place, cellAsForm(type, form, cells, start, length))
  }
}

function writerOf(type: CanonicalType): TextWriter | undefined {
  switch (type.kind) {
    case 'int':
      return { room: maxInt64TextBytes, put: intWriter(type.bits, type.signed) }
    case 'float64':
      return { room: maxDoubleTextBytes, put: putShortDoubleAt }
    case 'timestamp':
    case 'instant': {
      const moments = new MomentText(type.precision, type.kind === 'instant' ? '+00' : '')
      return { room: moments.room, put: (out, at, view, start) => moments.put(out, at, view, start) }
    }
    default:
      return undefined
  }
}

function intWriter(bits: IntBits, isSigned: boolean): TextWriter['put'] {
  if (bits !== 64) {
    return (out, at, view, start) => {
      const value = smallIntAt(view, start, bits, isSigned)
      return value < 0 ? putInt32(out, at, value) : putUint53(out, at, value)
    }
  }
  return (out, at, view, start) => {
    const high = view.getInt32(start + 4, true)
    return !isSigned && high < 0 ? -1 : putInt64(out, at, high, view.getInt32(start, true))
  }
}
