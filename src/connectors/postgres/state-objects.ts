import { TransloadError } from '../../errors/transload-error.ts'
import type { Plain } from '../../model/plain.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { TextSession } from '../sql/session.ts'
import { isServerError } from './errors.ts'
import { quoteQualified } from './quote.ts'
import { hasState } from './state-format.ts'
import { stateSchema } from './state-schema.ts'

/** A table, enum type or schema of the plan that is there, by its identity. */
interface KnownObject {
  readonly kind: 'table' | 'type' | 'schema'
  readonly schema: string
  readonly name: string
  readonly id: string
}

/** Those of the plan's objects that exist. */
export async function knownObjects(session: TextSession, plan: Plain): Promise<readonly KnownObject[]> {
  const { tables, types } = namesIn(plan)
  const rows = await session.rows(
    `SELECT 'table', n.nspname, c.relname, c.oid FROM json_to_recordset($1::json) AS q (schema text, name text)
       JOIN pg_catalog.pg_namespace AS n ON n.nspname = q.schema
       JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = q.name
     UNION SELECT 'type', n.nspname, t.typname, t.oid FROM json_to_recordset($2::json) AS q (schema text, name text)
       JOIN pg_catalog.pg_namespace AS n ON n.nspname = q.schema
       JOIN pg_catalog.pg_type AS t ON t.typnamespace = n.oid AND t.typname = q.name
     UNION SELECT 'schema', n.nspname, '', n.oid
       FROM (SELECT schema FROM json_to_recordset($1::json) AS q (schema text)
             UNION SELECT schema FROM json_to_recordset($2::json) AS q (schema text)) AS q
       JOIN pg_catalog.pg_namespace AS n ON n.nspname = q.schema`,
    [JSON.stringify(tables), JSON.stringify(types)],
  )
  return rows.map(([kind, schema, name, id]) => ({
    kind: kind as KnownObject['kind'],
    schema: schema ?? '',
    name: name ?? '',
    id: id ?? '',
  }))
}

/**
 * Records what the plan's prepare statements have made: what is there now and was not there before; and, as of the kind
 * `replaced`, the tables whose places others are to take.
 */
export async function recordObjects(
  session: TextSession,
  run: string,
  plan: Plain,
  before: readonly KnownObject[],
): Promise<void> {
  const old = new Set(before.map(({ kind, id }) => `${kind} ${id}`))
  const made = (await knownObjects(session, plan)).filter(({ kind, id }) => !old.has(`${kind} ${id}`))
  const places = new Set(placesIn(plan).map(quoteQualified))
  const replaced = before
    .filter(({ kind, schema, name }) => kind === 'table' && places.has(quoteQualified({ schema, name })))
    .map((table) => ({ ...table, kind: 'replaced' }))
  await session.rows(
    `INSERT INTO ${stateSchema}.objects (run, kind, schema_name, object_name, object_id)
     SELECT $1, o.kind, o.schema, o.name, o.id FROM json_to_recordset($2::json) AS o (kind text, schema text, name text, id oid)`,
    [run, JSON.stringify([...made, ...replaced])],
  )
}

/**
 * Drops what the run made, as long as it is still the same object: tables with all that is on them, the functions of
 * their triggers that were made with them, types, and schemas that have become empty.
 *
 * @param schemas Only what is in these schemas now; absent: wherever it is
 * @returns what was dropped, for people
 * @throws TL_T308 where something else depends on one of them
 */
export async function dropObjects(
  session: TextSession,
  run: string,
  schemas?: readonly string[],
): Promise<readonly string[]> {
  const within = schemas === undefined ? null : JSON.stringify(schemas)
  const tables = await made(session, run, within, 'table', 'pg_class', 'relnamespace', 'relname')
  const types = await made(session, run, within, 'type', 'pg_type', 'typnamespace', 'typname')
  const functions = await session.rows(
    // A trigger's function that bears the trigger's own name in the table's schema is one that a finish step made.
    `SELECT DISTINCT n.nspname, p.proname FROM ${stateSchema}.objects AS o
     JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = o.object_id AND NOT g.tgisinternal
     JOIN pg_catalog.pg_proc AS p ON p.oid = g.tgfoid AND p.proname = g.tgname
     JOIN pg_catalog.pg_class AS c ON c.oid = o.object_id AND c.relnamespace = p.pronamespace
     JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
     WHERE o.run = $1 AND o.kind = 'table' AND ${isWithin('$2')}`,
    [run, within],
  )
  const functionNames = functions.map(([schema, name]) => quoteQualified({ schema: schema ?? '', name: name ?? '' }))
  if (tables.length > 0) await drop(session, `TABLE ${tables.join(', ')}`, tables.join(', '))
  for (const name of functionNames) await drop(session, `FUNCTION ${name}()`, name)
  if (types.length > 0) await drop(session, `TYPE ${types.join(', ')}`, types.join(', '))
  await dropEmptySchemas(session, run, within)
  return [...tables.map((table) => `table ${table}`), ...types.map((type) => `type ${type}`)]
}

/** Of the schema `n`: in the JSON array of the parameter, or anywhere where that is NULL. */
function isWithin(parameter: string): string {
  return `(${parameter}::json IS NULL OR n.nspname IN (SELECT json_array_elements_text(${parameter}::json)))`
}

async function dropEmptySchemas(session: TextSession, run: string, within: string | null): Promise<void> {
  const schemas = await session.rows(
    `SELECT pg_catalog.quote_ident(n.nspname) FROM ${stateSchema}.objects AS o
     JOIN pg_catalog.pg_namespace AS n ON n.oid = o.object_id AND n.nspname = o.schema_name
     WHERE o.run = $1 AND o.kind = 'schema' AND ${isWithin('$2')} AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_depend AS d WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid)`,
    [run, within],
  )
  for (const [schema] of schemas) await drop(session, `SCHEMA ${schema}`, schema ?? '')
}

async function made(
  session: TextSession,
  run: string,
  within: string | null,
  kind: string,
  catalog: string,
  schemaColumn: string,
  nameColumn: string,
): Promise<readonly string[]> {
  const rows = await session.rows(
    `SELECT n.nspname, x.${nameColumn} FROM ${stateSchema}.objects AS o
     JOIN pg_catalog.${catalog} AS x ON x.oid = o.object_id
     JOIN pg_catalog.pg_namespace AS n ON n.oid = x.${schemaColumn}
     WHERE o.run = $1 AND o.kind = $2 AND ${isWithin('$3')} ORDER BY 1, 2`,
    [run, kind, within],
  )
  return rows.map(([schema, name]) => quoteQualified({ schema: schema ?? '', name: name ?? '' }))
}

async function drop(session: TextSession, what: string, table: string): Promise<void> {
  try {
    await session.rows(`DROP ${what}`)
  } catch (error) {
    const cause = error instanceof TransloadError ? error.cause : undefined
    if (!isServerError(cause) || cause.code !== '2BP01') throw error
    const reason = `${cause.message}: ${cause.detail ?? ''}`.replaceAll('\n', '; ')
    throw new TransloadError(
      'TL_T308',
      { table, reason, cure: 'Drop or change what depends on it, then run again.' },
      error,
    )
  }
}

/** Those of the tables that are not the ones that were in their places as the run began. */
export async function strangers(
  session: TextSession,
  run: string,
  tables: readonly QualifiedName[],
): Promise<readonly QualifiedName[]> {
  const rows = await session.rows(
    `SELECT n.nspname, c.relname FROM json_to_recordset($2::json) AS q (schema text, name text)
     JOIN pg_catalog.pg_namespace AS n ON n.nspname = q.schema
     JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = q.name
     WHERE NOT EXISTS (
       SELECT FROM ${stateSchema}.objects AS o WHERE o.run = $1 AND o.kind = 'replaced' AND o.object_id = c.oid)`,
    [run, JSON.stringify(tables)],
  )
  return rows.map(([schema, name]) => ({ schema: schema ?? '', name: name ?? '' }))
}

/** Schemas where a stored plan makes tables beside others. */
export function schemasBeside(plan: Plain): readonly string[] {
  const names = outputsIn(plan).flatMap((output) => nameAt(at(at(output, 'beside'), 'name')))
  return [...new Set(names.map(({ schema }) => schema))]
}

/** The stored plan's statements that give up what it did to tables that were there before it. */
export function wayBack(plan: Plain): { readonly takeOut: readonly string[]; readonly restore: readonly string[] } {
  const statements = (key: string): string[] => listAt(plan, key).filter((statement) => typeof statement === 'string')
  return { takeOut: statements('takeOut'), restore: statements('restore') }
}

/** Removes the state's schema with all tables in it, and returns what was removed, for people. */
export async function removeState(session: TextSession): Promise<readonly string[]> {
  if (!(await hasState(session))) return []
  const rows = await session.rows(
    `SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class AS c
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = '${stateSchema}' AND c.relkind IN ('r', 'p') ORDER BY c.relname`,
  )
  const tables = rows.map(([name]) => `${stateSchema}.${name}`)
  await drop(session, `TABLE ${tables.join(', ')}`, stateSchema)
  await drop(session, `SCHEMA ${stateSchema}`, stateSchema)
  return [...tables.map((table) => `table ${table}`), `schema ${stateSchema}`]
}

/** Places of tables that others are to take. */
function placesIn(plan: Plain): readonly QualifiedName[] {
  const replacing = outputsIn(plan).filter((output) => at(output, 'beside') !== undefined)
  return replacing.flatMap((output) => nameAt(at(at(output, 'table'), 'name')))
}

/** The tables that a stored plan writes: those of its datasets, and those that stages make rows of. */
function outputsIn(plan: Plain): readonly Plain[] {
  return listAt(plan, 'datasets').flatMap((dataset) => [dataset, ...listAt(dataset, 'others')])
}

/** Names of the tables that a stored plan writes, and of the enum types that it makes. */
function namesIn(plan: Plain): { readonly tables: readonly QualifiedName[]; readonly types: readonly QualifiedName[] } {
  const outputs = outputsIn(plan)
  const definitions = outputs.flatMap((output) => [at(output, 'table'), at(output, 'beside')])
  const tables = [
    ...definitions.flatMap((table) => nameAt(at(table, 'name'))),
    ...outputs.flatMap((output) => listAt(output, 'writes').flatMap((write) => nameAt(at(write, 'to')))),
  ]
  const types = definitions.flatMap((table) => listAt(table, 'enumTypes').flatMap((type) => nameAt(at(type, 'name'))))
  return { tables, types }
}

function at(value: Plain | undefined, key: string): Plain | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return (value as { readonly [key: string]: Plain | undefined })[key]
}

function listAt(value: Plain | undefined, key: string): readonly Plain[] {
  const list = at(value, key)
  return Array.isArray(list) ? (list as readonly Plain[]) : []
}

function nameAt(value: Plain | undefined): QualifiedName[] {
  const schema = at(value, 'schema')
  const name = at(value, 'name')
  return typeof schema === 'string' && typeof name === 'string' ? [{ schema, name }] : []
}
