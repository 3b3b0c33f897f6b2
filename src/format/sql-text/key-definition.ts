import type { ForeignKeySyntax, KeyPartSyntax, KeySyntax, ReferentialAction } from './table-syntax.ts'
import type { TokenReader } from './token-reader.ts'

type Kind = KeySyntax['kind']
type Options = { -readonly [Field in 'using' | 'comment' | 'invisible' | 'parser']: KeySyntax[Field] } & {
  ignored: string[]
}

/**
 * Reads a key or a foreign key, with the CONSTRAINT before it, if one is next: `PRIMARY KEY (…)`, `UNIQUE KEY name (…)`
 * and so on. Undefined, and nothing taken, if none is.
 */
export function readKeyDefinition(
  reader: TokenReader,
): { readonly key: KeySyntax } | { readonly foreignKey: ForeignKeySyntax } | undefined {
  let constraint: string | undefined
  if (reader.peek().keyword === 'CONSTRAINT') {
    reader.next()
    if (!startsKey(reader)) constraint = reader.expectName()
  }
  if (reader.takeWords('FOREIGN', 'KEY')) return { foreignKey: readForeignKey(reader, constraint) }
  const kind = takeKind(reader)
  if (kind === undefined) {
    if (constraint !== undefined) throw reader.unexpected('a constraint')
    return undefined
  }
  return { key: readKey(reader, kind, constraint) }
}

/**
 * Reads what follows CREATE in `CREATE [UNIQUE | FULLTEXT | SPATIAL | VECTOR] INDEX name ON [database.]table (…)`, which
 * people write and no dump tool does.
 */
export function readCreateIndex(reader: TokenReader): {
  readonly database: string | undefined
  readonly table: string
  readonly key: KeySyntax
} {
  reader.takeWords('OR', 'REPLACE')
  const word = reader.takeOneOf('UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR')
  const kind = word === undefined ? 'index' : (word.toLowerCase() as Kind)
  reader.expectWords('INDEX')
  reader.takeWords('IF', 'NOT', 'EXISTS')
  const name = reader.expectName()
  const options: Options = { using: undefined, comment: undefined, invisible: false, parser: undefined, ignored: [] }
  readKeyOptions(reader, options)
  reader.expectWords('ON')
  const { database, name: table } = reader.expectQualifiedName()
  const parts = readParts(reader)
  readKeyOptions(reader, options)
  return { database, table, key: { kind, name, parts, ...options } }
}

/** True if the next words can only be a key: a column can be called `key` only in quotes. */
function startsKey(reader: TokenReader): boolean {
  return ['PRIMARY', 'UNIQUE', 'FOREIGN'].includes(reader.peek().keyword)
}

function takeKind(reader: TokenReader): Kind | undefined {
  if (reader.takeWords('PRIMARY', 'KEY')) return 'primary'
  if (reader.takeOneOf('KEY', 'INDEX') !== undefined) return 'index'
  // VECTOR is a type's name too, and may be a column's: only with KEY after it does it begin a key.
  if (reader.peek().keyword === 'VECTOR' && !['KEY', 'INDEX'].includes(reader.peek(1).keyword)) return undefined
  const kind = reader.takeOneOf('UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR')
  if (kind === undefined) return undefined
  reader.takeOneOf('KEY', 'INDEX')
  return kind.toLowerCase() as Kind
}

function readKey(reader: TokenReader, kind: Kind, constraint: string | undefined): KeySyntax {
  const options: Options = { using: undefined, comment: undefined, invisible: false, parser: undefined, ignored: [] }
  let name = kind === 'primary' ? undefined : constraint
  reader.takeWords('IF', 'NOT', 'EXISTS')
  if (!reader.isSymbol('(') && reader.peek().keyword !== 'USING') {
    const written = reader.expectName()
    if (kind !== 'primary') name = written
  }
  readKeyOptions(reader, options)
  const parts = readParts(reader)
  readKeyOptions(reader, options)
  return { kind, name, parts, ...options }
}

function readParts(reader: TokenReader): KeyPartSyntax[] {
  const parts: KeyPartSyntax[] = []
  reader.expectSymbol('(')
  do parts.push(readPart(reader))
  while (reader.takeSymbol(','))
  reader.expectSymbol(')')
  return parts
}

function readPart(reader: TokenReader): KeyPartSyntax {
  const expression = reader.isSymbol('(') ? reader.expectParenthesised() : undefined
  const column = expression === undefined ? reader.expectName() : undefined
  let prefixLength: number | undefined
  if (column !== undefined && reader.takeSymbol('(')) {
    prefixLength = Number(reader.expectNumber())
    reader.expectSymbol(')')
  }
  const withoutOverlaps = reader.takeWords('WITHOUT', 'OVERLAPS')
  const descending = reader.takeOneOf('ASC', 'DESC') === 'DESC'
  return { column, expression, prefixLength, descending, withoutOverlaps }
}

function readKeyOptions(reader: TokenReader, options: Options): void {
  for (;;) {
    const token = reader.peek()
    if (reader.takeWords('USING')) options.using = reader.expectName().toLowerCase()
    else if (reader.takeWords('COMMENT')) options.comment = reader.expectString()
    else if (reader.takeOneOf('INVISIBLE', 'IGNORED') !== undefined) options.invisible = true
    else if (reader.takeWords('VISIBLE') || reader.takeWords('NOT', 'IGNORED')) options.invisible = false
    else if (reader.takeWords('WITH', 'PARSER')) options.parser = reader.expectName()
    else if ((token.kind === 'word' || token.kind === 'name') && reader.isSymbol('=', 1)) {
      reader.next()
      reader.next()
      options.ignored.push(`${token.text.toUpperCase()}=${reader.next().text}`)
    } else return
  }
}

function readForeignKey(reader: TokenReader, constraint: string | undefined): ForeignKeySyntax {
  reader.takeWords('IF', 'NOT', 'EXISTS')
  // An index's name may stand before the columns; the constraint's own is what counts.
  const indexName = reader.isSymbol('(') ? undefined : reader.expectName()
  const columns = reader.expectNames()
  reader.expectWords('REFERENCES')
  const referenced = reader.expectQualifiedName()
  const referencedColumns = reader.expectNames()
  if (reader.takeWords('MATCH')) reader.expectName()
  let onDelete: ReferentialAction | undefined
  let onUpdate: ReferentialAction | undefined
  for (;;) {
    if (reader.takeWords('ON', 'DELETE')) onDelete = readAction(reader)
    else if (reader.takeWords('ON', 'UPDATE')) onUpdate = readAction(reader)
    else break
  }
  return {
    name: constraint ?? indexName,
    columns,
    referencedDatabase: referenced.database,
    referencedTable: referenced.name,
    referencedColumns,
    onDelete,
    onUpdate,
  }
}

function readAction(reader: TokenReader): ReferentialAction {
  if (reader.takeWords('RESTRICT')) return 'restrict'
  if (reader.takeWords('CASCADE')) return 'cascade'
  if (reader.takeWords('SET', 'NULL')) return 'set null'
  if (reader.takeWords('SET', 'DEFAULT')) return 'set default'
  if (reader.takeWords('NO', 'ACTION')) return 'no action'
  throw reader.unexpected('an action of a foreign key')
}
