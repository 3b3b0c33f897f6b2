import { Lexer, type Token, type TokenRules } from './tokens.ts'
import type { SqlTextError } from './sql-text-error.ts'

const maxDepth = 200

/**
 * Steps through the tokens of one statement. What begins with `take` moves on only if the token is there; what begins
 * with `expect` throws {@link SqlTextError} if it is not.
 */
export class TokenReader {
  readonly #lexer: Lexer
  readonly #tokens: Token[] = []
  #index = 0
  #depth = 0

  constructor(text: Uint8Array | string, rules: TokenRules = {}) {
    this.#lexer = new Lexer(text, rules)
  }

  /** The token that is next, or the one so many further. Past the end: the end. */
  peek(distance = 0): Token {
    while (this.#tokens.length <= this.#index + distance && this.#tokens.at(-1)?.kind !== 'end') {
      this.#tokens.push(this.#lexer.next())
    }
    return this.#tokens[Math.min(this.#index + distance, this.#tokens.length - 1)]!
  }

  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#index++
    return token
  }

  /** Reads what stands inside something else. Throws where that is nested deeper than any server prints. */
  nested<Result>(read: () => Result): Result {
    if (++this.#depth > maxDepth) throw this.#lexer.fail('it is nested too deep', this.peek().start)
    const result = read()
    this.#depth--
    return result
  }

  get atEnd(): boolean {
    return this.peek().kind === 'end'
  }

  /** True, and past them, if the next words are these. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, distance) => this.peek(distance).keyword === word)) return false
    this.#index += words.length
    return true
  }

  /** The keyword that was taken, if it is one of these. */
  takeOneOf(...words: readonly string[]): string | undefined {
    const { keyword } = this.peek()
    if (keyword === '' || !words.includes(keyword)) return undefined
    this.#index++
    return keyword
  }

  isSymbol(text: string, distance = 0): boolean {
    const token = this.peek(distance)
    return token.kind === 'symbol' && token.text === text
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false
    this.#index++
    return true
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.unexpected(JSON.stringify(text))
  }

  expectWords(...words: readonly string[]): void {
    if (!this.takeWords(...words)) throw this.unexpected(words.join(' '))
  }

  /** A name, with or without quotes. */
  expectName(): string {
    const token = this.peek()
    if (token.kind !== 'name' && token.kind !== 'word') throw this.unexpected('a name')
    this.#index++
    return token.text
  }

  /** A name, a string or a word: how character sets, engines and the like are written. */
  expectLabel(): string {
    const token = this.peek()
    if (token.kind !== 'string' && token.kind !== 'name' && token.kind !== 'word') throw this.unexpected('a name')
    this.#index++
    return token.text
  }

  expectString(): string {
    const token = this.peek()
    if (token.kind !== 'string') throw this.unexpected('a string')
    if (token.malformed) throw this.#lexer.fail('a string is no text in its character set', token.start)
    this.#index++
    return token.text
  }

  expectNumber(): string {
    const token = this.peek()
    if (token.kind !== 'number') throw this.unexpected('a number')
    this.#index++
    return token.text
  }

  /** `[database.]name` */
  expectQualifiedName(): { readonly database: string | undefined; readonly name: string } {
    const name = this.expectName()
    if (!this.takeSymbol('.')) return { database: undefined, name }
    return { database: name, name: this.expectName() }
  }

  /** `(name, name, …)` */
  expectNames(): string[] {
    this.expectSymbol('(')
    const names: string[] = []
    do names.push(this.expectName())
    while (this.takeSymbol(','))
    this.expectSymbol(')')
    return names
  }

  /** Passes over `( … )` with whatever is inside, and returns the text inside. */
  expectParenthesised(): string {
    const open = this.peek()
    this.expectSymbol('(')
    for (let depth = 1; ;) {
      const token = this.next()
      if (token.kind === 'end') throw this.#lexer.fail('a parenthesis is not closed', open.start)
      if (token.kind !== 'symbol') continue
      if (token.text === '(') depth++
      if (token.text === ')' && --depth === 0) return this.#lexer.slice(open.end, token.start).trim()
    }
  }

  /** The source text from one token's start to another's end. */
  textBetween(first: Token, last: Token): string {
    return this.#lexer.slice(first.start, last.end)
  }

  /** The text from a token to the end of the statement, without the mark that closes a conditional comment. */
  textFrom(first: Token): string {
    let last = first
    while (!this.atEnd) last = this.next()
    return this.textBetween(first, last)
  }

  unexpected(expected: string): SqlTextError {
    return this.#lexer.fail(`expected ${expected}`, this.peek().start)
  }
}
