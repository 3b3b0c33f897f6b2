import type { TestDatabase } from '../support/engines/create-database.ts'
import type { RunSummary } from '../../src/model/run-summary.ts'
import type { Expected } from './case.ts'

/** Compares what arrived in PostgreSQL with what was expected. Returns a sentence for each difference. */
export async function compareWithExpected(
  target: TestDatabase,
  expected: Expected,
  summary: RunSummary,
): Promise<string[]> {
  return [
    ...(await compareRows(target, expected)),
    ...(await compareObjects(target, expected, summary)),
    ...(await compareColumns(target, expected, summary)),
  ]
}

async function compareRows(target: TestDatabase, expected: Expected): Promise<string[]> {
  const differences: string[] = []
  const types = await columnTypes(target)
  for (const [table, { rows, columns }] of Object.entries(expected.checksums.tables)) {
    const names = Object.keys(columns)
    const items = names.flatMap((name) => {
      const text = canonicalText(`"${name}"`, types.get(`${table}.${name}`) ?? 'missing')
      return [
        `count("${name}")::int`,
        text === undefined ? 'NULL' : `md5(string_agg(md5(${text}), '' ORDER BY md5(${text}) COLLATE "C"))`,
      ]
    })
    const [row] = await target.query(
      `SELECT count(*)::int AS n, array[${items.map((item) => `(${item})::text`).join()}] AS found FROM public."${table}"`,
    )
    if (row?.['n'] !== rows) differences.push(`${table}: ${String(row?.['n'])} rows, expected ${rows}`)
    const found = (row?.['found'] ?? []) as (string | null)[]
    for (const [i, name] of names.entries()) {
      const [count, hash] = columns[name] ?? [0, null]
      if (Number(found[i * 2]) !== count)
        differences.push(`${table}.${name}: ${found[i * 2]} values, expected ${count}`)
      const actual = found[i * 2 + 1]
      if (hash !== null && count > 0 && actual !== hash)
        differences.push(`${table}.${name}: checksum ${actual}, expected ${hash}`)
    }
  }
  return differences
}

async function columnTypes(target: TestDatabase): Promise<Map<string, string>> {
  const rows = await target.query(
    `SELECT table_name || '.' || column_name AS name, CASE WHEN data_type = 'USER-DEFINED' THEN 'enum' ELSE data_type END AS type
     FROM information_schema.columns WHERE table_schema = 'public'`,
  )
  return new Map(rows.map((row) => [String(row['name']), String(row['type'])]))
}

/** The canonical text that the published checksums were made of; undefined where they have none. */
function canonicalText(column: string, type: string): string | undefined {
  switch (type) {
    case 'boolean':
      return `${column}::int::text`
    case 'bytea':
      return `encode(${column}, 'hex')`
    case 'timestamp without time zone':
      return `to_char(${column}, 'YYYY-MM-DD HH24:MI:SS.US')`
    case 'timestamp with time zone':
      return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`
    case 'time without time zone':
      return `to_char(${column}, 'HH24:MI:SS.US')`
    case 'ARRAY':
      return `array_to_string(${column}, ',')`
    case 'real':
    case 'double precision':
    case 'json':
    case 'jsonb':
      return undefined
    default:
      return `${column}::text`
  }
}

async function compareObjects(target: TestDatabase, { objects }: Expected, summary: RunSummary): Promise<string[]> {
  const [row] = await target.query(`SELECT
    (SELECT count(*)::int FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace) AS primary_keys,
    (SELECT count(*)::int FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace) AS foreign_keys,
    (SELECT count(*)::int FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND NOT i.indisprimary
       AND c.relnamespace = 'public'::regnamespace) AS unique_keys,
    (SELECT count(*)::int FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace) AS indexes`)
  const lost = (kinds: readonly string[]): number =>
    summary.objects.notCarried.filter((one) => kinds.includes(one.kind)).length
  const checks: [string, unknown, number, number][] = [
    ['primary keys', row?.['primary_keys'], objects.primary_keys, lost(['primary key'])],
    ['unique keys', row?.['unique_keys'], objects.unique_constraints, lost(['unique index', 'unique'])],
    ['foreign keys', row?.['foreign_keys'], objects.foreign_keys, lost(['foreign key'])],
    [
      'indexes',
      row?.['indexes'],
      objects.indexes_all,
      lost(['index', 'unique index', 'fulltext index', 'spatial index']),
    ],
  ]
  return checks
    .filter(([, there, wanted, notCarried]) => Number(there) + notCarried !== wanted)
    .map(
      ([what, there, wanted, notCarried]) =>
        `${what}: ${String(there)} there, ${notCarried} not carried, expected ${wanted}`,
    )
}

async function compareColumns(target: TestDatabase, expected: Expected, summary: RunSummary): Promise<string[]> {
  const rows = await target.query(
    `SELECT table_name || '.' || column_name AS name, is_nullable, column_default, is_identity
     FROM information_schema.columns WHERE table_schema = 'public'`,
  )
  const byName = new Map(rows.map((row) => [String(row['name']), row]))
  const lostDefaults = new Set(
    summary.objects.notCarried.filter((one) => one.kind === 'default').map((one) => one.name),
  )
  const differences: string[] = []
  for (const column of expected.columns) {
    const name = `${column.table}.${column.column}`
    const found = byName.get(name)
    if (found === undefined) {
      differences.push(`${name} is missing`)
      continue
    }
    if (found['is_nullable'] !== column.nullable)
      differences.push(`${name} is nullable: ${String(found['is_nullable'])}, expected ${column.nullable}`)
    const hasDefault = column.default !== null && column.default !== 'NULL'
    const isLost = lostDefaults.has(`public.${name}`)
    if (hasDefault && found['column_default'] === null && !isLost)
      differences.push(`${name} has no default, expected ${column.default}`)
  }
  return differences
}
