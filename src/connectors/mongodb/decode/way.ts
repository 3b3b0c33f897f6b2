/** What is done with a value of one type at one place of a document. */
export const way = {
  /** It has no cell there. */
  none: 0,
  /** Its path is left out. */
  skip: 1,
  /** A document whose fields have places of their own. */
  group: 2,
  /** An array whose elements are rows. */
  elements: 3,
  /** A document whose fields are rows. */
  entries: 4,
  null: 5,
  // Into a cell, from here on.
  copy1: 8,
  copy4: 9,
  copy8: 10,
  copy12: 11,
  text: 12,
  /** Microseconds since 2000. */
  dateToMicros: 13,
  int32ToInt64: 14,
  int32ToInt: 15,
  int64ToInt: 16,
  int32ToFloat64: 17,
  int64ToFloat64: 18,
  int32ToFloat32: 19,
  int64ToFloat32: 20,
  doubleToFloat32: 21,
  int32ToText: 22,
  int64ToText: 23,
  doubleToText: 24,
  int32ToDecimal: 25,
  int64ToDecimal: 26,
  doubleToDecimal: 27,
  decimalToDecimal: 28,
  boolToInt: 29,
  boolToText: 30,
  dateToText: 31,
  timestampToInt64: 32,
  timestampToText: 33,
  hex: 34,
  binary: 35,
  binaryToHex: 36,
  uuid: 37,
  uuidToText: 38,
  json: 39,
  array: 40,
} as const
