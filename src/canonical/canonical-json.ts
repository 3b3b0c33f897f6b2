import { isUtf8 } from 'node:buffer'
import type { JsonForm } from '../model/digest-form.ts'
import { numberText } from './digest-text.ts'
import { jsonDigits } from './json-compare.ts'
import { JsonIndex } from './json-index.ts'
import { byte, hexDigit, isSpace } from './json-byte.ts'

const noBytes = Buffer.alloc(0)

/** Takes bytes of a text, piece by piece. It keeps none of them. */
export interface ByteSink {
  put(bytes: Uint8Array, start: number, end: number): void
}

/** JSON without what means nothing in the form, spaces and exponents to begin with; what is no JSON stays as it is. */
export function canonicalJson(text: string, form: JsonForm): string {
  const pieces: Buffer[] = []
  const sink = {
    put: (bytes: Uint8Array, start: number, end: number) => pieces.push(Buffer.from(bytes.slice(start, end))),
  }
  new CanonicalJson().write(Buffer.from(text), form, sink)
  return Buffer.concat(pieces).toString('utf8')
}

/**
 * Writes JSON texts so that equal ones are the same bytes, from one place to another: of a text of many megabytes no value
 * is made, and no copy.
 */
export class CanonicalJson {
  readonly #index = new JsonIndex()
  #bytes: Buffer = noBytes
  #form: JsonForm = 'json'
  #sink: ByteSink = { put: () => {} }
  #at = 0
  /** Of the next container, in the order that they begin in. */
  #next = 0
  readonly #character = Buffer.alloc(16)

  /** The canonical text of bytes, which are UTF-8. */
  write(text: Buffer, form: JsonForm, sink: ByteSink): void {
    // What a decoder makes of bytes that are no UTF-8.
    const bytes = isUtf8(text) ? text : Buffer.from(text.toString('utf8'))
    if (this.#index.read(bytes)) {
      this.#bytes = bytes
      this.#form = form
      this.#sink = sink
      this.#at = this.#next = 0
      this.#value()
      this.#bytes = noBytes
    } else sink.put(bytes, 0, bytes.length)
    this.#index.release()
  }

  #value(): void {
    this.#skip()
    const first = this.#bytes[this.#at]
    if (first === byte.brace && this.#form !== 'json-text') this.#sorted()
    else if (first === byte.brace) this.#container(byte.brace, byte.braceEnd)
    else if (first === byte.bracket) this.#container(byte.bracket, byte.bracketEnd)
    else if (first === byte.quote) this.#string()
    else this.#bare(first!)
  }

  /** What stands in it, in its order. */
  #container(begin: number, end: number): void {
    this.#next++
    this.#mark(begin)
    this.#at++
    for (let isFirst = true; !this.#isAfter(end); isFirst = false) {
      if (!isFirst) this.#mark(byte.comma)
      if (begin === byte.brace) this.#entry()
      else this.#value()
    }
    this.#mark(end)
  }

  /** By its keys, of which the last one counts where one is there twice. */
  #sorted(): void {
    const container = this.#next++
    const keys: string[] = []
    const places: number[] = []
    const containers: number[] = []
    this.#at++
    let isAscending = true
    while (!this.#isAfter(byte.braceEnd)) {
      const start = this.#at
      const end = this.#index.stringEnd(start)
      const key = this.#textOf(start, end)
      if (keys.length > 0 && keys[keys.length - 1]! >= key) isAscending = false
      keys.push(key)
      places.push(start)
      containers.push(this.#next)
      this.#at = end
      this.#skipValue()
    }
    const order = new Uint32Array(keys.length)
    for (let place = 0; place < order.length; place++) order[place] = place
    // Of two that are the same the later one comes last.
    if (!isAscending)
      order.sort((one, other) => (keys[one]! < keys[other]! ? -1 : keys[one] === keys[other] ? one - other : 1))
    this.#mark(byte.brace)
    let isFirst = true
    for (let rank = 0; rank < order.length; rank++) {
      const place = order[rank]!
      if (rank + 1 < order.length && keys[order[rank + 1]!] === keys[place]) continue
      if (!isFirst) this.#mark(byte.comma)
      isFirst = false
      this.#at = places[place]!
      this.#next = containers[place]!
      this.#entry()
    }
    this.#mark(byte.braceEnd)
    this.#at = this.#index.endOf(container)
    this.#next = this.#index.nextOf(container)
  }

  #entry(): void {
    this.#skip()
    this.#string()
    this.#skip()
    this.#mark(byte.colon)
    this.#at++
    this.#value()
  }

  /** What stands behind a key, its colon first. */
  #skipValue(): void {
    this.#skip()
    this.#at++
    this.#skip()
    const first = this.#bytes[this.#at]
    if (first === byte.brace || first === byte.bracket) {
      this.#at = this.#index.endOf(this.#next)
      this.#next = this.#index.nextOf(this.#next)
    } else if (first === byte.quote) this.#at = this.#index.stringEnd(this.#at)
    else this.#at = this.#index.bareEnd(this.#at)
  }

  /** Past what stands between entries: true where the container's end came. */
  #isAfter(end: number): boolean {
    this.#skip()
    if (this.#bytes[this.#at] === byte.comma) {
      this.#at++
      this.#skip()
    }
    if (this.#bytes[this.#at] !== end) return false
    this.#at++
    return true
  }

  /** A number, a truth or null. */
  #bare(first: number): void {
    const start = this.#at
    const end = (this.#at = this.#index.bareEnd(start))
    const isNumber = first === byte.minus || (first >= byte.zero && first <= byte.nine)
    if (!isNumber) return this.#sink.put(this.#bytes, start, end)
    let isPlain = first !== byte.minus
    for (let at = start; isPlain && at < end; at++)
      isPlain = this.#bytes[at]! >= byte.zero && this.#bytes[at]! <= byte.nine
    if (isPlain) return this.#sink.put(this.#bytes, start, end)
    const text = this.#bytes.toString('latin1', start, end)
    const even = Buffer.from(this.#form === 'json-value' ? numberText(text) : jsonDigits(text), 'latin1')
    this.#sink.put(even, 0, even.length)
  }

  /** Escapes as `JSON.stringify` writes them: the rest of the text as it is. */
  #string(): void {
    const start = this.#at
    const end = (this.#at = this.#index.stringEnd(start))
    const bytes = this.#bytes
    let from = start
    for (let at = start + 1; at < end - 1;) {
      const one = bytes[at]!
      if (one !== byte.backslash && one >= byte.space) {
        at++
        continue
      }
      // Written in no other way.
      if (one === byte.backslash && bytes[at + 1] !== byte.u && bytes[at + 1] !== byte.slash) {
        at += 2
        continue
      }
      this.#sink.put(bytes, from, at)
      at = from = one === byte.backslash ? this.#escape(at) : this.#control(one, at)
    }
    this.#sink.put(bytes, from, end)
  }

  #control(code: number, at: number): number {
    this.#putText(JSON.stringify(String.fromCharCode(code)).slice(1, -1))
    return at + 1
  }

  /** @returns Where it ends */
  #escape(at: number): number {
    let end = this.#escapeEnd(at)
    if (this.#isHigh(at) && this.#bytes[end] === byte.backslash && this.#isLow(end)) end = this.#escapeEnd(end)
    const text = String(JSON.parse(`"${this.#bytes.toString('latin1', at, end)}"`))
    this.#putText(JSON.stringify(text).slice(1, -1))
    return end
  }

  #escapeEnd(at: number): number {
    return at + (this.#bytes[at + 1] === byte.u ? 6 : 2)
  }

  /** The first half of a character: `\ud8…` to `\udb…`. */
  #isHigh(at: number): boolean {
    return this.#surrogate(at) >= 8 && this.#surrogate(at) < 12
  }

  #isLow(at: number): boolean {
    return this.#surrogate(at) >= 12
  }

  #surrogate(at: number): number {
    const isOne = this.#bytes[at + 1] === byte.u && hexDigit(this.#bytes[at + 2]!) === 13
    return isOne ? hexDigit(this.#bytes[at + 3]!) : -1
  }

  #putText(text: string): void {
    this.#sink.put(this.#character, 0, this.#character.write(text, 0))
  }

  #textOf(start: number, end: number): string {
    const quoted = this.#bytes.toString('utf8', start, end)
    return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
  }

  #mark(one: number): void {
    this.#character[0] = one
    this.#sink.put(this.#character, 0, 1)
  }

  #skip(): void {
    while (isSpace(this.#bytes[this.#at])) this.#at++
  }
}
