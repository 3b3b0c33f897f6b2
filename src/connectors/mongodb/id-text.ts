import { TransloadError } from '../../errors/transload-error.ts'
import { viewOf } from '../../batch/view-of.ts'
import { BsonCursor } from '../../format/bson/bson-cursor.ts'
import { bsonType } from '../../format/bson/bson-type.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import { ExtendedJsonReader } from '../../format/bson/extended-json/extended-json-reader.ts'
import { ExtendedJsonWriter } from '../../format/bson/extended-json/extended-json-writer.ts'
import type { Plain } from '../../model/plain.ts'
import type { IdBound } from './id-order.ts'
import { idValue } from './id-value.ts'
import { ScratchArena } from './scratch-arena.ts'

/** Before the base64 of a document that canonical Extended JSON does not tell to the byte. */
const bytesMark = 'bson:'

const cursor = new BsonCursor({ checksText: false })
const writer = new ExtendedJsonWriter()
const reader = new ExtendedJsonReader()
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Where the element `_id` stands among a document's: its type's byte, and behind its value. */
export interface IdPlace {
  start: number
  end: number
}

/**
 * Finds `_id`, which servers but few keep in front of all others. False: there is none.
 * @throws DocumentFault where the document is no BSON as far as it has been looked at
 */
export function findId(bytes: Uint8Array, start: number, end: number, place: IdPlace): boolean {
  cursor.open(bytes, start, end)
  for (let type = cursor.next(); type !== 0; type = cursor.next()) {
    const { nameStart, nameEnd } = cursor
    if (nameEnd - nameStart !== 3) continue
    if (bytes[nameStart] !== 0x5f || bytes[nameStart + 1] !== 0x69 || bytes[nameStart + 2] !== 0x64) continue
    place.start = nameStart - 1
    place.end = cursor.end
    return true
  }
  return false
}

/** A document that has the element alone. */
export function idDocument(bytes: Uint8Array, { start, end }: IdPlace): Uint8Array {
  const document = new Uint8Array(4 + end - start + 1)
  viewOf(document).setInt32(0, document.length, true)
  document.set(bytes.subarray(start, end), 4)
  return document
}

/** The text of such a document, as bounds and cursors have it: canonical Extended JSON where that tells it to the byte. */
export function idText(document: Uint8Array): string {
  const arena = new ScratchArena()
  if (!isTold(arena, document)) return bytesMark + Buffer.from(document).toString('base64')
  return decoder.decode(arena.bytes.subarray(0, arena.used))
}

/** Text that is no UTF-8 is none that JSON can hold. */
function isTold(arena: ScratchArena, document: Uint8Array): boolean {
  try {
    return writer.append(arena, document, 0, document.length) === 0
  } catch (error) {
    if (error instanceof DocumentFault) return false
    throw error
  }
}

/** The inverse of {@link idText}. @throws TL_X901 where it is no such text */
export function parseIdText(text: Plain): Uint8Array {
  if (typeof text !== 'string')
    throw new TransloadError('TL_X901', { reason: 'a place in a collection that is no text' })
  if (text.startsWith(bytesMark)) return Uint8Array.from(Buffer.from(text.slice(bytesMark.length), 'base64'))
  const arena = new ScratchArena()
  const bytes = encoder.encode(text)
  try {
    reader.append(arena, bytes, 0, bytes.length)
  } catch (cause) {
    throw new TransloadError('TL_X901', { reason: `a place in a collection that is none: ${text}` }, cause)
  }
  return arena.bytes.slice(0, arena.used)
}

/** @throws TL_S299 where the driver cannot send the value */
export function boundOf(document: Uint8Array, label: string): IdBound {
  const type = document[4] ?? 0
  return { type, value: idValue(document, label), isNaN: isNaNElement(document, type) }
}

/** The document's one element has a name of three letters. */
function isNaNElement(document: Uint8Array, type: number): boolean {
  const at = 4 + 1 + 4
  const view = viewOf(document)
  if (type === bsonType.double) return Number.isNaN(view.getFloat64(at, true))
  // The five bits behind the sign, IEEE 754-2008 3.5.2.
  return type === bsonType.decimal128 && (view.getUint8(at + 15) & 0x7c) === 0x7c
}
