/**
 * The types of BSON 1.1 by the byte that stands before an element's name (bsonspec.org), the deprecated ones among them.
 */
export const bsonType = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  bool: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal128: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const

/** The subtype of binary values whose bytes begin with their own length once more. */
export const oldBinarySubtype = 0x02

/** The subtype of UUIDs whose bytes stand in the order of their text. */
export const uuidSubtype = 0x04

/** A document without elements: its length and its terminator. */
export const emptyDocumentBytes = 5

/**
 * How deep documents may nest. MongoDB promises 100 levels and lets a server be set to at most 250 (`maxBSONDepth`),
 * so that nothing deeper can be in a collection.
 */
export const maxDocumentDepth = 250

/** Levels that every MongoDB takes of a document that is written. */
export const maxWrittenDepth = 100
