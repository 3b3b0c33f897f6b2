import type { JsonForm } from '../model/digest-form.ts'
import { numberText, plainDigits } from './digest-text.ts'
import { maxJsonDepth } from './json-index.ts'

/**
 * What two JSON texts have to do with each other.
 *
 * - `same`: but for spacing, order of keys, escapes, and the exponent of a number
 * - `order`: the same, with keys in another order or a key twice
 * - `number`: the same, but a number is written with other digits, as 1.0 for 1
 * - `type`: the same, but a number, a truth or null is a text, or the other way, as "1" for 1
 */
export type JsonRelation = 'same' | 'order' | 'number' | 'type' | 'different'

/** Compares two JSON texts. What is no JSON is `different` from everything but itself. */
export function compareJson(one: string, other: string): JsonRelation {
  if (one === other) return 'same'
  const left = parseJson(one)
  const right = parseJson(other)
  if (left === undefined || right === undefined) return 'different'
  const loose = { ordered: false, sameDigits: false, sameType: false }
  if (!isSame(left, right, loose)) return 'different'
  if (!isSame(left, right, { ...loose, sameType: true })) return 'type'
  if (!isSame(left, right, { ...loose, sameType: true, sameDigits: true })) return 'number'
  return isSame(left, right, { ordered: true, sameDigits: true, sameType: true }) ? 'same' : 'order'
}

/** Whether two values are the same in the form. */
export function isSameJson(relation: JsonRelation, form: JsonForm): boolean {
  if (relation === 'same') return true
  if (relation === 'order') return form !== 'json-text'
  return relation === 'number' && form === 'json-value'
}

interface JsonScalar {
  readonly kind: 'literal' | 'number' | 'string'
  readonly text: string
}

/** A JSON text in its parts: numbers as their digits, an object's keys in their order and as often as they are there. */
export type JsonNode =
  | JsonScalar
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonNode])[] }

/** Undefined where the text is no JSON, or has more than so many levels. */
export function parseJson(text: string, levels = maxJsonDepth): JsonNode | undefined {
  return new JsonText(text, levels).whole()
}

interface Strictness {
  readonly ordered: boolean
  readonly sameDigits: boolean
  readonly sameType: boolean
}

function isSame(one: JsonNode, other: JsonNode, how: Strictness): boolean {
  if (one.kind === 'object' && other.kind === 'object') return isSameObject(one.entries, other.entries, how)
  if (one.kind === 'array' && other.kind === 'array') {
    const { items } = other
    return one.items.length === items.length && one.items.every((item, at) => isSame(item, items[at]!, how))
  }
  if (one.kind === 'array' || one.kind === 'object' || other.kind === 'array' || other.kind === 'object') return false
  if (one.kind !== other.kind) return !how.sameType && isDrift(one, other)
  return one.kind === 'number' ? isSameNumber(one.text, other.text, how) : one.text === other.text
}

/** A text that says what the other is. */
function isDrift(one: JsonScalar, other: JsonScalar): boolean {
  if (one.kind !== 'string' && other.kind !== 'string') return false
  const [text, said] = one.kind === 'string' ? [one.text, other] : [other.text, one]
  return said.kind === 'number' ? isNumber(text) && numberText(text) === numberText(said.text) : text === said.text
}

function isNumber(text: string): boolean {
  return parseJson(text)?.kind === 'number'
}

/** Of a key that is there twice the last one counts. */
function isSameObject(
  one: readonly (readonly [string, JsonNode])[],
  other: readonly (readonly [string, JsonNode])[],
  how: Strictness,
): boolean {
  if (how.ordered) {
    const isAligned = ([key, node]: readonly [string, JsonNode], at: number): boolean => {
      const [otherKey, otherNode] = other[at]!
      return key === otherKey && isSame(node, otherNode, how)
    }
    return one.length === other.length && one.every(isAligned)
  }
  const left = new Map(one)
  const right = new Map(other)
  if (left.size !== right.size) return false
  for (const [key, node] of left) {
    const there = right.get(key)
    if (there === undefined || !isSame(node, there, how)) return false
  }
  return true
}

/** An exponent is a way of writing; digits behind the point are what some keep and others drop. */
function isSameNumber(one: string, other: string, how: Strictness): boolean {
  if (one === other) return true
  if (numberText(one) !== numberText(other)) return false
  return !how.sameDigits || /[eE]/.test(one + other) || jsonDigits(one) === jsonDigits(other)
}

/** Without an exponent, and without the sign of a zero, which binary JSON does not keep. */
export function jsonDigits(text: string): string {
  const plain = /[eE]/.test(text) ? plainDigits(text) : text
  return plain.replace(/^-(?=[0.]+$)/, '')
}

/** Reads JSON (RFC 8259) without making a number of any digits. */
class JsonText {
  readonly #text: string
  readonly #levels: number
  #at = 0

  constructor(text: string, levels: number) {
    this.#text = text
    this.#levels = levels
  }

  /** Undefined where it is no JSON. */
  whole(): JsonNode | undefined {
    const node = this.#value(0)
    this.#skip()
    return this.#at === this.#text.length ? node : undefined
  }

  #value(depth: number): JsonNode | undefined {
    this.#skip()
    const next = this.#text[this.#at]
    if (depth > this.#levels) return undefined
    if (next === '{') return this.#object(depth)
    if (next === '[') return this.#array(depth)
    if (next === '"') {
      const text = this.#string()
      return text === undefined ? undefined : { kind: 'string', text }
    }
    const literal = this.#match(/true|false|null/y)
    if (literal !== undefined) return { kind: 'literal', text: literal }
    const number = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y)
    return number === undefined ? undefined : { kind: 'number', text: number }
  }

  #object(depth: number): JsonNode | undefined {
    const entries: [string, JsonNode][] = []
    this.#at++
    if (this.#take('}')) return { kind: 'object', entries }
    for (;;) {
      this.#skip()
      const key = this.#text[this.#at] === '"' ? this.#string() : undefined
      if (key === undefined || !this.#take(':')) return undefined
      const node = this.#value(depth + 1)
      if (node === undefined) return undefined
      entries.push([key, node])
      if (this.#take('}')) return { kind: 'object', entries }
      if (!this.#take(',')) return undefined
    }
  }

  #array(depth: number): JsonNode | undefined {
    const items: JsonNode[] = []
    this.#at++
    if (this.#take(']')) return { kind: 'array', items }
    for (;;) {
      const node = this.#value(depth + 1)
      if (node === undefined) return undefined
      items.push(node)
      if (this.#take(']')) return { kind: 'array', items }
      if (!this.#take(',')) return undefined
    }
  }

  #string(): string | undefined {
    const end = this.#stringEnd()
    if (end === undefined) return undefined
    const raw = this.#text.slice(this.#at, end)
    this.#at = end
    if (!raw.includes('\\')) return raw.slice(1, -1)
    try {
      return String(JSON.parse(raw))
    } catch (error) {
      if (error instanceof SyntaxError) return undefined
      throw error
    }
  }

  /** Behind the quote that ends it. A pattern would run out of stack in a text of megabytes. */
  #stringEnd(): number | undefined {
    const text = this.#text
    for (let from = this.#at + 1; ;) {
      const quote = text.indexOf('"', from)
      if (quote < 0) return undefined
      let before = quote
      while (before > from && text[before - 1] === '\\') before--
      if ((quote - before) % 2 === 0) return quote + 1
      from = quote + 1
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  /** Takes the character, behind spaces. */
  #take(wanted: string): boolean {
    this.#skip()
    if (this.#text[this.#at] !== wanted) return false
    this.#at++
    return true
  }

  #skip(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '-')) this.#at++
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
