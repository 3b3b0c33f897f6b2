import { TransloadError } from '../../errors/transload-error.ts'
import type { WriteColumn, WritePlan } from '../../model/plan.ts'
import type { TextRow } from '../sql/session.ts'
import type { Connection } from './connection.ts'
import { quoteName, quoteQualified } from './quote.ts'
import type { TargetType } from './types.ts'

/** A column that is written, as the catalog has it now. */
export interface FieldPlan {
  readonly column: WriteColumn
  readonly type: TargetType
  readonly notNull: boolean
  /** Quoted, where it is not its type's own. */
  readonly collation?: string | undefined
  /** GENERATED ALWAYS AS IDENTITY: can be inserted, not updated. */
  readonly identityAlways: boolean
}

/** A table that is written, as the catalog has it now. */
export interface WriteTarget {
  readonly plan: WritePlan
  /** Quoted, with its schema. */
  readonly table: string
  readonly fields: readonly FieldPlan[]
  /** Triggers or rules of somebody's that see what is inserted, and may change it. */
  readonly isWatched: boolean
}

/**
 * Looks up what the plan's table really is.
 *
 * @throws TL_T305 where it is not there, TL_T308 where its columns cannot take what the plan writes
 */
export async function describeWriteTarget(
  connection: Connection,
  plan: WritePlan,
  endpoint: string,
  signal: AbortSignal,
): Promise<WriteTarget> {
  const table = quoteQualified(plan.to)
  const rows = await connection.rows(columnSql, [table], signal)
  if (rows.length === 0) {
    const cure = 'Run without --data-only, or create the table first.'
    throw new TransloadError('TL_T305', { endpoint, kind: 'table', name: table, cure })
  }
  const byName = new Map(rows.map((row) => [row[0], row]))
  const fields = plan.columns.map((column) => readField(byName.get(column.name), column, table))
  const written = new Set(plan.columns.map((column) => column.name))
  for (const row of rows) {
    const [name, notNull, , hasDefault, identity] = row
    if (notNull === 't' && hasDefault === 'f' && identity === '' && !written.has(name ?? '')) {
      const cure = `Give ${quoteName(name ?? '')} a default, let it be NULL, or write it.`
      throw new TransloadError('TL_T308', { table, reason: `${name} is NOT NULL and nothing is written to it`, cure })
    }
  }
  const [watched] = await connection.rows(watchedSql, [table], signal)
  return { plan, table, fields, isWatched: watched?.[0] === 't' }
}

function readField(row: TextRow | undefined, column: WriteColumn, table: string): FieldPlan {
  const cure = 'Make the plan anew, or give the column another name under columns:.'
  if (row === undefined) throw new TransloadError('TL_T308', { table, reason: `it has no column ${column.name}`, cure })
  const [, notNull, generated, , identity, type, collation] = row
  if (generated !== '') throw new TransloadError('TL_T308', { table, reason: `${column.name} is generated`, cure })
  return {
    column,
    type: JSON.parse(type ?? 'null') as TargetType,
    notNull: notNull === 't',
    collation: collation ?? undefined,
    identityAlways: identity === 'a',
  }
}

/** A type's row as a `TargetType`: `t` is pg_type, `modifier` the column's own. */
const typeJson = (t: string, modifier: string, element: string): string => `jsonb_strip_nulls(jsonb_build_object(
  'kind', CASE WHEN ${t}.typtype = 'e' THEN 'enum' WHEN ${t}.typcategory = 'A' AND ${t}.typelem <> 0 THEN 'array'
               WHEN ${t}.typtype = 'b' THEN 'base' ELSE 'other' END,
  'name', ${t}.typname, 'text', pg_catalog.format_type(${t}.oid, ${modifier}),
  'oid', ${t}.oid::bigint, 'typmod', ${modifier},
  'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = ${t}.oid),
  'element', ${element}))`

/**
 * $1: the table, quoted. Domains are followed down to what they are made of; a NOT NULL anywhere on the way counts. An
 * array's elements may be of a domain: one is followed once, which is all that is met.
 */
const columnSql = `
WITH RECURSIVE step AS (
  SELECT a.attnum, a.attname, a.attnotnull AS notnull, a.attgenerated, a.atthasdef, a.attidentity,
         a.attcollation, a.atttypid AS type_id, a.atttypmod AS modifier
  FROM pg_catalog.pg_attribute AS a
  WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT s.attnum, s.attname, s.notnull OR t.typnotnull, s.attgenerated, s.atthasdef OR t.typdefault IS NOT NULL,
         s.attidentity, s.attcollation, t.typbasetype, t.typtypmod
  FROM step AS s JOIN pg_catalog.pg_type AS t ON t.oid = s.type_id AND t.typtype = 'd'
)
SELECT s.attname, s.notnull, s.attgenerated, s.atthasdef, s.attidentity,
  ${typeJson(
    't',
    's.modifier',
    `(SELECT ${typeJson('b', `CASE WHEN el.typtype = 'd' THEN el.typtypmod ELSE s.modifier END`, 'NULL::jsonb')}
     || jsonb_build_object('oid', el.oid::bigint)
   FROM pg_catalog.pg_type AS el
   JOIN pg_catalog.pg_type AS b ON b.oid = CASE WHEN el.typtype = 'd' THEN el.typbasetype ELSE el.oid END
   WHERE el.oid = t.typelem AND t.typcategory = 'A')`,
  )}::text,
  (SELECT format('%I.%I', n.nspname, c.collname) FROM pg_catalog.pg_collation AS c
   JOIN pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace
   WHERE c.oid = s.attcollation AND s.attcollation <> t.typcollation)
FROM step AS s JOIN pg_catalog.pg_type AS t ON t.oid = s.type_id AND t.typtype <> 'd'
ORDER BY s.attnum`

/** Constraint triggers of foreign keys are internal and change nothing. Bit 4 of tgtype: INSERT (pg_trigger.h). */
const watchedSql = `
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_trigger AS g
  WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 4 <> 0
    AND (g.tgrelid = to_regclass($1) OR g.tgrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass($1))))
) OR EXISTS (
  SELECT FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = to_regclass($1) AND r.ev_type = '3' AND r.ev_enabled <> 'D'
)`
