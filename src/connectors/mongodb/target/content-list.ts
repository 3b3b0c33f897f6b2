import type { Batch } from '../../../batch/batch.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType, uuidSubtype } from '../../../format/bson/bson-type.ts'
import { putHex } from '../../../format/bson/bytes-text.ts'
import { maxEscapedGrowth, putJsonStringReplacing } from '../../../format/json/put-json-string.ts'
import type { ElementForm } from '../../../model/digest-form.ts'
import { putContent } from './content-cell.ts'

const quote = 0x22
const comma = 0x2c
const openArray = 0x5b
const closeArray = 0x5d
const nullText = Buffer.from('null')

/** Walks over the elements in a cursor of its own: the other one goes on behind the array. */
const elements = new BsonCursor({ checksText: false })

/**
 * Puts the array that the cursor stands at into the batch's arena as JSON, in as many dimensions as it has, of the texts of
 * its elements in the form.
 *
 * @returns Bytes that it has, at `batch.used` as it was before
 */
export function putListContent(batch: Batch, { bytes, type, start, end }: BsonCursor, form: ElementForm): number {
  const at = batch.used
  elements.standOn(bytes, type, start, end)
  elements.enter()
  putByte(batch, openArray)
  while (elements.depth > 0) {
    const found = elements.next()
    if (found === 0) {
      putByte(batch, closeArray)
      continue
    }
    if (elements.index > 0) putByte(batch, comma)
    if (found === bsonType.array) {
      elements.enter()
      putByte(batch, openArray)
    } else putElement(batch, form)
  }
  return batch.used - at
}

function putElement(batch: Batch, form: ElementForm): void {
  const { bytes, view, type, start, end } = elements
  if (type === bsonType.null) {
    batch.reserve(nullText.length)
    batch.bytes.set(nullText, batch.used)
    batch.used += nullText.length
    return
  }
  putByte(batch, quote)
  const isText = type === bsonType.string || type === bsonType.symbol || type === bsonType.code
  const isUuid = type === bsonType.binary && bytes[start + 4] === uuidSubtype && form === 'text'
  if (isText && form !== 'bytes') {
    batch.reserve((end - start) * maxEscapedGrowth)
    batch.used = putJsonStringReplacing(bytes, view, start + 4, end - 1, batch.bytes, batch.view, batch.used)
  } else if (isText || (type === bsonType.binary && !isUuid)) {
    batch.reserve((end - start) * 2)
    const [from, to] = isText ? [start + 4, end - 1] : [start + 5, end]
    batch.used = putHex(bytes, from, to, batch.bytes, batch.used)
  } else putContent(batch, elements, form)
  putByte(batch, quote)
}

function putByte(batch: Batch, byte: number): void {
  batch.reserve(1)
  batch.bytes[batch.used++] = byte
}
