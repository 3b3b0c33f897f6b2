import type { QualifiedName } from '../../model/relation.ts'
import type { Sessions } from '../sql/session.ts'
import { stateSchema } from './state-schema.ts'

export interface TargetFacts {
  readonly version: string
  /** Such as 150008. */
  readonly versionNumber: number
  readonly database: string
  readonly user: string
  readonly encoding: string
  /** Whether upper() and lower() know letters besides A to Z. */
  readonly knowsAllLetters: boolean
  readonly isInRecovery: boolean
  readonly isReadOnly: boolean
  readonly mayCreateSchema: boolean
  readonly mayMakeTemporary: boolean
  /** Replication slots that nobody reads. */
  readonly idleSlots: readonly string[]
  readonly schemas: readonly {
    readonly name: string
    readonly exists: boolean
    readonly mayUse: boolean
    readonly mayCreate: boolean
    readonly isState: boolean
  }[]
  /** Of the names that were asked about. */
  readonly relations: readonly {
    readonly schema: string
    readonly name: string
    readonly kind: string
    readonly owner: string
    readonly isOwner: boolean
    readonly privileges: readonly string[]
  }[]
  /** Types that have the name of an enum type in question, with what has columns of them. */
  readonly types: readonly (QualifiedName & { readonly users: readonly QualifiedName[] })[]
  readonly missingTypes: readonly string[]
  readonly locksPerTransaction: number
  /** Locks that the whole server can hold. */
  readonly lockRoom: number
  readonly maxWalBytes: number
  /** Only where the server says where it is and runs on this machine, as far as addresses tell. */
  readonly localDataDirectory: string | undefined
}

/** What to look for. */
export interface TargetQuestion {
  readonly tables: readonly QualifiedName[]
  /** Enum types that the load makes. */
  readonly enums: readonly QualifiedName[]
  /** Texts of types that are no server's own, without their lengths. */
  readonly types: readonly string[]
}

/** Everything in one statement. Reads only. */
export async function targetFacts(
  sessions: Sessions,
  question: TargetQuestion,
  signal: AbortSignal,
): Promise<TargetFacts> {
  const { tables, enums, types } = question
  const schemas = [...new Set([...tables, ...enums].map((name) => name.schema)), stateSchema]
  const values = [schemas, tables, types, enums].map((value) => JSON.stringify(value))
  return await sessions.use(async (session) => {
    const [row] = await session.rows(factsSql, [...values, stateSchema])
    const facts = JSON.parse(row?.[0] ?? 'null') as TargetFacts & { readonly localDataDirectory: string | null }
    return { ...facts, localDataDirectory: facts.localDataDirectory ?? undefined }
  }, signal)
}

/** $1: names of schemas, $2: `{schema, name}` of tables, $3: texts of types, $4: `{schema, name}` of enums, all JSON arrays; $5: the state's schema. */
const factsSql = `
SELECT json_build_object(
  'version', current_setting('server_version'),
  'versionNumber', current_setting('server_version_num')::int,
  'database', current_database(),
  'user', current_user,
  'encoding', current_setting('server_encoding'),
  'knowsAllLetters', current_setting('server_encoding') <> 'UTF8' OR upper(U&'\\00E9') = U&'\\00C9',
  'isInRecovery', pg_catalog.pg_is_in_recovery(),
  'isReadOnly', current_setting('default_transaction_read_only')::bool,
  'mayCreateSchema', pg_catalog.has_database_privilege(current_database(), 'CREATE'),
  'mayMakeTemporary', pg_catalog.has_database_privilege(current_database(), 'TEMPORARY'),
  'idleSlots', COALESCE((SELECT json_agg(slot_name ORDER BY slot_name) FROM pg_catalog.pg_replication_slots WHERE NOT active AND NOT temporary), '[]'),
  'schemas', (
    SELECT json_agg(json_build_object(
      'name', asked.name,
      'exists', n.oid IS NOT NULL,
      'mayUse', COALESCE(pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false),
      'mayCreate', COALESCE(pg_catalog.has_schema_privilege(n.oid, 'CREATE'), false),
      'isState', asked.name = $5) ORDER BY asked.name)
    FROM jsonb_array_elements_text($1::jsonb) AS asked (name)
    LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = asked.name),
  'relations', COALESCE((
    SELECT json_agg(json_build_object(
      'schema', n.nspname,
      'name', c.relname,
      'kind', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'index' END,
      'owner', pg_catalog.pg_get_userbyid(c.relowner),
      'isOwner', pg_catalog.pg_has_role(c.relowner, 'USAGE'),
      'privileges', (
        SELECT COALESCE(json_agg(p), '[]') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'TRUNCATE']) AS p
        WHERE c.relkind IN ('r', 'p') AND pg_catalog.has_table_privilege(c.oid, p))))
    FROM jsonb_array_elements($2::jsonb) AS asked
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = asked->>'schema'
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = asked->>'name'), '[]'),
  'types', COALESCE((
    SELECT json_agg(json_build_object('schema', n.nspname, 'name', t.typname, 'users', COALESCE((
      SELECT json_agg(DISTINCT jsonb_build_object('schema', un.nspname, 'name', u.relname))
      FROM pg_catalog.pg_attribute AS a
      JOIN pg_catalog.pg_class AS u ON u.oid = a.attrelid AND u.relkind <> 'i'
      JOIN pg_catalog.pg_namespace AS un ON un.oid = u.relnamespace
      WHERE a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped), '[]')))
    FROM jsonb_array_elements($4::jsonb) AS asked
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = asked->>'schema'
    JOIN pg_catalog.pg_type AS t ON t.typnamespace = n.oid AND t.typname = asked->>'name'), '[]'),
  'missingTypes', COALESCE((
    SELECT json_agg(asked) FROM jsonb_array_elements_text($3::jsonb) AS asked WHERE pg_catalog.to_regtype(asked) IS NULL), '[]'),
  'locksPerTransaction', current_setting('max_locks_per_transaction')::int,
  'lockRoom', current_setting('max_locks_per_transaction')::bigint
    * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int),
  'maxWalBytes', pg_catalog.pg_size_bytes(current_setting('max_wal_size')),
  'localDataDirectory', (
    SELECT setting FROM pg_catalog.pg_settings
    WHERE name = 'data_directory' AND (inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr()))
)::text`
