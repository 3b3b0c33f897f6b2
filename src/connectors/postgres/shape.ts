import type { ColumnShape, ShapeQuestion, TableShape } from '../../contract/table-shape.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { isSameName, type QualifiedName } from '../../model/relation.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { contentExpression } from './content-expression.ts'
import { quoteLiteral, quoteName, quoteQualified } from './quote.ts'

/** What the catalog says of a table. */
interface CatalogShape extends Omit<TableShape, 'columns'> {
  readonly columns: readonly {
    readonly name: string
    readonly type: string
    readonly nullable: boolean
    readonly generated: boolean
    readonly default: string | null
    readonly sequence: QualifiedName | null
  }[]
}

/**
 * The shapes of those tables that are there, in any order, all of one moment. Reads only: of a default nothing is asked
 * that could call a function.
 *
 * @throws TL_T304 where a table or sequence may not be read
 */
export async function readShapes(
  sessions: Sessions,
  questions: readonly ShapeQuestion[],
  signal: AbortSignal,
): Promise<readonly TableShape[]> {
  if (questions.length === 0) return []
  return await sessions.transaction(async (session) => {
    await session.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const names = questions.map(({ table }) => ({ schema: table.schema, name: table.name }))
    const rows = await session.rows(shapeSql, [JSON.stringify(names)])
    const shapes: TableShape[] = []
    for (const [text] of rows) {
      const shape = JSON.parse(text ?? 'null') as CatalogShape
      const question = questions.find(({ table }) => isSameName(table, shape.name))
      shapes.push(await withValues(session, shape, question?.columns ?? []))
    }
    return shapes
  }, signal)
}

async function withValues(
  session: TextSession,
  shape: CatalogShape,
  forms: ShapeQuestion['columns'],
): Promise<TableShape> {
  const values = await valuesOf(session, shape, forms)
  const columns: TableShape['columns'][number][] = []
  for (const { type: _, default: sql, sequence, ...column } of shape.columns) {
    columns.push({
      ...column,
      default: sql === null ? undefined : { sql, text: values.get(column.name) },
      sequence: sequence === null ? undefined : await sequenceOf(session, sequence, shape.name, column.name),
    })
  }
  return { ...shape, columns }
}

/** What the defaults come to that are the same for every row, in the forms of their columns. */
async function valuesOf(
  session: TextSession,
  { columns }: CatalogShape,
  forms: ShapeQuestion['columns'],
): Promise<ReadonlyMap<string, string>> {
  const asked = columns.flatMap(({ name, type, default: sql }) => {
    const form = forms.find((one) => one.name === name)?.form
    if (sql === null || form === undefined || !isConstant(sql)) return []
    const value = contentExpression(`(${sql})::${type}`, type, form)
    return [{ name, value: form === 'bytes' ? `pg_catalog.encode(${value}, 'hex')` : value }]
  })
  if (asked.length === 0) return new Map()
  const [row = []] = await session.rows(`SELECT ${asked.map(({ value }) => value).join(', ')}`)
  return new Map(asked.flatMap(({ name }, place) => (row[place] == null ? [] : [[name, row[place]] as const])))
}

/** Literals, casts, signs and arrays: nothing that calls a function. */
export function isConstant(sql: string): boolean {
  const withoutLiterals = sql.replaceAll(/[EB]?'(?:[^']|'')*'/g, '0')
  const withoutCasts = withoutLiterals.replaceAll(
    /::(?:"(?:[^"]|"")*"|[a-z_0-9. ])+(?:\(\d+(?:,\s*-?\d+)?\))?(?:\[\])*/gi,
    '',
  )
  return /^(?:[-+\s\d.,()[\]e]|ARRAY|true|false|NULL)+$/i.test(withoutCasts)
}

async function sequenceOf(
  session: TextSession,
  sequence: QualifiedName,
  table: QualifiedName,
  column: string,
): Promise<ColumnShape['sequence']> {
  const name = quoteQualified(sequence)
  const [row] = await session.rows(
    `SELECT (CASE WHEN s.is_called THEN s.last_value + d.seqincrement ELSE s.last_value END)::text,
       CASE WHEN d.seqincrement > 0 THEN
         (SELECT pg_catalog.floor(max(${quoteName(column)})::numeric)::text FROM ${quoteQualified(table)}) END,
       NOT d.seqcycle AND s.is_called AND (s.last_value + d.seqincrement > d.seqmax OR s.last_value + d.seqincrement < d.seqmin)
     FROM ${name} AS s, pg_catalog.pg_sequence AS d WHERE d.seqrelid = ${quoteLiteral(name)}::regclass`,
  )
  const next = row?.[0]
  if (next === undefined || next === null) throw new TransloadError('TL_X901', { reason: `no sequence ${name}` })
  return { next, largest: row?.[1] ?? null, isExhausted: row?.[2] === 't' }
}

const action = (code: string): string =>
  `CASE ${code} WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' WHEN 'r' THEN 'restrict' ELSE 'no action' END`

/** $1: a JSON array of `{schema, name}`. One row of JSON text per table that exists. */
const shapeSql = `
WITH asked AS (
  SELECT c.oid, n.nspname, c.relname
  FROM jsonb_array_elements($1::jsonb) AS q (name)
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = q.name->>'schema'
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = q.name->>'name' AND c.relkind IN ('r', 'p')
)
SELECT json_build_object(
  'name', json_build_object('schema', t.nspname, 'name', t.relname),
  'columns', COALESCE((
    SELECT json_agg(json_build_object(
      'name', a.attname,
      'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
      'nullable', NOT a.attnotnull,
      'generated', a.attgenerated <> '',
      'default', CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(v.adbin, v.adrelid) END,
      'sequence', (SELECT json_build_object('schema', n.nspname, 'name', s.relname)
        FROM pg_catalog.pg_depend AS d
        JOIN pg_catalog.pg_class AS s ON s.relkind = 'S' AND s.oid = CASE d.refclassid WHEN 'pg_class'::regclass THEN
          CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid ELSE d.refobjid END END
        JOIN pg_catalog.pg_namespace AS n ON n.oid = s.relnamespace
        WHERE d.classid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
           OR d.classid = 'pg_attrdef'::regclass AND d.objid = v.oid
        LIMIT 1)) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN pg_catalog.pg_attrdef AS v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
    WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
  'indexes', COALESCE((
    SELECT json_agg(json_build_object(
      'name', x.relname, 'primary', i.indisprimary, 'unique', i.indisunique, 'valid', i.indisvalid,
      'partial', i.indpred IS NOT NULL,
      'columns', (SELECT json_agg(a.attname ORDER BY k.place)
        FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (number, place)
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0)
      ) ORDER BY x.relname)
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    WHERE i.indrelid = t.oid), '[]'),
  'foreignKeys', COALESCE((
    SELECT json_agg(json_build_object(
      'name', f.conname,
      'columns', (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(f.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.number),
      'references', json_build_object('schema', n.nspname, 'name', c.relname),
      'referencedColumns', (SELECT json_agg(a.attname ORDER BY k.place)
        FROM unnest(f.confkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.number),
      'onUpdate', ${action('f.confupdtype')},
      'onDelete', ${action('f.confdeltype')},
      'validated', f.convalidated) ORDER BY f.conname)
    FROM pg_catalog.pg_constraint AS f
    JOIN pg_catalog.pg_class AS c ON c.oid = f.confrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND f.conrelid = t.oid AND f.conparentid = 0), '[]'),
  'checks', COALESCE((
    SELECT json_agg(json_build_object(
      'name', k.conname,
      'columns', COALESCE((SELECT json_agg(a.attname) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)), '[]'),
      'validated', k.convalidated,
      -- PostgreSQL 18 has checks that are not enforced.
      'enforced', COALESCE((pg_catalog.to_jsonb(k)->>'conenforced')::boolean, true)) ORDER BY k.conname)
    FROM pg_catalog.pg_constraint AS k WHERE k.contype = 'c' AND k.conrelid = t.oid), '[]')
)::text
FROM asked AS t`
