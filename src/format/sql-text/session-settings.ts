import type { Token } from './tokens.ts'

/** What a dump has set so far, as plain data. `undefined` (or absent): not set, so the server's own default. */
export interface SessionState {
  /** The database of the last USE. */
  readonly database?: string | undefined
  /** Lower case; what SET NAMES or character_set_client said: the character set of the text that follows. */
  readonly charset?: string | undefined
  /** Upper case, separated by commas. */
  readonly sqlMode?: string | undefined
  readonly timeZone?: string | undefined
  /** User variables, lower case with their `@`; null: a value that the dump does not tell. */
  readonly variables?: { readonly [name: string]: string | null } | undefined
}

type Value = string | null

/** Modes that make double quotes delimit names; ORACLE and what follows: MariaDB, and MySQL before 8. */
const ansiModes = new Set(['ANSI_QUOTES', 'ANSI', 'ORACLE', 'MSSQL', 'DB2', 'POSTGRESQL', 'MAXDB'])
const ansiQuotesBit = 1n << 2n
const noBackslashEscapesBit = 1n << 20n

/**
 * Follows the SET and USE statements of a dump, as far as they decide how the rest of it is to be read: the character
 * set, `sql_mode`, the time zone, the database, and the user variables in which a dump saves them.
 */
export class SessionSettings {
  database: string | undefined
  charset: string | undefined
  timeZone: string | undefined
  #sqlMode: string | undefined
  #variables = new Map<string, Value>()
  ansiQuotes = false
  noBackslashEscapes = false

  constructor(state: SessionState = {}) {
    this.database = state.database
    this.charset = state.charset
    this.timeZone = state.timeZone
    this.#setSqlMode(state.sqlMode ?? null)
    for (const [name, value] of Object.entries(state.variables ?? {})) this.#variables.set(name, value)
  }

  get sqlMode(): string | undefined {
    return this.#sqlMode
  }

  state(): SessionState {
    return {
      database: this.database,
      charset: this.charset,
      sqlMode: this.#sqlMode,
      timeZone: this.timeZone,
      variables: Object.fromEntries(this.#variables),
    }
  }

  /** True if names in double quotes and strings without escapes are read as this session has it. */
  get rules(): { readonly ansiQuotes: boolean; readonly backslash: boolean } {
    return { ansiQuotes: this.ansiQuotes, backslash: !this.noBackslashEscapes }
  }

  /**
   * Applies a SET statement (its tokens with the SET). Returns what is wrong if it may change how the dump is to be
   * read in a way that cannot be told from its text.
   */
  applySet(tokens: readonly Token[]): string | undefined {
    if (tokens[1]?.keyword === 'NAMES') return this.#setCharset(tokens.slice(2))
    if (tokens[1]?.keyword === 'CHARACTER' && tokens[2]?.keyword === 'SET') return this.#setCharset(tokens.slice(3))
    for (const assignment of splitAtCommas(tokens.slice(1))) {
      const problem = this.#assign(assignment)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #setCharset(tokens: readonly Token[]): string | undefined {
    const [token] = tokens
    if (token === undefined || !['word', 'name', 'string'].includes(token.kind)) return 'SET NAMES without a name'
    this.charset = token.keyword === 'DEFAULT' ? undefined : token.text.toLowerCase()
    return undefined
  }

  #assign(tokens: readonly Token[]): string | undefined {
    const equals = tokens.findIndex((token) => token.kind === 'symbol' && (token.text === '=' || token.text === ':='))
    if (equals < 1) return undefined
    const target = tokens[equals - 1]!
    const scope = tokens.slice(0, equals - 1).map((token) => token.keyword)
    if (scope.some((word) => word === 'GLOBAL' || word.startsWith('PERSIST'))) return undefined
    if (/^@@(global|persist|persist_only)\./.test(target.text)) return undefined
    const value = this.#evaluate(tokens.slice(equals + 1))
    if (target.kind === 'variable' && !target.text.startsWith('@@')) {
      this.#variables.set(target.text, value ?? null)
      return undefined
    }
    const name = target.text.toLowerCase().replace(/^@@(session\.|local\.)?/, '')
    return this.#setSystemVariable(name, value, tokens.slice(equals + 1))
  }

  #setSystemVariable(name: string, value: Value | undefined, tokens: readonly Token[]): string | undefined {
    switch (name) {
      case 'character_set_client':
        if (value === undefined) return 'character_set_client is set to an expression'
        this.charset = value?.toLowerCase()
        return undefined
      case 'time_zone':
        this.timeZone = value ?? undefined
        return undefined
      case 'sql_mode':
        if (value !== undefined) this.#setSqlMode(value)
        else if (tokens.some((token) => /BACKSLASH|ANSI|ORACLE|MSSQL|DB2|POSTGRESQL|MAXDB/i.test(token.text))) {
          return 'sql_mode is set to an expression'
        }
        return undefined
      default:
        return undefined
    }
  }

  /** Null: the server's default, or not known; undefined: an expression. */
  #evaluate(tokens: readonly Token[]): Value | undefined {
    const [token] = tokens
    if (token === undefined || tokens.length > 1) return undefined
    if (token.kind === 'variable') {
      if (!token.text.startsWith('@@')) return this.#variables.get(token.text) ?? null
      return this.#systemVariable(token.text.replace(/^@@(session\.|local\.)?/, ''))
    }
    if (token.keyword === 'DEFAULT') return null
    return token.kind === 'symbol' ? undefined : token.text
  }

  #systemVariable(name: string): Value {
    if (name === 'character_set_client') return this.charset ?? null
    if (name === 'sql_mode') return this.#sqlMode ?? null
    if (name === 'time_zone') return this.timeZone ?? null
    return null
  }

  #setSqlMode(value: Value): void {
    this.#sqlMode = value?.toUpperCase()
    if (value !== null && /^\d+$/.test(value)) {
      this.ansiQuotes = (BigInt(value) & ansiQuotesBit) !== 0n
      this.noBackslashEscapes = (BigInt(value) & noBackslashEscapesBit) !== 0n
      return
    }
    const modes = (this.#sqlMode ?? '').split(',').map((mode) => mode.trim())
    this.ansiQuotes = modes.some((mode) => ansiModes.has(mode))
    this.noBackslashEscapes = modes.includes('NO_BACKSLASH_ESCAPES')
  }
}

function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'end') break
    if (token.kind === 'symbol' && token.text === '(') depth++
    if (token.kind === 'symbol' && token.text === ')') depth--
    if (token.kind === 'symbol' && token.text === ',' && depth === 0) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}
