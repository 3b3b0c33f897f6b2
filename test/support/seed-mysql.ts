import type { CanonicalType } from '../../src/model/canonical-type.ts'
import { createDatabase } from './engines/create-database.ts'
import type { EngineName } from './engines/engine-name.ts'
import { engineUrl } from './engines/engine-url.ts'
import type { SeedColumn, SeedDatabase, SeedRow, SeedTable, World } from './harness.ts'
import { startProxy } from './proxy.ts'
import { severedBy } from './seed-severed.ts'
import { seedText } from './seed-text.ts'

/** So that what is written and printed does not hang on the server's defaults. */
const session = `SET NAMES utf8mb4; SET time_zone = '+00:00', sql_mode = ''; `
const maxStatementBytes = 8 * 1024 * 1024

/** An empty database on the shared server. */
export async function startMysqlWorld(engine: EngineName): Promise<World> {
  return mysqlWorld(await createDatabase(engineUrl(engine), 'world'))
}

/** The world that a database is. */
export function mysqlWorld(database: SeedDatabase): World {
  const there = new Set<string>()
  return {
    url: database.url,
    async seed(table, rows) {
      if (!there.has(table.name)) await database.query(session + createSql(table))
      there.add(table.name)
      for (const values of inStatements(rows.map((row) => valuesOf(table, row)))) {
        await database.query(`${session}INSERT INTO ${quoted(table.name)} VALUES ${values.join(', ')}`)
      }
    },
    async readAll(table) {
      const columns = table.columns.map((column, i) => `${printed(column)} AS c${i}`)
      const rows = await database.query(`${session}SELECT ${columns.join(', ')} FROM ${quoted(table.name)}`)
      return rows.map((row) => table.columns.map(({ type }, i) => canonical(type, row[`c${i}`])))
    },
    async severed() {
      return severedBy(await startProxy(database.url), 'COMMIT')
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

function createSql({ name, columns, key, indexes = [], foreignKeys = [] }: SeedTable): string {
  const list = (names: readonly string[]): string => `(${names.map(quoted).join(', ')})`
  const parts = [
    ...columns.map((column) => {
      return `${quoted(column.name)} ${nativeType(column)} ${column.nullable ? 'NULL' : 'NOT NULL'}`
    }),
    ...(key === undefined ? [] : [`PRIMARY KEY ${list(key)}`]),
    ...indexes.map((one) => `INDEX ${list(one)}`),
    ...foreignKeys.map((one) => {
      const references = `${quoted(one.references)} ${list(one.referencedColumns)}`
      return `CONSTRAINT ${quoted(one.name)} FOREIGN KEY ${list(one.columns)} REFERENCES ${references}`
    }),
  ]
  return `CREATE TABLE ${quoted(name)} (${parts.join(', ')})`
}

function nativeType({ name, type }: SeedColumn): string {
  switch (type.kind) {
    case 'bool':
      return 'bit(1)'
    case 'int':
      return `${{ 8: 'tinyint', 16: 'smallint', 32: 'int', 64: 'bigint' }[type.bits]}${type.signed ? '' : ' unsigned'}`
    case 'decimal':
      return `decimal(${type.precision ?? 65},${type.scale ?? 30})`
    case 'float32':
      return 'float'
    case 'float64':
      return 'double'
    case 'text':
      return type.maxLength === undefined ? 'longtext' : `varchar(${type.maxLength})`
    case 'bytes':
      return type.maxLength === undefined ? 'longblob' : `varbinary(${type.maxLength})`
    case 'date':
    case 'json':
    case 'uuid':
    case 'geometry':
      return type.kind
    case 'time':
    case 'interval':
      return `time(${type.precision})`
    case 'timestamp':
      return `datetime(${type.precision})`
    case 'instant':
      return `timestamp(${type.precision})`
    case 'bits':
      return `bit(${type.length})`
    case 'enum':
    case 'set':
      return `${type.kind}(${type.labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ')})`
    case 'inet':
      return 'inet6'
    default:
      throw new Error(`${name}: MySQL has no type for ${type.kind}`)
  }
}

function valuesOf(table: SeedTable, row: SeedRow): string {
  const values = table.columns.map(({ type }, i) => {
    const text = row[i] ?? null
    return text === null ? 'NULL' : literal(type, text)
  })
  return `(${values.join(', ')})`
}

function literal(type: CanonicalType, text: string): string {
  switch (type.kind) {
    case 'bool':
      return text === 'true' ? `b'1'` : `b'0'`
    case 'int':
    case 'decimal':
      return text
    case 'float32':
    case 'float64':
      return text.includes('e') ? text : `${text}e0`
    case 'bits':
      return `b'${text}'`
    case 'bytes':
      return `X'${text}'`
    case 'geometry':
      return `ST_GeomFromWKB(X'${text}')`
    case 'instant':
      return `'${text.replace(/\+00$/, '')}'`
    case 'interval':
      return `'${clockOf(text)}'`
    default:
      return `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`
  }
}

/** `PT838H59M59S` as `838:59:59`. */
function clockOf(text: string): string {
  const match = /^(-?)PT(\d+)H(\d+)M(\d+)(\.\d+)?S$/.exec(text)
  if (match === null) throw new Error(`${text} is no TIME`)
  const [, sign = '', hours = '', minutes = '', seconds = '', fraction = ''] = match
  return `${sign}${hours}:${minutes}:${seconds}${fraction}`
}

function printed({ name, type }: SeedColumn): string {
  const column = quoted(name)
  switch (type.kind) {
    case 'bool':
      return `IF(${column} = 1, 'true', 'false')`
    case 'bits':
      return `LPAD(BIN(${column} + 0), ${type.length}, '0')`
    case 'bytes':
      return `LOWER(HEX(${column}))`
    case 'geometry':
      return `LOWER(HEX(ST_AsWKB(${column})))`
    case 'float32':
      // FLOAT alone is printed with six digits.
      return `CAST(${column} AS DOUBLE)`
    default:
      return `CAST(${column} AS CHAR CHARACTER SET utf8mb4)`
  }
}

function canonical(type: CanonicalType, value: unknown): string | null {
  if (value === null || value === undefined) return null
  const text = seedText(value)
  if (type.kind === 'instant') return `${text}+00`
  if (type.kind !== 'interval') return text
  const [hours = '', minutes = '', seconds = ''] = text.replace('-', '').split(':')
  return `${text.startsWith('-') ? '-' : ''}PT${Number(hours)}H${Number(minutes)}M${seconds.replace(/^0/, '')}S`
}

function* inStatements(values: readonly string[]): Generator<readonly string[]> {
  let part: string[] = []
  let bytes = 0
  for (const value of values) {
    part.push(value)
    bytes += value.length
    if (bytes < maxStatementBytes) continue
    yield part
    part = []
    bytes = 0
  }
  if (part.length > 0) yield part
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
