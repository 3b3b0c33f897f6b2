import type { CanonicalType } from '../../src/model/canonical-type.ts'
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
      const values = rows.map((row) => `(${table.columns.map((_, i) => literal(row[i] ?? null)).join(', ')})`)
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
  const { columns, key, indexes = [] } = table
  const list = (names: readonly string[]): string => `(${names.map(quoted).join(', ')})`
  const parts = [
    ...columns.map(({ name, type, nullable }) => `${quoted(name)} ${nativeType(type)}${nullable ? '' : ' NOT NULL'}`),
    ...(key === undefined ? [] : [`PRIMARY KEY ${list(key)}`]),
  ]
  return [
    `CREATE TABLE IF NOT EXISTS ${tableName(table)} (${parts.join(', ')})`,
    ...indexes.map((one) => `CREATE INDEX ON ${tableName(table)} ${list(one)}`),
  ].join('; ')
}

/** Of tables that are there before a run: a few types are enough. */
function nativeType(type: CanonicalType): string {
  if (type.kind === 'int') return { 8: 'smallint', 16: 'smallint', 32: 'integer', 64: 'bigint' }[type.bits]
  if (type.kind !== 'text') throw new Error(`no table with ${type.kind} is made before a run`)
  return type.maxLength === undefined ? 'text' : `varchar(${type.maxLength})`
}

function literal(text: string | null): string {
  return text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`
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
