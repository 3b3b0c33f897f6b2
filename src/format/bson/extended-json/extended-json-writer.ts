import type { Arena } from '../bson-builder.ts'
import { isArrayName } from '../array-name.ts'
import { invalidUtf8At } from '../../charset/invalid-utf8.ts'
import { escapedBytes, maxEscapedGrowth, putJsonString, putJsonStringReplacing } from '../../json/put-json-string.ts'
import { BsonCursor } from '../bson-cursor.ts'
import { bsonType, maxDocumentDepth, oldBinarySubtype } from '../bson-type.ts'
import { base64TextBytes, putBase64, putHex } from '../bytes-text.ts'
import { isCanonicalDecimal128, isFiniteDecimal128, putDecimal128 } from '../decimal128-text.ts'
import { DocumentFault } from '../document-fault.ts'
import { putDoubleAt } from '../double-text.ts'
import { putInt32, putInt64, putUint53 } from '../../integer-text.ts'
import { RepeatedNames } from '../repeated-names.ts'
import { sortRegexOptions } from '../regex-options.ts'
import { int53At } from '../../clock-text.ts'
import { isIsoDate, IsoDateText } from './date-text.ts'
import { KnownNames } from './known-names.ts'
import { piece, pieceOverrun, putPiece, type TextPiece } from './text-piece.ts'
import { wrapperKeyOf } from './wrapper-key.ts'

/**
 * What the text of a document does not tell, as bits: the text cannot be made into the same bytes again. Without any of
 * them, but for `nul`, it can, to the byte.
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
  /** A string or name that is no UTF-8: U+FFFD stands for what is none. */
  invalidText: 32,
  /** No loss: a string holds U+0000, which is written as JSON has it, and which not every reader of JSON takes. */
  nul: 64,
  /** Of relaxed text: an int64 that an int32 has room for, as which it is read. */
  narrowInt64: 128,
  /** No loss: a name stands twice in a document, of which a reader of JSON may keep one. Told where it is looked for. */
  repeatedName: 256,
} as const

export interface WriterOptions {
  /** Containers that may be open at once, the document itself among them. */
  readonly maxDepth?: number | undefined
  /**
   * Extended JSON v2 relaxed: int32, int64 and finite doubles as JSON numbers, doubles with a fraction or an exponent
   * always (`1.0`); dates from 1970 to 9999 in ISO 8601. Absent: canonical.
   */
  readonly isRelaxed?: boolean | undefined
  /** A decimal128 that is a number is a JSON number: for values that JSON was before. */
  readonly hasPlainDecimals?: boolean | undefined
  /** Names that stand twice are looked for. */
  readonly findsRepeats?: boolean | undefined
  /** What is done with a string or name that is no UTF-8; absent: `fail`. */
  readonly invalidText?: 'fail' | 'replace' | undefined
}

/** More than any value has in text besides its own texts and bytes, and a comma and quotes before it. */
const valueRoom = 128

/** Longer texts are counted before they are written, so as not to reserve for the worst. */
const countedFromBytes = 1024

const quote = 0x22
const comma = 0x2c
const closeArray = 0x5d
const closeDocument = 0x7d

/** Documents and values as Extended JSON v2 (mongodb/specifications, extended-json), from their bytes into an arena. */
export class ExtendedJsonWriter {
  readonly #cursor: BsonCursor
  readonly #isRelaxed: boolean
  readonly #hasPlainDecimals: boolean
  readonly #replacesText: boolean
  readonly #repeats: RepeatedNames | undefined
  // Where names that stand twice are looked for, by depth of an open container: what is known of its names, the place of the
  // one that comes next, and where it begins; −1 once names are not in the order that is known.
  readonly #known: (KnownNames | undefined)[]
  readonly #next: Int32Array
  readonly #starts: Int32Array
  readonly #dates = new IsoDateText()
  #arena: Arena | undefined
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(this.#bytes.buffer)
  /** Where the document or value is in the bytes it is read from, and in the arena. */
  #origin = 0
  #begin = 0
  /** Names of so many levels make a document look like nothing else: those of a document's own, for who knows that it is one. */
  #freeDepth = 0
  #losses = 0

  constructor(options: WriterOptions = {}) {
    const { maxDepth = maxDocumentDepth, isRelaxed = false, hasPlainDecimals = false, invalidText = 'fail' } = options
    this.#repeats = options.findsRepeats === true ? new RepeatedNames(maxDepth) : undefined
    this.#known = options.findsRepeats === true ? [new KnownNames()] : []
    this.#next = new Int32Array(maxDepth + 2)
    this.#starts = new Int32Array(maxDepth + 2)
    this.#isRelaxed = isRelaxed
    this.#hasPlainDecimals = hasPlainDecimals
    this.#replacesText = invalidText === 'replace'
    this.#cursor = new BsonCursor({ maxDepth, checksText: false, checksNames: !this.#replacesText })
  }

  /**
   * Appends the document that is all of bytes[start, end), names in its order, one line without blanks. The bytes may
   * be the arena's own.
   * @returns Bits of {@link textLoss}
   * @throws DocumentFault where it is no BSON, or a string in it no UTF-8 that is not to be replaced: nothing is appended then
   */
  append(arena: Arena, bytes: Uint8Array, start: number, end: number): number {
    const before = arena.used
    this.#begin = before
    this.#freeDepth = 1
    try {
      this.#cursor.open(bytes, start, end)
      this.#prepare(arena, start, end)
      arena.used = this.#putElements(putPiece(this.#view, before, piece.openDocument), start)
      return this.#losses
    } catch (error) {
      arena.used = before
      throw error
    } finally {
      this.#arena = undefined
    }
  }

  /**
   * Appends the value that a cursor stands on, which is all of bytes[start, end) and has been looked at as the cursor
   * does; the inside of a container too. As {@link append} otherwise, from the value on.
   * @param type Of {@link bsonType}
   */
  appendValue(arena: Arena, bytes: Uint8Array, type: number, start: number, end: number): number {
    const before = arena.used
    this.#begin = before
    this.#freeDepth = 0
    try {
      this.#cursor.standOn(bytes, type, start, end)
      this.#prepare(arena, start, end)
      const at = this.#putValue(type, before)
      const isContainer = type === bsonType.document || type === bsonType.array || type === bsonType.codeWithScope
      if (isContainer) this.#cursor.enter()
      arena.used = isContainer ? this.#putElements(at, this.#cursor.scopeStart()) : at
      return this.#losses
    } catch (error) {
      arena.used = before
      throw error
    } finally {
      this.#arena = undefined
    }
  }

  #prepare(arena: Arena, start: number, end: number): void {
    this.#arena = arena
    this.#origin = start
    this.#losses = 0
    arena.reserve(end - start + valueRoom)
    this.#bytes = arena.bytes
    this.#view = arena.view
  }

  /** From behind the bracket that opens the container to behind the one that closes it. @param from Where it begins */
  #putElements(used: number, from: number): number {
    const cursor = this.#cursor
    let at = used
    let isFirst = true
    let known = this.#enter(this.#known[0], from)
    for (;;) {
      const type = known === undefined ? cursor.next() : cursor.nextLike(known.expected[this.#next[cursor.depth]!]!)
      if (type === 0) {
        at = this.#putClose(this.#makeRoom(at, valueRoom))
        isFirst = false
        const { depth } = cursor
        if (depth === 0) return at
        known = this.#namesAt(depth)
        continue
      }
      at = this.#makeRoom(at, (cursor.nameEnd - cursor.nameStart) * maxEscapedGrowth + valueRoom)
      if (!isFirst) this.#bytes[at++] = comma
      isFirst = false
      if (cursor.isAsExpected && known !== undefined) at = known.put(this.#next[cursor.depth]!++, this.#view, at)
      else if (cursor.container === bsonType.array) this.#checkArrayName()
      else if (known === undefined) at = this.#putName(at)
      else {
        at = this.#putKnownName(known, at)
        known = this.#namesAt(cursor.depth)
      }
      at = this.#putValue(type, at)
      if (type === bsonType.document || type === bsonType.array || type === bsonType.codeWithScope) {
        const within = this.#namesWithin(cursor.depth)
        cursor.enter()
        known = this.#enter(within, cursor.scopeStart())
        isFirst = true
      }
    }
  }

  /** A container was entered. Returns what is known of its names, where those that come twice are looked for. */
  #enter(names: KnownNames | undefined, start: number): KnownNames | undefined {
    if (this.#repeats === undefined) return undefined
    const { depth } = this.#cursor
    this.#known[depth] = names
    this.#next[depth] = names === undefined ? -1 : 0
    this.#starts[depth] = start
    if (names === undefined && this.#cursor.container !== bsonType.array) this.#repeats.begin(depth, start)
    return this.#namesAt(depth)
  }

  /** Undefined: names of the open container are not in the order that is known, or it is an array. */
  #namesAt(depth: number): KnownNames | undefined {
    return this.#cursor.container === bsonType.array || this.#next[depth]! < 0 ? undefined : this.#known[depth]
  }

  /** Of the container that is the value which was read last. */
  #namesWithin(depth: number): KnownNames | undefined {
    const names = this.#known[depth]
    if (this.#cursor.container === bsonType.array) return names?.ofElements
    return this.#next[depth]! > 0 ? names?.within(this.#next[depth]! - 1) : undefined
  }

  /** A name that is not the one which was expected, of a container whose names have been in the known order so far. */
  #putKnownName(known: KnownNames, at: number): number {
    const cursor = this.#cursor
    const { bytes, nameStart, nameEnd, depth } = cursor
    const next = this.#next[depth]!
    const place = known.find(bytes, nameStart, nameEnd, next)
    if (place >= 0) {
      this.#next[depth] = place + 1
      return known.put(place, this.#view, at)
    }
    const losses = this.#losses
    this.#losses = 0
    const to = this.#putName(at, false)
    const isPlain = this.#losses === 0 && bytes[nameStart] !== 0x24
    this.#losses |= losses
    if (isPlain && known.insert(next, cursor, this.#bytes.slice(at, to))) {
      this.#next[depth] = next + 1
      return to
    }
    this.#next[depth] = -1
    if (this.#repeats!.beginBehind(depth, bytes, this.#starts[depth]!, nameStart, nameEnd)) {
      this.#losses |= textLoss.repeatedName
    }
    return to
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

  /** @param isLookedFor Whether it is found out if it stands twice */
  #putName(at: number, isLookedFor = true): number {
    const { bytes, nameStart, nameEnd, depth } = this.#cursor
    if (depth > this.#freeDepth && bytes[nameStart] === 0x24 && wrapperKeyOf(bytes, nameStart, nameEnd) !== undefined) {
      this.#losses |= textLoss.wrapperKey
    }
    if (isLookedFor && this.#repeats?.isRepeated(depth, bytes, nameStart, nameEnd) === true) {
      this.#losses |= textLoss.repeatedName
    }
    this.#bytes[at] = quote
    const to = this.#putEscaped(nameStart, nameEnd, at + 1)
    return this.#putEnd(to < 0 ? this.#replaceInvalid(nameStart, nameEnd, at + 1) : to, piece.endOfName)
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
        if (this.#isRelaxed) return putInt32(out, at, view.getInt32(start, true))
        const to = putInt32(out, putPiece(outView, at, piece.int32), view.getInt32(start, true))
        return putPiece(outView, to, piece.end)
      }
      case bsonType.int64: {
        if (this.#isRelaxed) return this.#putPlainInt64(view, start, at)
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
        if (this.#isRelaxed && isIsoDate(int53At(view, start)))
          return putPiece(outView, this.#dates.put(out, putPiece(outView, at, piece.isoDate), view, start), piece.end)
        const to = putPiece(outView, at, piece.date)
        return putPiece(outView, putWholeInt64(out, to, view, start), piece.endTwice)
      }
      case bsonType.bool:
        return putPiece(outView, at, bytes[start] === 1 ? piece.true : piece.false)
      case bsonType.null:
        return putPiece(outView, at, piece.null)
      case bsonType.decimal128: {
        if (this.#hasPlainDecimals && isFiniteDecimal128(view, start)) return putDecimal128(view, start, out, at)
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

  #putPlainInt64(view: DataView, start: number, at: number): number {
    if (view.getInt32(start, true) >> 31 === view.getInt32(start + 4, true)) this.#losses |= textLoss.narrowInt64
    return putWholeInt64(this.#bytes, at, view, start)
  }

  #putDouble(view: DataView, start: number, at: number): number {
    if (this.#isRelaxed && isFiniteAt(view, start)) return putDoubleAt(this.#bytes, at, view, start)
    if (
      Number.isNaN(view.getFloat64(start, true)) &&
      !(view.getUint32(start, true) === 0 && view.getUint32(start + 4, true) === 0x7ff8_0000)
    ) {
      this.#losses |= textLoss.nan
    }
    const to = putDoubleAt(this.#bytes, putPiece(this.#view, at, piece.double), view, start)
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
      if (to < 0) return this.#replaceInvalid(start, end, at)
      if (to - at > byteCount) this.#lookForNul(start, end)
      return to
    }
    const invalidAt = invalidUtf8At(bytes, start, end)
    const escapedByteCount = escapedBytes(bytes, start, end)
    if (invalidAt >= 0) {
      return this.#replaceInvalid(start, end, this.#makeRoom(used, escapedByteCount + 2 * byteCount + valueRoom))
    }
    const at = this.#makeRoom(used, escapedByteCount + valueRoom)
    if (escapedByteCount > byteCount) {
      this.#lookForNul(start, end)
      return this.#putEscaped(start, end, at)
    }
    this.#bytes.set(bytes.subarray(start, end), at)
    return at + byteCount
  }

  /** Text that is no UTF-8. */
  #replaceInvalid(start: number, end: number, at: number): number {
    const { bytes, view } = this.#cursor
    if (!this.#replacesText) this.#failText(invalidUtf8At(bytes, start, end))
    this.#losses |= textLoss.invalidText
    this.#lookForNul(start, end)
    return putJsonStringReplacing(bytes, view, start, end, this.#bytes, this.#view, at)
  }

  /** Of text with something escaped in it. */
  #lookForNul(start: number, end: number): void {
    const { bytes } = this.#cursor
    for (let i = start; i < end; i++) {
      if (bytes[i] !== 0) continue
      this.#losses |= textLoss.nul
      return
    }
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

/** Whether the double is neither infinite nor NaN: its exponent says so. */
function isFiniteAt(view: DataView, start: number): boolean {
  return (view.getInt32(start + 4, true) & 0x7ff0_0000) !== 0x7ff0_0000
}
