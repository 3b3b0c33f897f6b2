import { invalidUtf8At } from '../charset/invalid-utf8.ts'
import { viewOf } from '../../batch/view-of.ts'
import { bsonType, emptyDocumentBytes, maxDocumentDepth, oldBinarySubtype } from './bson-type.ts'
import { DocumentFault, type DocumentFaultKind } from './document-fault.ts'
import type { ExpectedName } from './expected-name.ts'

const varies = -1
const unknown = -2

/** Bytes of a value by its type, where the type alone says so. */
const valueBytes = new Int8Array(256).fill(unknown)
for (const [byteCount, types] of [
  [0, [bsonType.undefined, bsonType.null, bsonType.minKey, bsonType.maxKey]],
  [4, [bsonType.int32]],
  [8, [bsonType.double, bsonType.date, bsonType.timestamp, bsonType.int64]],
  [12, [bsonType.objectId]],
  [16, [bsonType.decimal128]],
  [varies, [bsonType.bool, bsonType.string, bsonType.code, bsonType.symbol, bsonType.binary, bsonType.regex]],
  [varies, [bsonType.dbPointer, bsonType.document, bsonType.array, bsonType.codeWithScope]],
] as const) {
  for (const type of types) valueBytes[type] = byteCount
}

/** What the stack keeps of a container while one within it is read. */
const frameFields = 3

const objectIdBytes = 12

export interface CursorOptions {
  /** Containers that may be open at once, the document itself among them. */
  readonly maxDepth?: number | undefined
  /** False: whoever reads a string checks its bytes. */
  readonly checksText?: boolean | undefined
  /** False: whoever reads a name checks its bytes. */
  readonly checksNames?: boolean | undefined
}

/**
 * Walks over the bytes of a BSON document (bsonspec.org 1.1) without making an object for any of it.
 *
 *     cursor.open(bytes, start, end)
 *     do {
 *       const type = cursor.next()              // 0: the container that was walked over has ended
 *       if (type === bsonType.document) cursor.enter()
 *     } while (cursor.depth > 0)
 *
 * A document, array or code with scope that is not entered is passed over, its inside unseen. Every length is held
 * against the container it is in before anything behind it is looked at: no byte outside of [start, end) is read, nothing
 * is allocated by what a length claims, and each byte is passed at most once per level that is entered.
 */
export class BsonCursor {
  bytes: Uint8Array = new Uint8Array(0)
  /** Over all of `bytes`. */
  view: DataView = viewOf(this.bytes)
  /** Of the element that was read last; 0 where a container has ended. */
  type = 0
  /** The element's name in `bytes`, without its NUL. */
  nameStart = 0
  nameEnd = 0
  /** The value in `bytes`: all of what stands behind the name, a length and terminator that it has among it. */
  start = 0
  end = 0
  /** Containers that are open: 1 for the document's own elements, 0 once it has ended. */
  depth = 0
  /** What the elements are in that are read now: `bsonType.document`, `.array`, or `.codeWithScope` for a scope. */
  container = 0
  /** The place of the element that was read last in its container, from 0; −1 before the first one. */
  index = -1
  /** The container that ended, where the type is 0. */
  closed = 0
  /** Whether the element that was read last has the name that {@link nextLike} was asked for. */
  isAsExpected = false
  readonly #checksText: boolean
  readonly #checksNames: boolean
  readonly #maxDepth: number
  readonly #stack: Int32Array
  #origin = 0
  #at = 0
  /** Where the terminator of the container stands, which is known to be a NUL: no name or text runs past it. */
  #limit = 0

  constructor({ maxDepth = maxDocumentDepth, checksText = true, checksNames = true }: CursorOptions = {}) {
    this.#maxDepth = maxDepth
    this.#checksText = checksText
    this.#checksNames = checksNames
    this.#stack = new Int32Array((maxDepth + 1) * frameFields)
  }

  /** Begins with the document that is all of bytes[start, end). */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.#take(bytes)
    this.#origin = start
    this.depth = 0
    this.#at = this.#limit = 0
    if (end > bytes.length || end - start < emptyDocumentBytes) this.#fail('the document is cut off', start)
    const byteCount = this.view.getInt32(start, true)
    if (byteCount !== end - start) {
      this.#fail(`the document has ${end - start} bytes and says ${byteCount}`, start)
    }
    if (bytes[end - 1] !== 0) this.#fail('the document does not end with a NUL', end - 1)
    this.depth = 1
    this.container = bsonType.document
    this.index = -1
    this.type = 0
    this.#at = start + 4
    this.#limit = end - 1
  }

  /**
   * Stands on a value that another cursor has gone to, as if it had been read last: it can be entered, and once it has
   * ended the depth is 0. Its own length is believed.
   */
  standOn(bytes: Uint8Array, type: number, start: number, end: number): void {
    this.#take(bytes)
    this.#origin = start
    this.depth = 0
    this.container = 0
    this.index = -1
    this.type = type
    this.start = start
    this.end = end
  }

  /**
   * As {@link next}, where the element is likely to have this name: {@link isAsExpected} says whether it has. A name that
   * it has is not looked at byte by byte.
   */
  nextLike(name: ExpectedName): number {
    const at = this.#at
    const nameStart = at + 1
    const { bytes, view } = this
    this.isAsExpected = false
    // Where the name does not lie whole in the container, it is not the one that was expected, or a fault.
    const nameEnd = nameStart + name.byteCount
    if (nameEnd >= this.#limit || nameStart + 8 > bytes.length) return this.next()
    if (
      ((view.getInt32(nameStart, true) ^ name.first) & name.firstMask) !== 0 ||
      ((view.getInt32(nameStart + 4, true) ^ name.second) & name.secondMask) !== 0
    )
      return this.next()
    for (let i = 8; i <= name.byteCount; i++) if (name.bytes[i] !== bytes[nameStart + i]) return this.next()
    const type = bytes[at]!
    this.nameStart = nameStart
    this.nameEnd = nameEnd
    const start = nameEnd + 1
    const byteCount = valueBytes[type]!
    const end = byteCount >= 0 ? start + byteCount : this.#endOf(type, start, this.#limit)
    if (end > this.#limit) this.#fail('the value is cut off', start)
    this.isAsExpected = true
    this.type = type
    this.index++
    this.start = start
    this.end = end
    this.#at = end
    return type
  }

  /**
   * Goes to the next element and returns its type; 0 where there is none, and what is read next then stands behind the
   * container that has ended.
   */
  next(): number {
    const bytes = this.bytes
    const limit = this.#limit
    let at = this.#at
    if (at === limit) return this.#close()
    const type = bytes[at]!
    const nameStart = at + 1
    let bits = 0
    for (at = nameStart; bytes[at] !== 0; at++) bits |= bytes[at]!
    if (at >= limit) this.#failName(type, nameStart - 1)
    if (bits >= 0x80 && this.#checksNames) this.#checkUtf8(nameStart, at, 'the name')
    this.nameStart = nameStart
    this.nameEnd = at
    const start = at + 1
    const byteCount = valueBytes[type]!
    const end = byteCount >= 0 ? start + byteCount : this.#endOf(type, start, limit)
    if (end > limit) this.#fail('the value is cut off', start)
    this.type = type
    this.index++
    this.start = start
    this.end = end
    this.#at = end
    return type
  }

  /** Goes into the document, array or scope that was read last: its elements come next. */
  enter(): void {
    if (this.depth >= this.#maxDepth) {
      this.#fail(`documents are nested more than ${this.#maxDepth} deep`, this.start, 'depth')
    }
    const at = this.depth * frameFields
    this.#stack[at] = this.#limit
    this.#stack[at + 1] = this.container
    this.#stack[at + 2] = this.index
    this.depth++
    this.container = this.type
    this.index = -1
    this.#at = this.scopeStart() + 4
    this.#limit = this.end - 1
  }

  /** Passes over what is left of the container: what is read next stands behind it. */
  leave(): void {
    this.#at = this.#limit
    this.#close()
  }

  /** Where the document in the value begins: for code with scope behind the code. */
  scopeStart(): number {
    const { type, start } = this
    return type === bsonType.codeWithScope ? start + 8 + this.view.getInt32(start + 4, true) : start
  }

  #take(bytes: Uint8Array): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = viewOf(bytes)
  }

  #close(): number {
    const { depth } = this
    if (depth <= 0) return this.#fail('there is nothing behind the document', this.#limit)
    this.type = 0
    this.closed = this.container
    this.depth = depth - 1
    if (depth === 1) return 0
    const at = (depth - 1) * frameFields
    this.#at = this.#limit + 1
    this.#limit = this.#stack[at]!
    this.container = this.#stack[at + 1]!
    this.index = this.#stack[at + 2]!
    return 0
  }

  /** Behind the value; what is not behind `limit` has been looked at. */
  #endOf(type: number, start: number, limit: number): number {
    switch (type) {
      case bsonType.bool:
        if (start < limit && this.bytes[start]! > 1) this.#fail(`${this.bytes[start]} is no bool`, start)
        return start + 1
      case bsonType.string:
      case bsonType.code:
      case bsonType.symbol:
        return this.#endOfText(start, limit)
      case bsonType.document:
      case bsonType.array:
        return this.#endOfDocument(start, limit)
      case bsonType.binary:
        return this.#endOfBinary(start, limit)
      case bsonType.regex:
        return this.#endOfCString(this.#endOfCString(start, limit), limit)
      case bsonType.dbPointer:
        return this.#endOfText(start, limit) + objectIdBytes
      case bsonType.codeWithScope:
        return this.#endOfCodeWithScope(start, limit)
      case 0:
        return this.#fail('a document ends before its length says so', this.nameStart - 1)
      default:
        return this.#fail(`0x${type.toString(16).padStart(2, '0')} is no type of BSON`, this.nameStart - 1)
    }
  }

  #lengthAt(start: number, limit: number): number {
    return limit - start < 4 ? this.#fail('the value is cut off', start) : this.view.getInt32(start, true)
  }

  #endOfText(start: number, limit: number): number {
    const byteCount = this.#lengthAt(start, limit)
    const from = start + 4
    if (byteCount < 1 || byteCount > limit - from) {
      this.#fail(`a string says ${byteCount} bytes where ${limit - from} are left`, start)
    }
    const end = from + byteCount
    if (this.bytes[end - 1] !== 0) this.#fail('a string does not end with a NUL', end - 1)
    if (this.#checksText) this.#checkUtf8(from, end - 1, 'a string')
    return end
  }

  #endOfDocument(start: number, limit: number): number {
    const byteCount = this.#lengthAt(start, limit)
    if (byteCount < emptyDocumentBytes || byteCount > limit - start) {
      this.#fail(`a nested document says ${byteCount} bytes where ${limit - start} are left`, start)
    }
    const end = start + byteCount
    if (this.bytes[end - 1] !== 0) this.#fail('a nested document does not end with a NUL', end - 1)
    return end
  }

  #endOfBinary(start: number, limit: number): number {
    const byteCount = this.#lengthAt(start, limit)
    const from = start + 5
    if (byteCount < 0 || byteCount > limit - from) {
      this.#fail(`a binary value says ${byteCount} bytes where ${limit - from} are left`, start)
    }
    if (this.bytes[from - 1] === oldBinarySubtype) {
      const inner = byteCount < 4 ? -1 : this.view.getInt32(from, true)
      if (inner !== byteCount - 4)
        this.#fail(`a binary value of ${byteCount} bytes has an inner length of its own`, from)
    }
    return from + byteCount
  }

  #endOfCString(start: number, limit: number): number {
    const bytes = this.bytes
    let at = start
    let bits = 0
    while (at < limit && bytes[at] !== 0) bits |= bytes[at++]!
    if (at >= limit) this.#fail('a regular expression does not end with a NUL', start)
    if (bits >= 0x80 && this.#checksText) this.#checkUtf8(start, at, 'a regular expression')
    return at + 1
  }

  #endOfCodeWithScope(start: number, limit: number): number {
    const byteCount = this.#lengthAt(start, limit)
    if (byteCount < 4 + 5 + emptyDocumentBytes || byteCount > limit - start) {
      this.#fail(`code with scope says ${byteCount} bytes where ${limit - start} are left`, start)
    }
    const end = start + byteCount
    const scopeStart = this.#endOfText(start + 4, end - emptyDocumentBytes)
    if (this.#endOfDocument(scopeStart, end) !== end) {
      this.#fail('the scope of a code does not end where the value does', scopeStart)
    }
    return end
  }

  #checkUtf8(start: number, end: number, what: string): void {
    const at = invalidUtf8At(this.bytes, start, end)
    if (at >= 0) this.#fail(`${what} is no UTF-8`, at, 'text')
  }

  #failName(type: number, at: number): never {
    if (type === 0) this.#fail('a document ends before its length says so', at)
    this.#fail('a name does not end within its document', at)
  }

  #fail(reason: string, at: number, kind: DocumentFaultKind = 'structure'): never {
    throw new DocumentFault(kind, reason, at - this.#origin)
  }
}

/**
 * Walks over all of a document, its insides too.
 * @throws DocumentFault where it is no BSON
 */
export function assertBson(cursor: BsonCursor, bytes: Uint8Array, start: number, end: number): void {
  cursor.open(bytes, start, end)
  do {
    const type = cursor.next()
    if (type === bsonType.document || type === bsonType.array || type === bsonType.codeWithScope) cursor.enter()
  } while (cursor.depth > 0)
}
