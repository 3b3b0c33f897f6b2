import type { JsonScanner } from '../../json/json-scanner.ts'
import type { BsonBuilder } from '../bson-builder.ts'
import { bsonType, oldBinarySubtype, uuidSubtype } from '../bson-type.ts'
import { readBase64, readHex } from '../bytes-text.ts'
import type { Fail, WrapperText } from './wrapper-text.ts'

/** What a reader of values works with. */
export interface ReaderParts {
  readonly scanner: JsonScanner
  readonly builder: BsonBuilder
  readonly text: WrapperText
  readonly fail: Fail
}

/** Length and subtype. */
const headBytes = 5

/** `{"base64": "…", "subType": "…"}`, of one or two digits. */
export function putBinary({ scanner, builder, text, fail }: ReaderParts): void {
  text.readPair('base64', 'subType')
  const after = scanner.at
  scanner.at = text.secondAt
  const subtype = readSubtype({ scanner, builder, text, fail })
  scanner.at = text.firstAt
  text.read('base64')
  const { bytes, view, to } = builder
  const isOld = subtype === oldBinarySubtype
  const from = to + headBytes + (isOld ? 4 : 0)
  const end = readBase64(bytes, text.start, text.end, bytes, from)
  if (end < 0) fail('base64 is not base64 with its padding')
  if (isOld) view.setInt32(to + headBytes, end - from, true)
  endBinary(builder, subtype, end)
  scanner.at = after
}

function readSubtype({ builder, text, fail }: ReaderParts): number {
  text.read('subType')
  const { bytes, to } = builder
  const digitCount = text.end - text.start
  if (digitCount === 1) {
    bytes[text.start + 1] = bytes[text.start]!
    bytes[text.start] = 0x30
  }
  const isSubtype = digitCount === 1 || digitCount === 2
  if (isSubtype && readHex(bytes, text.start, text.start + 2, bytes, to) >= 0) return bytes[to]!
  return fail('subType is not one or two hexadecimal digits')
}

/** Five groups of digits with hyphens between them. */
export function putUuid({ builder, text, fail }: ReaderParts): void {
  text.read('$uuid')
  const { bytes, to } = builder
  let end = to + headBytes
  let isUuid = text.end - text.start === 36
  for (let i = 0, at = text.start; isUuid && i < 16; i++, at += 2) {
    const isBehindHyphen = i === 4 || i === 6 || i === 8 || i === 10
    if (isBehindHyphen && bytes[at++] !== 0x2d) isUuid = false
    end = readHex(bytes, at, at + 2, bytes, end)
    if (end < 0) isUuid = false
  }
  if (!isUuid) fail('$uuid is no UUID')
  endBinary(builder, uuidSubtype, end)
}

function endBinary(builder: BsonBuilder, subtype: number, end: number): void {
  builder.view.setInt32(builder.to, end - builder.to - headBytes, true)
  builder.bytes[builder.to + 4] = subtype
  builder.setType(bsonType.binary)
  builder.to = end
}
