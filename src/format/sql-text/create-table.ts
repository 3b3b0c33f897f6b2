import { readCheck, readColumnDefinition } from './column-definition.ts'
import { readKeyDefinition } from './key-definition.ts'
import type {
  CheckSyntax,
  ColumnSyntax,
  ForeignKeySyntax,
  KeySyntax,
  PeriodSyntax,
  TableOptions,
  TableSyntax,
} from './table-syntax.ts'
import { TokenReader } from './token-reader.ts'
import type { TokenRules } from './tokens.ts'

/**
 * Reads a CREATE TABLE as SHOW CREATE TABLE and the dump tools of MySQL and MariaDB print it, and most of what people
 * write by hand. Conditional comments count as written without them. Throws `SqlTextError` on everything else.
 */
export function parseCreateTable(text: Uint8Array | string, rules: TokenRules = {}): TableSyntax {
  const reader = new TokenReader(text, rules)
  reader.expectWords('CREATE')
  reader.takeWords('OR', 'REPLACE')
  const temporary = reader.takeWords('TEMPORARY')
  reader.expectWords('TABLE')
  reader.takeWords('IF', 'NOT', 'EXISTS')
  const { database, name } = reader.expectQualifiedName()
  const columns: ColumnSyntax[] = []
  const keys: KeySyntax[] = []
  const foreignKeys: ForeignKeySyntax[] = []
  const checks: CheckSyntax[] = []
  const columnChecks: CheckSyntax[] = []
  const periods: PeriodSyntax[] = []
  reader.expectSymbol('(')
  do {
    const check = readCheck(reader, undefined)
    if (check !== undefined) {
      checks.push(check)
      continue
    }
    if (reader.peek().keyword === 'PERIOD' && reader.peek(1).keyword === 'FOR') {
      periods.push(readPeriod(reader))
      continue
    }
    const definition = readKeyDefinition(reader)
    if (definition === undefined) {
      const { column, checks: ofColumn, key } = readColumnDefinition(reader)
      columns.push(column)
      columnChecks.push(...ofColumn)
      if (key !== undefined) keys.push(key)
    } else if ('key' in definition) keys.push(definition.key)
    else foreignKeys.push(definition.foreignKey)
  } while (reader.takeSymbol(','))
  reader.expectSymbol(')')
  const options = readTableOptions(reader)
  const partitions = reader.peek().keyword === 'PARTITION' ? reader.textFrom(reader.peek()) : undefined
  if (!reader.atEnd) throw reader.unexpected('the end of the statement')
  checks.push(...columnChecks)
  return { database, name, temporary, columns, keys, foreignKeys, checks, periods, options, partitions }
}

function readPeriod(reader: TokenReader): PeriodSyntax {
  reader.expectWords('PERIOD', 'FOR')
  const name = reader.expectName()
  const [start, end, ...more] = reader.expectNames()
  if (start === undefined || end === undefined || more.length > 0) throw reader.unexpected('two columns of a period')
  return { name, start, end }
}

type Draft = { -readonly [Field in keyof TableOptions]: TableOptions[Field] }

/** Up to PARTITION or the end. */
export function readTableOptions(reader: TokenReader): TableOptions {
  const options: Draft = {
    engine: undefined,
    autoIncrement: undefined,
    charset: undefined,
    collation: undefined,
    comment: undefined,
    rowFormat: undefined,
    systemVersioning: false,
    others: [],
  }
  const others: (readonly [string, string])[] = []
  while (!reader.atEnd && reader.peek().keyword !== 'PARTITION') {
    if (reader.takeSymbol(',')) continue
    if (reader.takeWords('WITH', 'SYSTEM', 'VERSIONING')) {
      options.systemVersioning = true
      continue
    }
    if (reader.takeWords('START', 'TRANSACTION')) continue
    const [name, value] = readOption(reader)
    if (name === 'ENGINE' || name === 'TYPE') options.engine = value
    else if (name === 'AUTO_INCREMENT') options.autoIncrement = value
    else if (name === 'CHARSET' || name === 'CHARACTER SET') options.charset = value.toLowerCase()
    else if (name === 'COLLATE') options.collation = value.toLowerCase()
    else if (name === 'COMMENT') options.comment = value
    else if (name === 'ROW_FORMAT') options.rowFormat = value
    else others.push([name, value])
  }
  return { ...options, others }
}

/** `CREATE TABLE … AS SELECT …`: its rows come from elsewhere. */
const queryWords = ['AS', 'SELECT', 'IGNORE', 'REPLACE', 'LIKE', 'VALUES', 'WITH']
const twoWords = new Set(['CHARACTER SET', 'DATA DIRECTORY', 'INDEX DIRECTORY'])

/** `[DEFAULT] name [=] value` */
function readOption(reader: TokenReader): readonly [name: string, value: string] {
  reader.takeWords('DEFAULT')
  if (queryWords.includes(reader.peek().keyword)) throw reader.unexpected('an option of the table')
  let name = reader.expectName().toUpperCase()
  const both = `${name} ${reader.peek().keyword}`
  if (twoWords.has(both)) {
    reader.next()
    name = both
  }
  reader.takeSymbol('=')
  if (reader.isSymbol('(')) return [name, reader.expectParenthesised()]
  const token = reader.peek()
  if (token.kind === 'symbol' || token.kind === 'end') throw reader.unexpected(`a value of ${name}`)
  reader.next()
  return [name, token.text]
}
