import type { ExistingTable } from '../../contract/target.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { loadingSetting } from './ddl/on-update.ts'
import { quoteQualified } from './quote.ts'

/** Tables that one statement looks into for rows. */
const emptinessCount = 500

type Shape = Omit<ExistingTable, 'isEmpty'>

/**
 * Those of the tables that exist: ordinary and partitioned ones. One statement for all of them, and one for every 500
 * that asks whether they hold a row.
 *
 * `dependents` names what another table in its place would not have: views, rules, functions, foreign keys of tables that
 * are not asked about, parents, partitions and children, publications that list it, grants, an owner that is not the
 * session's user, policies, and triggers but those that keep ON UPDATE times.
 *
 * @throws TL_T304 where a table may not be read
 */
export async function describeTables(
  sessions: Sessions,
  tables: readonly QualifiedName[],
  signal: AbortSignal,
): Promise<readonly ExistingTable[]> {
  return await sessions.transaction((session) => describeIn(session, tables), signal)
}

/** All tables of the schemas but partitions and what extensions made, by name. */
export async function tablesIn(
  sessions: Sessions,
  schemas: readonly string[],
  signal: AbortSignal,
): Promise<readonly QualifiedName[]> {
  const rows = await sessions.transaction((session) => session.rows(tablesSql, [JSON.stringify(schemas)]), signal)
  return rows.map(([schema, name]) => ({ schema: schema ?? '', name: name ?? '' }))
}

/** $1: a JSON array of schemas. */
const tablesSql = `
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
  AND n.nspname IN (SELECT jsonb_array_elements_text($1::jsonb))
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`

/** What `describeTables` tells, in the session’s own transaction. */
export async function describeIn(
  session: TextSession,
  tables: readonly QualifiedName[],
): Promise<readonly ExistingTable[]> {
  if (tables.length === 0) return []
  const asked = tables.map(({ schema, name }) => ({ schema, name }))
  const rows = await session.rows(shapeSql, [JSON.stringify(asked)])
  const shapes = rows.map(([text]) => JSON.parse(text ?? 'null') as Shape)
  const isEmpty = await emptiness(session, shapes)
  return shapes.map((shape, index) => ({ ...shape, isEmpty: isEmpty[index] ?? true }))
}

async function emptiness(session: TextSession, shapes: readonly Shape[]): Promise<readonly boolean[]> {
  const isEmpty: boolean[] = []
  for (let start = 0; start < shapes.length; start += emptinessCount) {
    const questions = shapes
      .slice(start, start + emptinessCount)
      .map((shape, index) => `SELECT ${index} AS place, EXISTS (SELECT FROM ${quoteQualified(shape.name)}) AS found`)
    const rows = await session.rows(`SELECT found FROM (${questions.join(' UNION ALL ')}) AS tables ORDER BY place`)
    isEmpty.push(...rows.map(([found]) => found === 'f'))
  }
  return isEmpty
}

/** Columns of a key in its own order, as a JSON array of names. */
const keyColumns = (relation: string, numbers: string): string => `(
  SELECT json_agg(a.attname ORDER BY k.place)
  FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number)`

/** $1: a JSON array of `{schema, name}`. One row of JSON text per table that exists, in the order of the question. */
const shapeSql = `
WITH asked AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl, c.reltype, q.place
  FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS q (name, place)
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = q.name->>'schema'
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = q.name->>'name' AND c.relkind IN ('r', 'p')
), dependents AS (
  SELECT t.oid, format('%s %s.%s', CASE v.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, n.nspname, v.relname) AS what
  FROM asked AS t
  JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> t.oid
  JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
  JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
  UNION
  SELECT t.oid, format('rule %s', r.rulename)
  FROM asked AS t JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = t.oid
  UNION
  SELECT t.oid, format('function %s.%s', n.nspname, p.proname)
  FROM asked AS t
  JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_proc'::regclass AND (
    d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid OR d.refclassid = 'pg_type'::regclass AND d.refobjid = t.reltype)
  JOIN pg_catalog.pg_proc AS p ON p.oid = d.objid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  UNION
  SELECT t.oid, format('foreign key %s of %s.%s', f.conname, n.nspname, c.relname)
  FROM asked AS t
  JOIN pg_catalog.pg_constraint AS f ON f.contype = 'f' AND f.confrelid = t.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = f.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE f.conrelid NOT IN (SELECT oid FROM asked)
  UNION
  SELECT t.oid, format('%s %s.%s', CASE WHEN c.relispartition THEN 'partition' ELSE 'child' END, n.nspname, c.relname)
  FROM asked AS t
  JOIN pg_catalog.pg_inherits AS i ON i.inhparent = t.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  UNION
  SELECT t.oid, format('publication %s', p.pubname)
  FROM asked AS t
  JOIN pg_catalog.pg_publication_rel AS r ON r.prrelid = t.oid
  JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
  UNION
  SELECT t.oid, format('grants to %s', CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(g.grantee) END)
  FROM asked AS t CROSS JOIN LATERAL pg_catalog.aclexplode(t.relacl) AS g
  WHERE g.grantee <> t.relowner
  UNION
  SELECT t.oid, format('grants on column %s', a.attname)
  FROM asked AS t JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION
  SELECT t.oid, format('its owner %s', pg_catalog.pg_get_userbyid(t.relowner))
  FROM asked AS t WHERE pg_catalog.pg_get_userbyid(t.relowner) <> current_user
  UNION
  SELECT t.oid, format('policy %s', p.polname) FROM asked AS t JOIN pg_catalog.pg_policy AS p ON p.polrelid = t.oid
  UNION
  SELECT t.oid, format('trigger %s', g.tgname)
  FROM asked AS t JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal
  WHERE position('${loadingSetting}' IN pg_catalog.pg_get_triggerdef(g.oid)) = 0
  UNION
  SELECT t.oid, format('parent %s.%s', n.nspname, c.relname)
  FROM asked AS t
  JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = t.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = i.inhparent
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
)
SELECT json_build_object(
  'name', json_build_object('schema', t.nspname, 'name', t.relname),
  'columns', COALESCE((
    SELECT json_agg(json_build_object(
      'name', a.attname,
      'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
      'nullable', NOT a.attnotnull,
      'hasDefault', a.atthasdef AND a.attgenerated = '',
      'generated', a.attgenerated <> '',
      'identity', a.attidentity <> '') ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
  'primaryKey', COALESCE((
    SELECT ${keyColumns('i.indrelid', 'i.indkey::int2[]')}
    FROM pg_catalog.pg_index AS i WHERE i.indrelid = t.oid AND i.indisprimary), '[]'),
  'uniqueKeys', COALESCE((
    SELECT json_agg(${keyColumns('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} ORDER BY x.relname)
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    WHERE i.indrelid = t.oid AND i.indisunique AND NOT i.indisprimary AND i.indisvalid AND i.indimmediate
      AND i.indexprs IS NULL AND i.indpred IS NULL), '[]'),
  'foreignKeys', COALESCE((
    SELECT json_agg(json_build_object(
      'name', f.conname,
      'columns', ${keyColumns('f.conrelid', 'f.conkey')},
      'references', json_build_object('schema', n.nspname, 'name', c.relname),
      'referencedColumns', ${keyColumns('f.confrelid', 'f.confkey')},
      'definition', pg_catalog.pg_get_constraintdef(f.oid),
      'validated', f.convalidated,
      'canWait', t.relkind <> 'p') ORDER BY f.conname)
    FROM pg_catalog.pg_constraint AS f
    JOIN pg_catalog.pg_class AS c ON c.oid = f.confrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND f.conrelid = t.oid AND f.conparentid = 0), '[]'),
  'triggers', COALESCE((
    SELECT json_agg(g.tgname ORDER BY g.tgname)
    FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled NOT IN ('D', 'R')), '[]'),
  'dependents', COALESCE((SELECT json_agg(d.what ORDER BY d.what) FROM dependents AS d WHERE d.oid = t.oid), '[]')
)::text
FROM asked AS t ORDER BY t.place`
