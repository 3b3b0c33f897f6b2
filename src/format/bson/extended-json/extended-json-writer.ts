import type { Arena } from '../bson-builder.ts'
import { isArrayName } from '../array-name.ts'
import { invalidUtf8At } from '../../charset/invalid-utf8.ts'
import { escapedBytes, maxEscapedGrowth, putJsonString } from '../../json/put-json-string.ts'
import { BsonCursor } from '../bson-cursor.ts'
import { bsonType, maxDocumentDepth, oldBinarySubtype } from '../bson-type.ts'
import { base64TextBytes, putBase64, putHex } from '../bytes-text.ts'
import { isCanonicalDecimal128, putDecimal128 } from '../decimal128-text.ts'
import { DocumentFault } from '../document-fault.ts'
import { putDouble } from '../double-text.ts'
import { putInt32, putInt64, putUint53 } from '../integer-text.ts'
import { sortRegexOptions } from '../regex-options.ts'
import { piece, pieceOverrun, putPiece, type TextPiece } from './text-piece.ts'
import { wrapperKeyOf } from './wrapper-key.ts'

/**
 * What the text of a document does not tell, as bits: the text cannot be made into the same bytes again. Without any of
 * them it can, to the byte.
 */
export const textLoss = {
  /** A NaN with another sign or payload than the usual one. */
  nan: 1,
  /** A decimal128 with a payload, or with a coefficient of more than 34 digits, which counts as zero. */
  decimal: 2,
  /** An array whose elements are not named 0, 1, 2 and so on. */
  arrayName: 4,
  /** A nested document with a name, such as `$oid`, that makes it look like a value of another type. */
  wrapperKey: 8,
  /** Options of a regular expression that were not in the order of the alphabet. */
  regexOptions: 16,
} as const

/** More than any value has in text besides its own texts and bytes, and a comma and quotes before it. */
const valueRoom = 128

/** Longer texts are counted before they are written, so as not to reserve for the worst. */
const countedFromBytes = 1024

const quote = 0x22
const comma = 0x2c
const closeArray = 0x5d
const closeDocument = 0x7d

/** Documents as canonical Extended JSON v2 (mongodb/specifications, extended-json), from their bytes into an arena. */
export class ExtendedJsonWriter {
  readonly #cursor: BsonCursor
  #arena: Arena | undefined
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(this.#bytes.buffer)
  /** Where the document is in the bytes it is read from, and in the arena. */
  #origin = 0
  #begin = 0
  #losses = 0

  constructor(maxDepth = maxDocumentDepth) {
    this.#cursor = new BsonCursor({ maxDepth, checksText: false })
  }

  /**
   * Appends the document that is all of bytes[start, end), names in its order, one line without blanks. The bytes may
   * be the arena's own.
   * @returns Bits of {@link textLoss}
   * @throws DocumentFault where it is no BSON, or a string in it no UTF-8: nothing is appended then
   */
  append(arena: Arena, bytes: Uint8Array, start: number, end: number): number {
    const before = arena.used
    this.#arena = arena
    this.#origin = start
    this.#begin = before
    this.#losses = 0
    try {
      this.#cursor.open(bytes, start, end)
      arena.reserve(end - start + valueRoom)
      this.#bytes = arena.bytes
      this.#view = arena.view
      arena.used = this.#putElements(arena.used)
      return this.#losses
    } catch (error) {
      arena.used = before
      throw error
    } finally {
      this.#arena = undefined
    }
  }

  #putElements(used: number): number {
    const cursor = this.#cursor
    let at = putPiece(this.#view, used, piece.openDocument)
    let isFirst = true
    for (;;) {
      const type = cursor.next()
      if (type === 0) {
        at = this.#putClose(this.#makeRoom(at, valueRoom))
        isFirst = false
        if (cursor.depth === 0) return at
        continue
      }
      at = this.#makeRoom(at, (cursor.nameEnd - cursor.nameStart) * maxEscapedGrowth + valueRoom)
      if (!isFirst) this.#bytes[at++] = comma
      isFirst = false
      if (cursor.container === bsonType.array) this.#checkArrayName()
      else at = this.#putName(at)
      at = this.#putValue(type, at)
      if (type === bsonType.document || type === bsonType.array || type === bsonType.codeWithScope) {
        cursor.enter()
        isFirst = true
      }
    }
  }

  #putClose(at: number): number {
    const { closed } = this.#cursor
    this.#bytes[at] = closed === bsonType.array ? closeArray : closeDocument
    if (closed !== bsonType.codeWithScope) return at + 1
    this.#bytes[at + 1] = closeDocument
    return at + 2
  }

  #checkArrayName(): void {
    const { bytes, nameStart, nameEnd, index } = this.#cursor
    if (!isArrayName(bytes, nameStart, nameEnd, index)) this.#losses |= textLoss.arrayName
  }

  #putName(at: number): number {
    const { bytes, nameStart, nameEnd, depth } = this.#cursor
    if (depth > 1 && bytes[nameStart] === 0x24 && wrapperKeyOf(bytes, nameStart, nameEnd) !== undefined) {
      this.#losses |= textLoss.wrapperKey
    }
    this.#bytes[at] = quote
    return this.#putEnd(this.#putEscaped(nameStart, nameEnd, at + 1), piece.endOfName)
  }

  /** Of a document, array or scope what stands before its elements. There is {@link valueRoom}. */
  #putValue(type: number, at: number): number {
    const { bytes, view, start, end } = this.#cursor
    const out = this.#bytes
    const outView = this.#view
    switch (type) {
      case bsonType.string:
        out[at] = quote
        return this.#putEnd(this.#putText(start + 4, end - 1, at + 1), piece.quote)
      case bsonType.int32: {
        const to = putInt32(out, putPiece(outView, at, piece.int32), view.getInt32(start, true))
        return putPiece(outView, to, piece.end)
      }
      case bsonType.int64: {
        const to = putPiece(outView, at, piece.int64)
        return putPiece(outView, putWholeInt64(out, to, view, start), piece.end)
      }
      case bsonType.double:
        return this.#putDouble(view, start, at)
      case bsonType.document:
        return putPiece(outView, at, piece.openDocument)
      case bsonType.array:
        return putPiece(outView, at, piece.openArray)
      case bsonType.objectId: {
        const to = putHex(bytes, start, end, out, putPiece(outView, at, piece.objectId))
        return putPiece(outView, to, piece.end)
      }
      case bsonType.date: {
        const to = putPiece(outView, at, piece.date)
        return putPiece(outView, putWholeInt64(out, to, view, start), piece.endTwice)
      }
      case bsonType.bool:
        return putPiece(outView, at, bytes[start] === 1 ? piece.true : piece.false)
      case bsonType.null:
        return putPiece(outView, at, piece.null)
      case bsonType.decimal128: {
        if (!isCanonicalDecimal128(view, start)) this.#losses |= textLoss.decimal
        const to = putDecimal128(view, start, out, putPiece(outView, at, piece.decimal128))
        return putPiece(outView, to, piece.end)
      }
      case bsonType.binary:
        return this.#putBinary(start, end, at)
      case bsonType.timestamp: {
        let to = putUint53(out, putPiece(outView, at, piece.timestamp), view.getUint32(start + 4, true))
        to = putUint53(out, putPiece(outView, to, piece.increment), view.getUint32(start, true))
        out[to] = out[to + 1] = closeDocument
        return to + 2
      }
      case bsonType.symbol:
        return this.#putEnd(this.#putText(start + 4, end - 1, putPiece(outView, at, piece.symbol)), piece.end)
      case bsonType.code:
        return this.#putEnd(this.#putText(start + 4, end - 1, putPiece(outView, at, piece.code)), piece.end)
      case bsonType.codeWithScope: {
        const to = this.#putText(start + 8, this.#cursor.scopeStart() - 1, putPiece(outView, at, piece.code))
        return this.#putEnd(to, piece.scope)
      }
      case bsonType.regex:
        return this.#putRegex(start, end, at)
      case bsonType.dbPointer: {
        const idStart = end - 12
        let to = this.#putText(start + 4, idStart - 1, putPiece(outView, at, piece.dbPointer))
        to = this.#putEnd(to, piece.dbPointerId)
        return this.#putEnd(putHex(bytes, idStart, end, this.#bytes, to), piece.endOfPointer)
      }
      case bsonType.minKey:
        return putPiece(outView, at, piece.minKey)
      case bsonType.maxKey:
        return putPiece(outView, at, piece.maxKey)
      default:
        return putPiece(outView, at, piece.undefined)
    }
  }

  #putDouble(view: DataView, start: number, at: number): number {
    const value = view.getFloat64(start, true)
    if (
      Number.isNaN(value) &&
      !(view.getUint32(start, true) === 0 && view.getUint32(start + 4, true) === 0x7ff8_0000)
    ) {
      this.#losses |= textLoss.nan
    }
    const to = putDouble(this.#bytes, putPiece(this.#view, at, piece.double), value)
    return putPiece(this.#view, to, piece.end)
  }

  #putBinary(start: number, end: number, at: number): number {
    const { bytes } = this.#cursor
    const isOld = bytes[start + 4] === oldBinarySubtype
    const from = isOld ? start + 9 : start + 5
    let to = putPiece(this.#view, at, piece.binary)
    to = this.#makeRoom(to, base64TextBytes(end - from) + valueRoom)
    to = this.#putEnd(putBase64(bytes, from, end, this.#bytes, to), piece.subtype)
    return this.#putEnd(putHex(bytes, start + 4, start + 5, this.#bytes, to), piece.endTwice)
  }

  /** The specification has the options in the order of the alphabet, and drivers put them so. */
  #putRegex(start: number, end: number, at: number): number {
    const { bytes } = this.#cursor
    let optionsStart = start + 1
    while (bytes[optionsStart - 1] !== 0) optionsStart++
    let to = this.#putText(start, optionsStart - 1, putPiece(this.#view, at, piece.regex))
    to = this.#putEnd(to, piece.options)
    const optionsAt = to
    to = this.#putText(optionsStart, end - 1, to)
    if (sortRegexOptions(this.#bytes, optionsAt, to)) this.#losses |= textLoss.regexOptions
    return this.#putEnd(to, piece.endTwice)
  }

  /** Text of the document, escaped. Behind it there is {@link valueRoom} again. */
  #putText(start: number, end: number, used: number): number {
    const { bytes } = this.#cursor
    const byteCount = end - start
    if (byteCount < countedFromBytes) {
      const at = this.#makeRoom(used, byteCount * maxEscapedGrowth + valueRoom)
      const to = this.#putEscaped(start, end, at)
      return to < 0 ? this.#failText(-1 - to) : to
    }
    const invalidAt = invalidUtf8At(bytes, start, end)
    if (invalidAt >= 0) this.#failText(invalidAt)
    const escapedByteCount = escapedBytes(bytes, start, end)
    const at = this.#makeRoom(used, escapedByteCount + valueRoom)
    if (escapedByteCount > byteCount) return this.#putEscaped(start, end, at)
    this.#bytes.set(bytes.subarray(start, end), at)
    return at + byteCount
  }

  #putEscaped(start: number, end: number, at: number): number {
    const { bytes, view } = this.#cursor
    return putJsonString(bytes, view, start, end, this.#bytes, this.#view, at)
  }

  #putEnd(at: number, end: TextPiece): number {
    return putPiece(this.#view, at, end)
  }

  /** Makes sure of so many bytes from `at` on; returns `at`. The arena may be another one after it. */
  #makeRoom(at: number, byteCount: number): number {
    if (at + byteCount + pieceOverrun > this.#bytes.length) this.#grow(at, byteCount)
    return at
  }

  #grow(at: number, byteCount: number): void {
    const arena = this.#arena
    if (arena === undefined) return
    arena.used = at
    // Twice what the document has, or the arena would be copied for every few elements of a large one.
    arena.reserve(Math.max(byteCount + pieceOverrun, at - this.#begin))
    this.#bytes = arena.bytes
    this.#view = arena.view
  }

  #failText(at: number): never {
    throw new DocumentFault('text', 'a string is no UTF-8', at - this.#origin)
  }
}

function putWholeInt64(out: Uint8Array, at: number, view: DataView, start: number): number {
  return putInt64(out, at, view.getInt32(start + 4, true), view.getInt32(start, true))
}
