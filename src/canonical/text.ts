import { TransloadError } from '../errors/transload-error.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { bitsForm } from './bits.ts'
import { boolForm } from './bool.ts'
import { dateForm } from './date.ts'
import { decimalForm } from './decimal.ts'
import { float32Form, float64Form } from './float.ts'
import type { CanonicalForm } from './form.ts'
import { hexForm } from './hex.ts'
import { intForm } from './int.ts'
import { intervalForm } from './interval.ts'
import { textForm } from './text-form.ts'
import { timeForm } from './time.ts'
import { timestampForm } from './timestamp.ts'
import { uuidForm } from './uuid.ts'

const anyText = textForm(() => true)

/** The canonical text of a cell: what reports, rejects and expressions speak. The cell is not NULL. */
export function cellToText(type: CanonicalType, bytes: Uint8Array, start: number, length: number): string {
  return formOf(type).toText(bytes, start, length)
}

/** The cell's bytes of a canonical text, the inverse of {@link cellToText}. @throws TL_D402 where the text is not of the type */
export function textToCell(type: CanonicalType, text: string): Uint8Array {
  const cell = textAsCell(type, text)
  if (cell === undefined) throw new TransloadError('TL_D402', { type: type.kind, reason: text.slice(0, 100) })
  return cell
}

/** As {@link textToCell}; undefined where the text is not of the type. */
export function textAsCell(type: CanonicalType, text: string): Uint8Array | undefined {
  return formOf(type).fromText(text)
}

function formOf(type: CanonicalType): CanonicalForm {
  switch (type.kind) {
    case 'bool':
      return boolForm
    case 'int':
      return intForm(type.bits, type.signed)
    case 'float32':
      return float32Form
    case 'float64':
      return float64Form
    case 'decimal':
      return decimalForm
    case 'date':
      return dateForm
    case 'time':
      return timeForm(type.precision)
    case 'timestamp':
      return timestampForm(type.precision, '')
    case 'instant':
      return timestampForm(type.precision, '+00')
    case 'interval':
      return intervalForm
    case 'uuid':
      return uuidForm
    case 'bits':
      return bitsForm(type.length)
    case 'bytes':
    case 'geometry':
    case 'objectId':
    case 'native':
      return hexForm
    case 'enum':
      return textForm((text) => type.labels.includes(text))
    case 'text':
    case 'set':
    case 'json':
    case 'document':
    case 'array':
    case 'inet':
      return anyText
  }
}
