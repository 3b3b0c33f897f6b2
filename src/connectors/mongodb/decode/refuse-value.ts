import { bsonType } from '../../../format/bson/bson-type.ts'
import { misfit } from './cell-writer.ts'
import { type DocumentNotes, showValue } from './document-notes.ts'

const typeNames = new Map<number, string>(Object.entries(bsonType).map(([name, type]) => [type, name]))

/** A value as a cursor stands on it. */
interface Value {
  readonly type: number
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Rejects the row of a value whose type has no cell in its column. @param isKey The column tells rows apart */
export function refuseType(notes: DocumentNotes, column: string, value: Value, isKey: boolean): void {
  const name = typeNames.get(value.type)
  const reason = isKey
    ? `an _id of another kind (${name}) than those that its column was made for; shape: {_id: {as: column, type: id}} takes all`
    : `a value of the type ${name} that the column cannot hold`
  notes.reject(column, 'TL_D402', reason, showValue(value.type, value.bytes, value.start, value.end))
}

/** Rejects the row of a text that is no text to the target. @param found One of {@link misfit} */
export function refuseText(notes: DocumentNotes, column: string, value: Value, found: number): void {
  const original = showValue(value.type, value.bytes, value.start, value.end)
  if (found === misfit.nul) notes.reject(column, 'TL_D405', 'a NUL character in the text', original)
  else notes.reject(column, 'TL_D404', 'bytes that are no UTF-8', original)
}
