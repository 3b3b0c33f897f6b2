import { Lexer, type Token, type TokenRules } from './tokens.ts'
import { SqlTextError } from './sql-text-error.ts'

/** What an INSERT or REPLACE says before its rows. */
export interface InsertHead {
  readonly database: string | undefined
  readonly table: string
  /** Undefined where the statement names none: the values are those of all columns, in the table's order. */
  readonly columns: readonly string[] | undefined
}

type InsertHeadReading =
  | { readonly outcome: 'rows'; readonly head: InsertHead; readonly firstRow: number }
  | { readonly outcome: 'more' }
  /** INSERT … SET, INSERT … SELECT, or nothing known: an ordinary statement. */
  | { readonly outcome: 'other' }

const modifiers = new Set(['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'IGNORE', 'INTO'])
const more: InsertHeadReading = { outcome: 'more' }
const other: InsertHeadReading = { outcome: 'other' }

/**
 * Reads `INSERT [IGNORE | DELAYED | …] [INTO] [database.]table [(columns)] VALUES` at the start of the bytes, up to the
 * opening parenthesis of the first row. `more`: the bytes end before that can be told.
 */
export function readInsertHead(bytes: Uint8Array, rules: TokenRules, ended: boolean): InsertHeadReading {
  const lexer = new Lexer(bytes, rules)
  const next = (): Token | undefined => {
    const token = lexer.next()
    // A token that touches the end may go on in the next bytes: only the parenthesis cannot.
    return token.end >= bytes.length && !isSymbol(token, '(') && !(ended && token.kind !== 'end') ? undefined : token
  }
  try {
    return readHead(next)
  } catch (error) {
    if (error instanceof SqlTextError) return ended ? other : more
    throw error
  }
}

function readHead(next: () => Token | undefined): InsertHeadReading {
  let token = next()
  if (token === undefined) return more
  do token = next()
  while (token !== undefined && modifiers.has(token.keyword))
  if (token === undefined) return more
  let table = nameOf(token)
  let database: string | undefined
  token = next()
  if (token?.text === '.' && token.kind === 'symbol') {
    database = table
    token = next()
    if (token === undefined) return more
    table = nameOf(token)
    token = next()
  }
  if (token === undefined) return more
  let columns: string[] | undefined
  if (isSymbol(token, '(')) {
    columns = []
    for (;;) {
      token = next()
      if (token === undefined) return more
      if (isSymbol(token, ')') && columns.length === 0) break
      const column = nameOf(token)
      if (column === undefined) return other
      columns.push(column)
      token = next()
      if (token === undefined) return more
      if (isSymbol(token, ')')) break
      if (!isSymbol(token, ',')) return other
    }
    token = next()
    if (token === undefined) return more
  }
  if (table === undefined || (token.keyword !== 'VALUES' && token.keyword !== 'VALUE')) return other
  token = next()
  if (token === undefined) return more
  if (!isSymbol(token, '(')) return other
  return { outcome: 'rows', head: { database, table, columns }, firstRow: token.start }
}

function nameOf(token: Token): string | undefined {
  return token.kind === 'name' || token.kind === 'word' ? token.text : undefined
}

function isSymbol(token: Token, text: string): boolean {
  return token.kind === 'symbol' && token.text === text
}
