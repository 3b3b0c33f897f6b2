import type { TypeFamily } from './type-family.ts'

/** Numbers of types in a column definition of the protocol. */
export const wireType = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  newDate: 14,
  varchar: 15,
  bit: 16,
  vector: 242,
  json: 245,
  newDecimal: 246,
  enum: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
} as const

/** Bytes of a value, where they do not precede it: see {@link WireField.width}. */
const lengthInFront = 0

const widths = new Map<number, number>([
  [wireType.tiny, 1],
  [wireType.short, 2],
  [wireType.year, 2],
  [wireType.long, 4],
  [wireType.int24, 4],
  [wireType.float, 4],
  [wireType.double, 8],
  [wireType.longlong, 8],
])

/** What the server says of one field of a result. */
export interface WireField {
  readonly type: number
  /** Bytes of every value; 0 where each has its length in front. */
  readonly width: number
  /** Digits of the fraction; 31 where there is no fixed number. */
  readonly decimals: number
  readonly unsigned: boolean
}

/**
 * Reads a column definition from its end, where the fields of fixed length are: charset (2 bytes), length (4), type (1),
 * flags (2), decimals (1), filler (2).
 */
export function readWireField(buffer: Buffer, end: number): WireField {
  const type = buffer[end - 6]!
  const unsignedFlag = 0x20
  return {
    type,
    width: widths.get(type) ?? lengthInFront,
    decimals: buffer[end - 3]!,
    unsigned: (buffer.readUInt16LE(end - 5) & unsignedFlag) !== 0,
  }
}

const strings: readonly number[] = [
  wireType.varchar,
  wireType.varString,
  wireType.string,
  wireType.tinyBlob,
  wireType.blob,
  wireType.mediumBlob,
  wireType.longBlob,
]

const expected: { readonly [family in TypeFamily]: readonly number[] } = {
  integer: [wireType.tiny, wireType.short, wireType.long, wireType.int24, wireType.longlong],
  decimal: [wireType.decimal, wireType.newDecimal],
  float: [wireType.float],
  double: [wireType.double],
  date: [wireType.date, wireType.newDate],
  datetime: [wireType.datetime, wireType.timestamp],
  time: [wireType.time],
  year: [wireType.year, wireType.short],
  bit: [wireType.bit],
  enum: [wireType.enum, wireType.string],
  set: [wireType.set, wireType.string],
  text: strings,
  binary: strings,
  json: [wireType.json, ...strings],
  geometry: [wireType.geometry],
  vector: [wireType.vector, ...strings],
  uuid: strings,
  inet: strings,
}

export function fitsFamily(field: WireField, family: TypeFamily): boolean {
  return expected[family].includes(field.type)
}
