import { readCheck, readColumnDefinition } from './column-definition.ts'
import { parseCreateTable, readTableOptions } from './create-table.ts'
import { readCreateIndex, readKeyDefinition } from './key-definition.ts'
import type { CheckSyntax, ColumnSyntax, ForeignKeySyntax, KeySyntax, TableSyntax } from './table-syntax.ts'
import { TokenReader } from './token-reader.ts'
import type { TokenRules } from './tokens.ts'

export interface DatabaseSyntax {
  readonly name: string
  readonly charset: string | undefined
  readonly collation: string | undefined
}

/** What is added to a table that was created before: how Percona's mysqldump and phpMyAdmin write keys. */
export interface AlterTableSyntax {
  readonly database: string | undefined
  readonly name: string
  readonly keys: readonly KeySyntax[]
  readonly foreignKeys: readonly ForeignKeySyntax[]
  readonly checks: readonly CheckSyntax[]
  /** Columns that are defined anew. */
  readonly columns: readonly ColumnSyntax[]
  readonly autoIncrement: string | undefined
}

export type DumpStatement =
  | { readonly kind: 'createTable'; readonly table: TableSyntax }
  | { readonly kind: 'createDatabase'; readonly database: DatabaseSyntax }
  | { readonly kind: 'alterTable'; readonly alteration: AlterTableSyntax }
  /** Changes neither tables nor rows that the dump has made: SET, USE, DROP, LOCK TABLES, ALTER … DISABLE KEYS. */
  | { readonly kind: 'neutral'; readonly word: string }
  /** May change them in a way that is not read here: UPDATE, INSERT … SELECT, LOAD DATA, other ALTER TABLE. */
  | { readonly kind: 'unsupported'; readonly word: string }

const neutralWords = new Set(
  (
    'SET USE DROP LOCK UNLOCK FLUSH BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE ANALYZE CHECK OPTIMIZE REPAIR DO ' +
    'SELECT SHOW CHANGE STOP RESET PURGE GRANT REVOKE INSTALL DESC DESCRIBE EXPLAIN'
  ).split(' '),
)

/** Reads a statement that is no INSERT. Throws `SqlTextError` if it makes or changes a table and cannot be read. */
export function parseStatement(text: Uint8Array | string, rules: TokenRules = {}): DumpStatement {
  const reader = new TokenReader(text, rules)
  const word = reader.peek().keyword
  if (neutralWords.has(word)) return { kind: 'neutral', word }
  if (word === 'ALTER') return parseAlter(reader)
  if (word !== 'CREATE') return { kind: 'unsupported', word }
  if (['DATABASE', 'SCHEMA'].includes(reader.peek(1).keyword)) {
    return { kind: 'createDatabase', database: readDatabase(reader) }
  }
  const noun = reader.peek(1).keyword === 'OR' ? reader.peek(3) : reader.peek(1)
  if (noun.keyword === 'TABLE' || noun.keyword === 'TEMPORARY') {
    return { kind: 'createTable', table: parseCreateTable(text, rules) }
  }
  if (indexNouns.includes(noun.keyword)) return readIndex(reader)
  return { kind: 'unsupported', word: `CREATE ${noun.keyword}` }
}

const indexNouns = ['INDEX', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR']

/** An index is added to a table that is there. */
function readIndex(reader: TokenReader): DumpStatement {
  reader.next()
  const { database, table: name, key } = readCreateIndex(reader)
  if (!reader.atEnd) return { kind: 'unsupported', word: 'CREATE INDEX' }
  const none = { foreignKeys: [], checks: [], columns: [], autoIncrement: undefined }
  return { kind: 'alterTable', alteration: { database, name, keys: [key], ...none } }
}

function readDatabase(reader: TokenReader): DatabaseSyntax {
  reader.next()
  reader.next()
  reader.takeWords('IF', 'NOT', 'EXISTS')
  const name = reader.expectName()
  const { charset, collation } = readTableOptions(reader)
  return { name, charset, collation }
}

function parseAlter(reader: TokenReader): DumpStatement {
  reader.next()
  if (reader.takeOneOf('DATABASE', 'SCHEMA', 'USER', 'EVENT', 'INSTANCE', 'SEQUENCE') !== undefined) {
    return { kind: 'neutral', word: 'ALTER' }
  }
  if (!reader.takeWords('TABLE')) return { kind: 'unsupported', word: 'ALTER' }
  const { database, name } = reader.expectQualifiedName()
  if (reader.takeOneOf('DISABLE', 'ENABLE') !== undefined && reader.takeWords('KEYS') && reader.atEnd) {
    return { kind: 'neutral', word: 'ALTER' }
  }
  const columns: ColumnSyntax[] = []
  const keys: KeySyntax[] = []
  const foreignKeys: ForeignKeySyntax[] = []
  const checks: CheckSyntax[] = []
  let autoIncrement: string | undefined
  const unsupported: DumpStatement = { kind: 'unsupported', word: 'ALTER TABLE' }
  do {
    if (reader.takeWords('ADD')) {
      const check = readCheck(reader, undefined)
      const definition = check === undefined ? readKeyDefinition(reader) : undefined
      if (check !== undefined) checks.push(check)
      else if (definition === undefined) return unsupported
      else if ('key' in definition) keys.push(definition.key)
      else foreignKeys.push(definition.foreignKey)
    } else if (reader.takeWords('MODIFY')) {
      reader.takeWords('COLUMN')
      const defined = readColumnDefinition(reader)
      columns.push(defined.column)
      if (defined.key !== undefined) keys.push(defined.key)
      checks.push(...defined.checks)
    } else if (reader.takeWords('AUTO_INCREMENT')) {
      reader.takeSymbol('=')
      autoIncrement = reader.expectNumber()
    } else return unsupported
  } while (reader.takeSymbol(','))
  if (!reader.atEnd) return unsupported
  const alteration = { database, name, keys, foreignKeys, checks, columns, autoIncrement }
  return { kind: 'alterTable', alteration }
}
