import type { BsonBuilder } from '../../../../format/bson/bson-builder.ts'
import { bsonType, uuidSubtype } from '../../../../format/bson/bson-type.ts'
import { cellToText } from '../../../../canonical/text.ts'
import type { CanonicalType } from '../../../../model/canonical-type.ts'
import type { PutCell } from './cell-encoder.ts'
import {
  clockBytes,
  DayText,
  isInfiniteDay,
  maxMicros,
  microsAt,
  MomentText,
  putClock,
  putInt53,
} from '../../../../format/clock-text.ts'

const comma = 0x2c
const msOf2000 = 946_684_800_000
const msPerDay = 86_400_000
/** Bytes up to here are copied one by one, which needs no object. */
const fewBytes = 48

function copy(bytes: Uint8Array, start: number, length: number, to: BsonBuilder): void {
  if (length <= fewBytes) for (let i = 0; i < length; i++) to.bytes[to.to + i] = bytes[start + i]!
  else to.bytes.set(bytes.subarray(start, start + length), to.to)
  to.to += length
}

/** Text as it is. */
export const putText: PutCell = (to, bytes, _view, start, length) => {
  to.makeRoom(length + 5)
  to.view.setInt32(to.to, length + 1, true)
  to.to += 4
  copy(bytes, start, length, to)
  to.bytes[to.to++] = 0
  to.setType(bsonType.string)
  return undefined
}

function putBinary(subtype: number): PutCell {
  return (to, bytes, _view, start, length) => {
    to.makeRoom(length + 5)
    to.view.setInt32(to.to, length, true)
    to.bytes[to.to + 4] = subtype
    to.to += 5
    copy(bytes, start, length, to)
    to.setType(bsonType.binary)
    return undefined
  }
}

export const putBytes = putBinary(0)
export const putUuid = putBinary(uuidSubtype)

export const putObjectId: PutCell = (to, bytes, _view, start, length) => {
  to.makeRoom(length)
  copy(bytes, start, length, to)
  to.setType(bsonType.objectId)
  return undefined
}

/** The canonical text of types whose cells are no text, where nobody wants it faster. */
export function putTextOf(type: CanonicalType): PutCell {
  return (to, bytes, view, start, length) => {
    const text = Buffer.from(cellToText(type, bytes, start, length))
    return putText(to, text, view, 0, text.length)
  }
}

/** `YYYY-MM-DD`. */
export function putDateText(): PutCell {
  const days = new DayText()
  const slow = putTextOf({ kind: 'date' })
  return (to, bytes, view, start, length) => {
    const day = view.getInt32(start, true)
    if (isInfiniteDay(day)) return slow(to, bytes, view, start, length)
    const text = days.of(day)
    const { era } = days
    const byteCount = text.length + era.length
    to.makeRoom(byteCount + 5)
    to.view.setInt32(to.to, byteCount + 1, true)
    to.to += 4
    copy(text, 0, text.length, to)
    copy(era, 0, era.length, to)
    return endText(to)
  }
}

/** `HH:MM:SS.ffffff` */
export function putTimeText(precision: number): PutCell {
  return (to, _bytes, view, start) => {
    to.makeRoom(clockBytes + 5)
    const lengthAt = to.to
    to.to = putClock(to.bytes, lengthAt + 4, microsAt(view, start), precision)
    to.view.setInt32(lengthAt, to.to - lengthAt - 3, true)
    return endText(to)
  }
}

/** `YYYY-MM-DD HH:MM:SS.ffffff`, and `+00` where it is a moment: a wall clock is nobody's moment. */
export function putTimestampText(precision: number, type: CanonicalType): PutCell {
  const moments = new MomentText(precision, type.kind === 'instant' ? '+00' : '')
  const slow = putTextOf(type)
  return (to, bytes, view, start, length) => {
    to.makeRoom(moments.room + 5)
    const lengthAt = to.to
    const end = moments.put(to.bytes, lengthAt + 4, view, start)
    if (end < 0) return slow(to, bytes, view, start, length)
    to.to = end
    to.view.setInt32(lengthAt, end - lengthAt - 3, true)
    return endText(to)
  }
}

function endText(to: BsonBuilder): undefined {
  to.bytes[to.to++] = 0
  to.setType(bsonType.string)
}

/** BSON's own date: ms since 1970, of a moment, or of a clock that is taken for UTC. What is below a ms is cut. */
export const putDate: PutCell = (to, _bytes, view, start) => {
  const micros = microsAt(view, start)
  if (Number.isNaN(micros)) return 'a Date of MongoDB has no infinity'
  return putMs(to, msBelow(view, start, micros) + msOf2000)
}

/** Midnight in UTC. */
export const putDateOfDay: PutCell = (to, _bytes, view, start) => {
  const days = view.getInt32(start, true)
  if (isInfiniteDay(days)) return 'a Date of MongoDB has no infinity'
  return putMs(to, days * msPerDay + msOf2000)
}

/** Whether it has digits that a date of BSON does not have. */
export function hasMicros(view: DataView, start: number): boolean {
  const micros = microsAt(view, start)
  if (Math.abs(micros) < maxMicros) return micros % 1000 !== 0
  return view.getBigInt64(start, true) % 1000n !== 0n
}

function msBelow(view: DataView, start: number, micros: number): number {
  if (Math.abs(micros) < maxMicros) return Math.floor(micros / 1000)
  const exact = view.getBigInt64(start, true)
  const rest = ((exact % 1000n) + 1000n) % 1000n
  return Number((exact - rest) / 1000n)
}

function putMs(to: BsonBuilder, ms: number): undefined {
  to.makeRoom(8)
  putInt53(to.view, to.to, ms)
  to.to += 8
  to.setType(bsonType.date)
}

/** Members as strings. */
export const putSet: PutCell = (to, bytes, view, start, length) => {
  const end = start + length
  to.open(bsonType.array)
  for (let at = start; length > 0 && at <= end;) {
    let stop = at
    while (stop < end && bytes[stop] !== comma) stop++
    to.addElement()
    putText(to, bytes, view, at, stop - at)
    at = stop + 1
  }
  to.close()
  return undefined
}

const duration =
  /^(-?)P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d+))?S)?)?$/

const fieldNames = ['months', 'days', 'micros'].map((name) => Buffer.from(`${name}\0`))

/** `{months, days, micros}`: none of them says how long another is. */
export const putInterval: PutCell = (to, bytes, _view, start, length) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1')
  const match = duration.exec(text)
  if (match === null) return `${text} is no span of time`
  const part = (place: number): number => Number(match[place] ?? 0)
  const sign = match[1] === '-' ? -1 : 1
  const fraction = Number((match[9] ?? '').padEnd(6, '0'))
  const seconds = (match[7] === '-' ? -1 : 1) * (part(8) * 1e6 + fraction)
  const micros = (part(5) * 3600 + part(6) * 60) * 1e6 + seconds
  const values = [part(2) * 12 + part(3), part(4), micros].map((value) => value * sign)
  if (values.some((value) => !Number.isSafeInteger(value))) return `${text} is beyond what can be counted`
  to.open(bsonType.document)
  for (const [place, name] of fieldNames.entries()) {
    to.addElement()
    to.makeRoom(name.length + 8)
    copy(name, 0, name.length, to)
    putInt53(to.view, to.to, values[place]! + 0)
    to.to += 8
    to.setType(bsonType.int64)
  }
  to.close()
  return undefined
}
