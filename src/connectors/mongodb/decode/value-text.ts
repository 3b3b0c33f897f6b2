import { replaceJsonNul } from '../../../format/json/json-text.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType, maxDocumentDepth } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { ExtendedJsonWriter } from '../../../format/bson/extended-json/extended-json-writer.ts'
import { invalidUtf8At } from '../../../format/charset/invalid-utf8.ts'
import type { PolicyAction } from '../../../model/plan.ts'
import type { CellOut } from './cell-out.ts'
import type { CellPlan } from './cell-plan.ts'
import { isTextType } from './cell-writer.ts'
import { noText } from './text-faults.ts'

/** What stands around a value in the text of the document that it is wrapped in: `{"":` and `}`. */
const beforeValue = 4
const behindValue = 1

/** The wrapping document's length, the value's type, and the NUL of a name without bytes. */
const wrapperHead = 6

/** The largest room that is kept from one value to the next. */
const maxWrapperBytes = 1024 * 1024

/** From here on the native search is the faster one. */
const nativeBytes = 256

const escapedNul = Buffer.from(String.raw`\u0000`)
const backslash = 0x5c

/**
 * Values as Extended JSON at the end of an output, mended by the policies of their column. Nothing is counted as written.
 * This is the one place where it is decided how a value's text is made.
 */
export class ValueText {
  /** Of the last value: the rules that changed it. */
  readonly rules: string[] = []
  /** Of the last value: its bytes cannot be made again of its text. */
  isInexact = false
  readonly #out: CellOut
  readonly #writer = new ExtendedJsonWriter({ maxDepth: maxDocumentDepth + 1 })
  readonly #cursor = new BsonCursor({ checksText: false, maxDepth: maxDocumentDepth + 1 })
  #wrapper = Buffer.alloc(1024)
  /** What its position is counted from in a fault. */
  #faultBase = 0

  constructor(out: CellOut) {
    this.#out = out
  }

  /**
   * The length of the text of the value bytes[start, end), or one of {@link noText}.
   * @param origin Where the document begins that the value is in
   * @throws DocumentFault where something in it is no BSON
   */
  put(plan: CellPlan, type: number, bytes: Uint8Array, start: number, end: number, origin: number): number {
    this.rules.length = 0
    this.isInexact = false
    this.#faultBase = start - origin - wrapperHead
    const byteCount = this.#wrap(type, bytes, start, end)
    let length = this.#write(this.#wrapper, byteCount)
    if (length < 0) {
      const policy = plan.policies['invalid-text']
      if (policy === undefined || policy.do === 'reject') return noText.invalidText
      this.#note(policy)
      if (policy.do === 'null' || policy.do === 'text') return noText.null
      const mended = this.#mend(byteCount, policy.do === 'replace' ? policy.text : '')
      length = this.#write(mended, mended.length)
    }
    // The text of text is no JSON that anybody reads, and `\u0000` in it is six characters.
    if (plan.isPlainText || !this.#holdsNul(length)) return length
    return this.#mendNul(plan.policies['json-nul'], length)
  }

  #note(policy: PolicyAction): void {
    this.rules.push(policy.rule)
    this.isInexact = true
  }

  /** The value as the only one of a document; returns that one's length. */
  #wrap(type: number, bytes: Uint8Array, start: number, end: number): number {
    const byteCount = end - start + wrapperHead + 1
    // One large value leaves no room as large behind.
    const isLarge = this.#wrapper.length > maxWrapperBytes
    if (byteCount > this.#wrapper.length || isLarge) this.#wrapper = Buffer.alloc(Math.max(1024, byteCount))
    const wrapper = this.#wrapper
    wrapper.writeInt32LE(byteCount)
    wrapper[4] = type
    wrapper[5] = 0
    wrapper.set(bytes.subarray(start, end), wrapperHead)
    wrapper[byteCount - 1] = 0
    return byteCount
  }

  /** The length of the value's text at the output's end; −1: a string in it is no UTF-8. */
  #write(wrapper: Uint8Array, byteCount: number): number {
    const out = this.#out
    try {
      return (
        out.append((batch) => {
          if (this.#writer.append(batch, wrapper, 0, byteCount) !== 0) this.isInexact = true
          const end = batch.used - behindValue
          batch.bytes.copyWithin(out.at, out.at + beforeValue, end)
          return end - beforeValue - out.at
        }) ?? 0
      )
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      if (error.kind === 'text' && error.reason.startsWith('a string')) return -1
      throw new DocumentFault(error.kind, error.reason, error.position + this.#faultBase)
    }
  }

  /** The wrapped value with something else for every byte of its strings that begins no character. */
  #mend(byteCount: number, by: string): Buffer {
    const source = this.#wrapper.subarray(0, byteCount)
    const cursor = this.#cursor
    const pieces: Buffer[] = []
    // Where lengths are written in the pieces once they are known: those of open containers, in the bytes that were.
    const open: { readonly at: number; readonly grown: number }[] = []
    let copied = 0
    let grown = 0
    const resize = (at: number, more: number): void => {
      if (more !== 0) source.writeInt32LE(source.readInt32LE(at) + more, at)
    }
    const mendText = (start: number, end: number, lengthAt: number): void => {
      const before = grown
      let from = start
      for (let at = invalidUtf8At(source, from, end); at >= 0; at = invalidUtf8At(source, from, end)) {
        pieces.push(source.subarray(copied, at), Buffer.from(by))
        grown += Buffer.byteLength(by) - 1
        copied = from = at + 1
      }
      if (lengthAt >= 0) resize(lengthAt, grown - before)
    }
    cursor.open(source, 0, byteCount)
    open.push({ at: 0, grown: 0 })
    do {
      const type = cursor.next()
      const { start, end } = cursor
      if (type === 0) {
        // Around a scope is the value that its code is in too.
        for (let left = cursor.closed === bsonType.codeWithScope ? 2 : 1; left > 0; left--) {
          const container = open.pop()
          if (container !== undefined) resize(container.at, grown - container.grown)
        }
        continue
      }
      if (isTextType(type)) mendText(start + 4, end - 1, start)
      else if (type === bsonType.dbPointer) mendText(start + 4, end - 13, start)
      else if (type === bsonType.regex) mendText(start, end - 1, -1)
      if (type === bsonType.codeWithScope) {
        // Gone into before the length of the code is another.
        const scopeStart = cursor.scopeStart()
        cursor.enter()
        open.push({ at: start, grown })
        mendText(start + 8, scopeStart - 1, start + 4)
        open.push({ at: scopeStart, grown })
      } else if (type === bsonType.document || type === bsonType.array) {
        open.push({ at: start, grown })
        cursor.enter()
      }
    } while (cursor.depth > 0)
    return Buffer.concat([...pieces, source.subarray(copied)])
  }

  /** Whether there is the escape of U+0000 in the text at the output's end. */
  #holdsNul(length: number): boolean {
    const { bytes, at } = this.#out
    const end = at + length
    if (length >= nativeBytes && !Buffer.from(bytes.buffer, bytes.byteOffset + at, length).includes(escapedNul)) {
      return false
    }
    for (let i = at; i < end; i++) {
      if (bytes[i] !== backslash) continue
      i++
      if (bytes[i] === 0x75 && end - i > 4 && isFourZeros(bytes, i + 1)) return true
    }
    return false
  }

  #mendNul(policy: PolicyAction | undefined, length: number): number {
    if (policy === undefined || policy.do === 'reject') return noText.nul
    this.#note(policy)
    if (policy.do === 'null' || policy.do === 'text') return noText.null
    const out = this.#out
    const text = Buffer.from(out.bytes.buffer, out.bytes.byteOffset + out.at, length).toString('utf8')
    const by = policy.do === 'replace' ? JSON.stringify(policy.text).slice(1, -1) : ''
    const mended = Buffer.from(replaceJsonNul(text, by))
    out.makeRoom(mended.length)
    out.bytes.set(mended, out.at)
    return mended.length
  }
}

function isFourZeros(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x30 && bytes[at + 1] === 0x30 && bytes[at + 2] === 0x30 && bytes[at + 3] === 0x30
}
