import type { Batch } from '../../../batch/batch.ts'
import { civilFromDays } from '../../../canonical/calendar.ts'
import { dateText, eraText } from '../../../canonical/date.ts'
import { bsonType, oldBinarySubtype, uuidSubtype } from '../../../format/bson/bson-type.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { putHex } from '../../../format/bson/bytes-text.ts'
import { maxDecimal128TextBytes, putDecimal128 } from '../../../format/bson/decimal128-text.ts'
import { putDoubleAt } from '../../../format/bson/double-text.ts'
import { putInt64 } from '../../../format/integer-text.ts'
import type { DigestForm } from '../../../model/digest-form.ts'
import { clockBytes, microsAt, putClock } from '../../../format/clock-text.ts'

const msPerDay = 86_400_000
/** Days from 1970 to 2000. */
const epochDays = 10_957
const comma = 0x2c
const dash = 0x2d
const uuidTextBytes = 36
/** More than any value that is no text has. */
const mostBytes = Math.max(maxDecimal128TextBytes, uuidTextBytes, clockBytes + 32)

/** A value that no column of the type's has: it is told as what it is, so that it differs from all that are expected. */
const strange = new Map<number, string>([
  [bsonType.minKey, '$minKey'],
  [bsonType.maxKey, '$maxKey'],
  [bsonType.undefined, '$undefined'],
])

/**
 * Puts the value that the cursor stands at into the batch's arena as the text of its form.
 *
 * @returns Bytes that it has, at `batch.used` as it was before; −1: it is NULL
 */
export function putContent(batch: Batch, cursor: BsonCursor, form: DigestForm): number {
  const { bytes, view, start, end, type } = cursor
  const isText = type === bsonType.string || type === bsonType.symbol || type === bsonType.code
  if (type === bsonType.null) return -1
  if (isText) return putBytes(batch, bytes, start + 4, end - 1)
  if (type === bsonType.binary && !(bytes[start + 4] === uuidSubtype && form === 'text')) {
    return putBytes(batch, bytes, start + (bytes[start + 4] === oldBinarySubtype ? 9 : 5), end)
  }
  if (type === bsonType.array) return form === 'set' ? putMembers(batch, cursor) : putStrange(batch, 'an array')
  const at = batch.reserve(mostBytes)
  const to = batch.bytes
  let stop: number
  if (type === bsonType.int32) {
    const value = view.getInt32(start, true)
    stop = putInt64(to, at, value >> 31, value)
  } else if (type === bsonType.int64)
    stop = putInt64(to, at, view.getInt32(start + 4, true), view.getUint32(start, true))
  else if (type === bsonType.double) stop = putDoubleAt(to, at, view, start)
  else if (type === bsonType.decimal128) stop = putDecimal128(view, start, to, at)
  else if (type === bsonType.objectId) stop = putHex(bytes, start, end, to, at)
  else if (type === bsonType.bool) {
    to[at] = 0x30 + bytes[start]!
    stop = at + 1
  } else if (type === bsonType.binary) stop = putUuid(bytes, start + 5, to, at)
  else if (type === bsonType.date) return putMoment(batch, view, start, form)
  else return putStrange(batch, strange.get(type) ?? `a value of type ${type}`)
  batch.used = stop
  return stop - at
}

function putBytes(batch: Batch, bytes: Uint8Array, start: number, end: number): number {
  const at = batch.reserve(end - start)
  batch.bytes.set(bytes.subarray(start, end), at)
  batch.used = at + end - start
  return end - start
}

function putStrange(batch: Batch, text: string): number {
  const bytes = Buffer.from(text)
  return putBytes(batch, bytes, 0, bytes.length)
}

function putUuid(bytes: Uint8Array, start: number, to: Uint8Array, at: number): number {
  let stop = at
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) to[stop++] = dash
    stop = putHex(bytes, start + i, start + i + 1, to, stop)
  }
  return stop
}

function putMoment(batch: Batch, view: DataView, start: number, form: DigestForm): number {
  const ms = microsAt(view, start)
  const days = Math.floor(ms / msPerDay)
  const civil = civilFromDays(days - epochDays)
  const day = Buffer.from(dateText(civil), 'latin1')
  const at = batch.reserve(mostBytes + day.length)
  batch.bytes.set(day, at)
  let stop = at + day.length
  if (form !== 'date') {
    batch.bytes[stop++] = 0x20
    stop = putClock(batch.bytes, stop, (ms - days * msPerDay) * 1000, 3)
  }
  const era = Buffer.from(eraText(civil), 'latin1')
  batch.bytes.set(era, stop)
  batch.used = stop + era.length
  return batch.used - at
}

/** Walks over the members in a cursor of its own: the other one goes on behind the array. */
const members = new BsonCursor({ checksText: false })

function putMembers(batch: Batch, { bytes, start, end }: BsonCursor): number {
  const at = batch.used
  members.open(bytes, start, end)
  for (let count = 0; members.next() !== 0; count++) {
    if (count > 0) {
      batch.reserve(1)
      batch.bytes[batch.used++] = comma
    }
    putContent(batch, members, 'text')
  }
  return batch.used - at
}
