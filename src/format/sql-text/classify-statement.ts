import { Lexer, type Token, type TokenRules } from './tokens.ts'

/** Objects that a dump holds besides tables and rows. `account`: users, roles and grants. */
type SkippedKind =
  | 'view'
  | 'trigger'
  | 'procedure'
  | 'function'
  | 'package'
  | 'event'
  | 'sequence'
  | 'server'
  | 'tablespace'
  | 'account'
  | 'plugin'

export interface SkippedObject {
  readonly kind: SkippedKind
  readonly database: string | undefined
  readonly name: string
  /** A stand-in for a view, which follows later in the dump: its columns, no query. */
  readonly placeholder: boolean
}

type StatementClass =
  | { readonly kind: 'set'; readonly tokens: readonly Token[] }
  | { readonly kind: 'use'; readonly database: string }
  | { readonly kind: 'skipped'; readonly object: SkippedObject }
  | { readonly kind: 'other' }

const nouns: Readonly<Record<string, SkippedKind | 'carried'>> = {
  TABLE: 'carried',
  DATABASE: 'carried',
  SCHEMA: 'carried',
  INDEX: 'carried',
  VIEW: 'view',
  TRIGGER: 'trigger',
  PROCEDURE: 'procedure',
  FUNCTION: 'function',
  PACKAGE: 'package',
  EVENT: 'event',
  SEQUENCE: 'sequence',
  SERVER: 'server',
  TABLESPACE: 'tablespace',
  LOGFILE: 'tablespace',
  USER: 'account',
  ROLE: 'account',
}
/** What may stand between CREATE and the noun: OR REPLACE, DEFINER = …, ALGORITHM = …, SQL SECURITY …, AGGREGATE. */
const maxNounDistance = 24
const other: StatementClass = { kind: 'other' }

/** Tells statements that set up the session or make something other than a table from the rest. */
export function classifyStatement(text: Uint8Array, rules: TokenRules): StatementClass {
  const lexer = new Lexer(text, rules)
  const first = lexer.next()
  switch (first.keyword) {
    case 'SET':
      return { kind: 'set', tokens: [first, ...rest(lexer)] }
    case 'USE':
      return { kind: 'use', database: lexer.next().text }
    case 'GRANT':
    case 'REVOKE':
      return { kind: 'skipped', object: named('account', undefined, first.keyword) }
    case 'INSTALL':
      return { kind: 'skipped', object: named('plugin', undefined, rest(lexer)[1]?.text ?? '') }
    case 'CREATE':
      return classifyCreate(lexer)
    default:
      return other
  }
}

function classifyCreate(lexer: Lexer): StatementClass {
  for (let distance = 0; distance < maxNounDistance; distance++) {
    const token = lexer.next()
    if (token.kind === 'end') return other
    const noun = nouns[token.keyword]
    if (noun === undefined) continue
    // Up to 5.6 a view's stand-in was `/*!50001 CREATE TABLE …`; no table is made inside a conditional comment.
    const oldPlaceholder = token.keyword === 'TABLE' && token.version > 0
    if (noun === 'carried' && !oldPlaceholder) return other
    const [database, name, after] = readName(lexer)
    const placeholder = oldPlaceholder || (noun === 'view' && distance === 0 && isPlaceholder(lexer, after))
    const kind = noun === 'carried' ? 'view' : noun
    return { kind: 'skipped', object: { kind, database, name, placeholder } }
  }
  return other
}

/** `[IF NOT EXISTS] [BODY] [database.]name`, and the token after it. */
function readName(lexer: Lexer): [database: string | undefined, name: string, after: Token] {
  let token = lexer.next()
  while (['IF', 'NOT', 'EXISTS', 'BODY', 'GROUP'].includes(token.keyword)) token = lexer.next()
  const after = lexer.next()
  if (after.kind !== 'symbol' || after.text !== '.') return [undefined, token.text, after]
  return [token.text, lexer.next().text, lexer.next()]
}

/**
 * `CREATE VIEW name AS SELECT 1 AS …` (MySQL) or `… NULL AS …` (MariaDB) for every column, and nothing after. The view
 * itself, whatever it selects, is written with its ALGORITHM and DEFINER.
 */
function isPlaceholder(lexer: Lexer, after: Token): boolean {
  if (after.keyword !== 'AS' || lexer.next().keyword !== 'SELECT') return false
  for (;;) {
    const value = lexer.next()
    if (value.text !== '1' && value.keyword !== 'NULL') return false
    if (lexer.next().keyword !== 'AS') return false
    const column = lexer.next()
    if (column.kind !== 'name' && column.kind !== 'word') return false
    const separator = lexer.next()
    if (separator.kind === 'end') return true
    if (separator.text !== ',') return false
  }
}

function named(kind: SkippedKind, database: string | undefined, name: string): SkippedObject {
  return { kind, database, name, placeholder: false }
}

function rest(lexer: Lexer): Token[] {
  const tokens: Token[] = []
  for (;;) {
    const token = lexer.next()
    tokens.push(token)
    if (token.kind === 'end') return tokens
  }
}
