import type {
  CheckSyntax,
  ColumnSyntax,
  DefaultSyntax,
  GeneratedSyntax,
  KeySyntax,
  TypeSyntax,
} from './table-syntax.ts'
import type { TokenReader } from './token-reader.ts'

/** A column, and what is written after it but belongs to the table. */
interface ColumnDefinition {
  readonly column: ColumnSyntax
  readonly checks: readonly CheckSyntax[]
  readonly key: KeySyntax | undefined
}

type Draft = { -readonly [Field in keyof ColumnSyntax]: ColumnSyntax[Field] } & { ignored: string[] }
type TypeDraft = { -readonly [Field in keyof TypeSyntax]: TypeSyntax[Field] }

const currentTimestamp = ['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIMESTAMP', 'LOCALTIME']

/** Reads from the column's name up to the comma or parenthesis that ends it. */
export function readColumnDefinition(reader: TokenReader): ColumnDefinition {
  const name = reader.expectName()
  const type = readType(reader)
  const column: Draft = {
    name,
    type,
    nullable: true,
    default: undefined,
    onUpdatePrecision: undefined,
    autoIncrement: false,
    comment: undefined,
    generated: undefined,
    invisible: false,
    srid: undefined,
    versioning: undefined,
    ignored: [],
  }
  const checks: CheckSyntax[] = []
  let key: KeySyntax | undefined
  while (!reader.atEnd && !reader.isSymbol(',') && !reader.isSymbol(')')) {
    if (readTypeAttribute(reader, type) || readAttribute(reader, column)) continue
    const check = readCheck(reader, name)
    if (check !== undefined) checks.push(check)
    else key = readInlineKey(reader, name)
  }
  if (key?.kind === 'primary') column.nullable = false
  return { column, checks, key }
}

function readType(reader: TokenReader): TypeDraft {
  let name = reader.expectName().toLowerCase()
  if (name === 'double' && reader.takeWords('PRECISION')) name = 'double'
  if (name === 'character' || name === 'char') name = reader.takeWords('VARYING') ? 'varchar' : 'char'
  const args: string[] = []
  const labels: string[] = []
  if (reader.takeSymbol('(')) {
    do {
      if (reader.peek().kind === 'string') labels.push(reader.expectString())
      else args.push(reader.expectNumber())
    } while (reader.takeSymbol(','))
    reader.expectSymbol(')')
  }
  return { name, args, labels, unsigned: false, zerofill: false, charset: undefined, collation: undefined }
}

function readTypeAttribute(reader: TokenReader, type: TypeDraft): boolean {
  if (reader.takeWords('UNSIGNED')) return (type.unsigned = true)
  if (reader.takeWords('ZEROFILL')) return (type.zerofill = true)
  if (reader.takeWords('SIGNED')) return true
  if (reader.takeWords('CHARACTER', 'SET') || reader.takeWords('CHARSET')) {
    type.charset = reader.expectLabel().toLowerCase()
    return true
  }
  if (!reader.takeWords('COLLATE')) return false
  type.collation = reader.expectLabel().toLowerCase()
  return true
}

function readAttribute(reader: TokenReader, column: Draft): boolean {
  if (reader.takeWords('NOT', 'NULL')) column.nullable = false
  else if (reader.takeWords('NULL')) column.nullable = true
  else if (reader.takeWords('DEFAULT')) column.default = readDefault(reader)
  else if (reader.takeWords('AUTO_INCREMENT')) column.autoIncrement = true
  else if (reader.takeWords('COMMENT')) column.comment = reader.expectString()
  else if (reader.takeWords('ON', 'UPDATE')) column.onUpdatePrecision = readCurrentTimestamp(reader)
  else if (reader.takeWords('GENERATED', 'ALWAYS', 'AS', 'ROW')) {
    column.versioning = reader.takeWords('START') ? 'start' : 'end'
    if (column.versioning === 'end') reader.expectWords('END')
  } else if (reader.takeWords('GENERATED', 'ALWAYS', 'AS') || reader.takeWords('AS')) {
    column.generated = readGenerated(reader)
  } else if (reader.takeWords('INVISIBLE')) column.invisible = true
  else if (reader.takeWords('SRID')) column.srid = Number(reader.expectNumber())
  else if (reader.takeWords('REF_SYSTEM_ID')) {
    reader.takeSymbol('=')
    column.srid = Number(reader.expectNumber())
  } else if (reader.takeWords('WITHOUT', 'SYSTEM', 'VERSIONING')) column.versioning = 'without'
  else if (reader.takeWords('WITH', 'SYSTEM', 'VERSIONING')) column.versioning = 'with'
  else return readIgnored(reader, column)
  return true
}

/** What is known to say nothing about the values. */
function readIgnored(reader: TokenReader, column: Draft): boolean {
  const first = reader.peek()
  if (reader.takeOneOf('VISIBLE', 'BINARY') !== undefined || reader.takeWords('NOT', 'SECONDARY')) {
    column.ignored.push(first.keyword)
    return true
  }
  if (reader.takeOneOf('COLUMN_FORMAT', 'STORAGE') !== undefined) {
    column.ignored.push(`${first.keyword} ${reader.expectLabel()}`)
    return true
  }
  if (reader.takeWords('COMPRESSED')) {
    column.ignored.push(reader.takeSymbol('=') ? `COMPRESSED=${reader.expectLabel()}` : 'COMPRESSED')
    return true
  }
  if ((first.kind !== 'name' && first.kind !== 'word') || !reader.isSymbol('=', 1)) return false
  reader.next()
  reader.next()
  column.ignored.push(`${first.text.toUpperCase()}=${reader.next().text}`)
  return true
}

function readGenerated(reader: TokenReader): GeneratedSyntax {
  const expression = reader.expectParenthesised()
  const word = reader.takeOneOf('VIRTUAL', 'STORED', 'PERSISTENT')
  return { expression, stored: word === 'STORED' || word === 'PERSISTENT' }
}

export function readDefault(reader: TokenReader): DefaultSyntax {
  const first = reader.peek()
  if (reader.takeWords('NULL')) return { kind: 'null' }
  if (reader.isSymbol('(')) return { kind: 'expression', text: reader.expectParenthesised() }
  if (reader.isSymbol('-') || reader.isSymbol('+')) {
    const sign = reader.next().text
    return { kind: 'number', text: `${sign === '-' ? '-' : ''}${reader.expectNumber()}` }
  }
  switch (first.kind) {
    case 'number':
      return { kind: 'number', text: reader.next().text }
    case 'hex':
    case 'bits':
      return { kind: first.kind, digits: reader.next().text }
    case 'string':
      return readString(reader, undefined)
    case 'word':
      break
    default:
      throw reader.unexpected('a default')
  }
  if (first.text.startsWith('_') && reader.peek(1).kind === 'string') {
    reader.next()
    return readString(reader, first.text.slice(1).toLowerCase())
  }
  if (currentTimestamp.includes(first.keyword)) {
    return { kind: 'currentTimestamp', precision: readCurrentTimestamp(reader) }
  }
  // MariaDB writes a call without parentheses around it.
  let last = reader.next()
  while (reader.takeSymbol('.')) last = reader.next()
  if (reader.isSymbol('(')) {
    const inside = reader.expectParenthesised()
    return { kind: 'expression', text: `${reader.textBetween(first, last)}(${inside})` }
  }
  return { kind: 'expression', text: reader.textBetween(first, last) }
}

function readString(reader: TokenReader, charset: string | undefined): DefaultSyntax {
  const token = reader.next()
  const text = token.malformed ? undefined : token.text
  return { kind: 'string', bytes: token.bytes ?? new Uint8Array(0), text, charset }
}

/** `CURRENT_TIMESTAMP`, `current_timestamp()`, `CURRENT_TIMESTAMP(6)`: the precision. */
function readCurrentTimestamp(reader: TokenReader): number {
  if (reader.takeOneOf(...currentTimestamp) === undefined) throw reader.unexpected('CURRENT_TIMESTAMP')
  if (!reader.takeSymbol('(')) return 0
  const precision = reader.peek().kind === 'number' ? Number(reader.expectNumber()) : 0
  reader.expectSymbol(')')
  return precision
}

/** `[CONSTRAINT [name]] CHECK (…) [[NOT] ENFORCED]`, if that is next. */
export function readCheck(reader: TokenReader, column: string | undefined): CheckSyntax | undefined {
  let name: string | undefined
  if (reader.peek().keyword === 'CONSTRAINT') {
    if (reader.peek(1).keyword !== 'CHECK' && reader.peek(2).keyword !== 'CHECK') return undefined
    reader.next()
    if (!(reader.peek().keyword === 'CHECK' && reader.isSymbol('(', 1))) name = reader.expectName()
  }
  if (!reader.takeWords('CHECK')) return undefined
  const expression = reader.expectParenthesised()
  const enforced = !reader.takeWords('NOT', 'ENFORCED')
  if (enforced) reader.takeWords('ENFORCED')
  return { name, expression, enforced, column }
}

/** `UNIQUE [KEY]` or `[PRIMARY] KEY` after a column. No server prints it, but people write it. */
function readInlineKey(reader: TokenReader, column: string): KeySyntax {
  const unique = reader.takeWords('UNIQUE')
  const primary = reader.takeWords('PRIMARY')
  const key = reader.takeWords('KEY')
  if (!unique && !key) throw reader.unexpected('an attribute of the column')
  const part = { column, expression: undefined, prefixLength: undefined, descending: false, withoutOverlaps: false }
  return {
    kind: unique && !primary ? 'unique' : 'primary',
    name: undefined,
    parts: [part],
    using: undefined,
    comment: undefined,
    invisible: false,
    parser: undefined,
    ignored: [],
  }
}
