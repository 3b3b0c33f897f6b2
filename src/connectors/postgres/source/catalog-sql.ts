import { stateSchema } from '../state-schema.ts'

/** Schemas of the server's own, of sessions, and of transload. `$1`: the one schema that is asked for, or NULL. */
const isUsersSchema = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', '${stateSchema}')
  AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'
  AND pg_catalog.starts_with(n.nspname, '${stateSchema}_') = false AND ($1::text IS NULL OR n.nspname = $1)`

const isExtensions = (classId: string, oid: string): string => `EXISTS (
  SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = '${classId}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`

const action = (code: string): string =>
  `CASE ${code} WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' WHEN 'r' THEN 'restrict' ELSE 'no action' END`

const columnNames = (relation: string, numbers: string): string => `(SELECT json_agg(a.attname ORDER BY k.place)
  FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number)`

/** One row of JSON for each ordinary table and each root of a partitioned one, in the order of their names. */
export const tablesSql = `
WITH tables AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${isUsersSchema} AND NOT ${isExtensions('pg_class', 'c.oid')}
)
SELECT json_build_object(
  'name', json_build_object('schema', t.nspname, 'name', t.relname),
  'comment', COALESCE(pg_catalog.obj_description(t.oid, 'pg_class'), ''),
  'partitionCount', (SELECT count(*) FROM pg_catalog.pg_partition_tree(t.oid) AS p WHERE p.isleaf AND p.level > 0),
  'rowEstimate', GREATEST(0, (SELECT sum(GREATEST(0, c.reltuples)) FROM pg_catalog.pg_class AS c
    WHERE c.oid = t.oid AND c.relkind = 'r' OR c.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(t.oid) AS p WHERE p.isleaf))),
  'byteEstimate', COALESCE((SELECT sum(pg_catalog.pg_table_size(c.oid)) FROM pg_catalog.pg_class AS c
    WHERE c.oid = t.oid AND c.relkind = 'r' OR c.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(t.oid) AS p WHERE p.isleaf)), 0),
  'heirs', COALESCE((SELECT json_agg(i.inhrelid::regclass::text) FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = t.oid AND t.relkind = 'r'), '[]'),
  'columns', COALESCE((SELECT json_agg(json_build_object(
      'name', a.attname,
      'type', a.atttypid::text,
      'typmod', a.atttypmod,
      'nullable', NOT a.attnotnull,
      'identity', a.attidentity <> '',
      'generated', CASE a.attgenerated WHEN '' THEN NULL ELSE a.attgenerated::text END,
      'default', pg_catalog.pg_get_expr(v.adbin, v.adrelid),
      'sequence', pg_catalog.pg_get_serial_sequence(
        pg_catalog.quote_ident(t.nspname) || '.' || pg_catalog.quote_ident(t.relname), a.attname),
      'comment', COALESCE(pg_catalog.col_description(t.oid, a.attnum), '')) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN pg_catalog.pg_attrdef AS v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
    WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
  'indexes', COALESCE((SELECT json_agg(json_build_object(
      'name', x.relname, 'primary', i.indisprimary, 'unique', i.indisunique,
      'usable', i.indisvalid AND i.indimmediate,
      'method', m.amname,
      'partial', i.indpred IS NOT NULL,
      'nullsNotDistinct', COALESCE((pg_catalog.to_jsonb(i)->>'indnullsnotdistinct')::boolean, false),
      'sql', pg_catalog.pg_get_indexdef(i.indexrelid),
      'isExclusion', i.indisexclusion,
      'comment', COALESCE(pg_catalog.obj_description(i.indexrelid, 'pg_class'), ''),
      'parts', (SELECT json_agg(json_build_object('column', a.attname, 'descending',
          pg_catalog.pg_index_column_has_property(i.indexrelid, k.place::integer, 'desc') IS TRUE) ORDER BY k.place)
        FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (number, place)
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0)
      ) ORDER BY i.indisprimary DESC, x.relname COLLATE "C")
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
    WHERE i.indrelid = t.oid), '[]'),
  'foreignKeys', COALESCE((SELECT json_agg(json_build_object(
      'name', f.conname,
      'columns', ${columnNames('f.conrelid', 'f.conkey')},
      'references', json_build_object('schema', n.nspname, 'name', c.relname),
      'referencedColumns', ${columnNames('f.confrelid', 'f.confkey')},
      'onUpdate', ${action('f.confupdtype')},
      'onDelete', ${action('f.confdeltype')}) ORDER BY f.conname COLLATE "C")
    FROM pg_catalog.pg_constraint AS f
    JOIN pg_catalog.pg_class AS c ON c.oid = f.confrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND f.conrelid = t.oid AND f.conparentid = 0), '[]'),
  'checks', COALESCE((SELECT json_agg(json_build_object(
      'name', k.conname,
      'sql', pg_catalog.pg_get_expr(k.conbin, k.conrelid),
      'enforced', COALESCE((pg_catalog.to_jsonb(k)->>'conenforced')::boolean, true)) ORDER BY k.conname COLLATE "C")
    FROM pg_catalog.pg_constraint AS k WHERE k.contype = 'c' AND k.conrelid = t.oid), '[]')
)::text
FROM tables AS t ORDER BY t.nspname COLLATE "C", t.relname COLLATE "C"`

/** One row of JSON for each type of a column, and for those that it is made of. */
export const typesSql = `
WITH RECURSIVE used AS (
  SELECT a.atttypid AS oid FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND ${isUsersSchema}
  UNION
  SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END
  FROM used JOIN pg_catalog.pg_type AS t ON t.oid = used.oid WHERE t.typtype = 'd' OR t.typcategory = 'A'
)
SELECT json_build_object(
  'oid', t.oid::text, 'name', t.typname, 'kind', t.typtype::text,
  'text', pg_catalog.format_type(t.oid, NULL),
  'base', t.typbasetype::text, 'typmod', t.typtypmod, 'notNull', t.typnotnull,
  'element', CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem::text END,
  'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid),
  'checks', COALESCE((SELECT json_agg(pg_catalog.pg_get_constraintdef(k.oid) ORDER BY k.conname)
    FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid), '[]'))::text
FROM used JOIN pg_catalog.pg_type AS t ON t.oid = used.oid ORDER BY t.oid`

/** Kind, schema, name and text of what is ported by hand. */
export const othersSql = `
SELECT 'view', n.nspname, c.relname, pg_catalog.concat('CREATE ', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, 'VIEW ',
    pg_catalog.format('%I.%I', n.nspname, c.relname), ' AS ', pg_catalog.pg_get_viewdef(c.oid)) AS sql
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND ${isUsersSchema} AND NOT ${isExtensions('pg_class', 'c.oid')}
UNION ALL
SELECT 'trigger', n.nspname, g.tgname, pg_catalog.pg_get_triggerdef(g.oid)
FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND NOT c.relispartition AND ${isUsersSchema}
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, n.nspname, p.proname,
  CASE WHEN p.prokind IN ('f', 'p', 'w') THEN pg_catalog.pg_get_functiondef(p.oid) ELSE '' END
FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE ${isUsersSchema} AND NOT ${isExtensions('pg_proc', 'p.oid')}
UNION ALL
SELECT 'sequence', n.nspname, c.relname, pg_catalog.format('CREATE SEQUENCE %I.%I AS %s START %s INCREMENT %s', n.nspname, c.relname,
  pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid
WHERE ${isUsersSchema} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
ORDER BY 1, 2, 3, 4`

/** What holds rows and is no table of the database: kind, schema and name. */
export const notReadSql = `
SELECT 'foreign table', n.nspname, c.relname FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'f' AND ${isUsersSchema} ORDER BY 2, 3`
