import { createDatabase } from './engines/create-database.ts'
import type { EngineName } from './engines/engine-name.ts'
import { engineUrl } from './engines/engine-url.ts'
import type { SeedColumn, SeedDatabase, SeedTable, World } from './harness.ts'
import { startProxy } from './proxy.ts'
import { severedBy } from './seed-severed.ts'
import { seedText } from './seed-text.ts'

/** So that what is written and printed does not hang on the server's defaults. */
const session = `SET TimeZone = 'UTC'; SET IntervalStyle = iso_8601; SET extra_float_digits = 3; SET bytea_output = hex; `

/** CopyDone of PostgreSQL's protocol: what follows it in the same message is the checkpoint. */
export const copyDone = Uint8Array.of(0x63, 0, 0, 0, 4)

/** An empty database on the shared server. */
export async function startPostgresWorld(engine: EngineName): Promise<World> {
  return postgresWorld(await createDatabase(engineUrl(engine), 'world'))
}

/** The world that a database is. */
export function postgresWorld(database: SeedDatabase): World {
  return {
    url: database.url,
    async seed(table, rows) {
      await database.query(createSql(table))
      if (rows.length === 0) return
      const values = rows.map(
        (row) => `(${table.columns.map((column, i) => literal(column, row[i] ?? null)).join(', ')})`,
      )
      await database.query(`${session}INSERT INTO ${tableName(table)} VALUES ${values.join(', ')}`)
    },
    async readAll(table) {
      const columns = table.columns.map((column, i) => `${printed(column)} AS c${i}`)
      const rows = await database.query(`${session}SELECT ${columns.join(', ')} FROM ${tableName(table)}`)
      return rows.map((row) => table.columns.map((_, i) => textOf(row[`c${i}`])))
    },
    async severed() {
      return severedBy(await startProxy(database.url), copyDone)
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

function createSql(table: SeedTable): string {
  const { columns, key, indexes = [], foreignKeys = [] } = table
  const list = (names: readonly string[]): string => `(${names.map(quoted).join(', ')})`
  const parts = [
    ...columns.map((column) => {
      return `${quoted(column.name)} ${nativeType(table, column)}${column.nullable ? '' : ' NOT NULL'}`
    }),
    ...(key === undefined ? [] : [`PRIMARY KEY ${list(key)}`]),
    ...foreignKeys.map((one) => {
      const references = `public.${quoted(one.references)} ${list(one.referencedColumns)}`
      return `CONSTRAINT ${quoted(one.name)} FOREIGN KEY ${list(one.columns)} REFERENCES ${references}`
    }),
  ]
  return [
    ...columns.flatMap((column) => enumSql(table, column)),
    `CREATE TABLE IF NOT EXISTS ${tableName(table)} (${parts.join(', ')})`,
    ...indexes.map((one) => `CREATE INDEX ON ${tableName(table)} ${list(one)}`),
  ].join('; ')
}

/** A type for the labels of a column, where it is not there. */
function enumSql(table: SeedTable, column: SeedColumn): string[] {
  if (column.type.kind !== 'enum') return []
  const labels = column.type.labels.map((label) => `'${label.replaceAll("'", "''")}'`)
  const create = `CREATE TYPE ${enumName(table, column)} AS ENUM (${labels.join(', ')})`
  return [`DO $$ BEGIN ${create}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`]
}

function enumName(table: SeedTable, column: SeedColumn): string {
  return `public.${quoted(`${table.name}_${column.name}`)}`
}

function nativeType(table: SeedTable, column: SeedColumn): string {
  const { type } = column
  switch (type.kind) {
    case 'bool':
    case 'date':
    case 'uuid':
    case 'inet':
    case 'json':
      return type.kind
    case 'int':
      if (!type.signed && type.bits === 32) return 'oid'
      return { 8: 'smallint', 16: 'smallint', 32: 'integer', 64: 'bigint' }[type.bits]
    case 'decimal':
      return type.precision === undefined ? 'numeric' : `numeric(${type.precision},${type.scale ?? 0})`
    case 'float32':
      return 'real'
    case 'float64':
      return 'double precision'
    case 'text':
      return type.maxLength === undefined ? 'text' : `varchar(${type.maxLength})`
    case 'bytes':
      return 'bytea'
    case 'time':
    case 'timestamp':
    case 'interval':
      return `${type.kind}(${type.precision})`
    case 'instant':
      return `timestamptz(${type.precision})`
    case 'bits':
      return `bit(${type.length})`
    case 'enum':
      return enumName(table, column)
    case 'array':
      return `${nativeType(table, { ...column, type: type.of })}[]`
    default:
      throw new Error(`${column.name}: PostgreSQL has no type for ${type.kind}`)
  }
}

function literal({ type }: SeedColumn, text: string | null): string {
  if (text === null) return 'NULL'
  // The server knows no sign in front of a whole duration.
  if (type.kind === 'interval' && text.startsWith('-P')) return `-'${text.slice(1)}'::interval`
  const value = type.kind === 'bytes' ? `\\x${text}` : type.kind === 'array' ? `{${text.slice(1, -1)}}` : text
  return `'${value.replaceAll("'", "''")}'`
}

function printed({ name, type }: SeedColumn): string {
  const column = quoted(name)
  switch (type.kind) {
    case 'bytes':
      return `encode(${column}, 'hex')`
    case 'set':
      return `array_to_string(${column}, ',')`
    case 'inet':
      // As the type itself prints it: the cast adds the length of the mask.
      return `regexp_replace(${column}::text, '/(32|128)$', '')`
    default:
      return `${column}::text`
  }
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : seedText(value)
}

function tableName({ name }: SeedTable): string {
  return `public.${quoted(name)}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
