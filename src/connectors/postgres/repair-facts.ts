import type { QualifiedName } from '../../model/relation.ts'
import { loadingSetting } from './ddl/on-update.ts'

/** What the catalog says of a table that decides how its rows can be written. */
export interface RepairFacts {
  readonly columns: readonly {
    readonly name: string
    readonly isNotNull: boolean
    /** A default, or an identity's next value. */
    readonly hasValue: boolean
    readonly isGenerated: boolean
    readonly isAlwaysIdentity: boolean
    readonly labels: readonly string[] | null
  }[]
  /** Columns of the unique indexes that hold for every row, none of which may be NULL. */
  readonly uniqueKeys: readonly (readonly string[])[]
  /** False: an INSERT may not say ON CONFLICT, for a unique constraint that may wait, or a rule. */
  readonly canSayOnConflict: boolean
  /** Tables that its foreign keys refer to, itself left out. */
  readonly parents: readonly QualifiedName[]
  /** Foreign keys, of any table, that refer to it. */
  readonly referrers: readonly {
    readonly table: QualifiedName
    readonly columns: readonly string[]
    readonly referencedColumns: readonly string[]
    readonly isSelf: boolean
  }[]
  readonly triggers: readonly string[]
}

const names = (relation: string, numbers: string): string => `(
  SELECT json_agg(a.attname ORDER BY k.place)
  FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number)`

/** $1: the table, quoted. One row of JSON text. */
export const repairFactsSql = `
WITH RECURSIVE t AS (SELECT pg_catalog.to_regclass($1) AS oid),
step AS (
  SELECT a.attnum, a.attname, a.attnotnull AS not_null, a.atthasdef OR a.attidentity <> '' AS has_value,
    a.attgenerated, a.attidentity, a.atttypid AS type_id
  FROM t JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT s.attnum, s.attname, s.not_null OR d.typnotnull, s.has_value OR d.typdefault IS NOT NULL,
    s.attgenerated, s.attidentity, d.typbasetype
  FROM step AS s JOIN pg_catalog.pg_type AS d ON d.oid = s.type_id AND d.typtype = 'd'
)
SELECT json_build_object(
  'columns', (
    SELECT json_agg(json_build_object(
      'name', s.attname, 'isNotNull', s.not_null, 'hasValue', s.has_value,
      'isGenerated', s.attgenerated <> '', 'isAlwaysIdentity', s.attidentity = 'a',
      'labels', (SELECT json_agg(e.enumlabel) FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = s.type_id)
    ) ORDER BY s.attnum)
    FROM step AS s JOIN pg_catalog.pg_type AS b ON b.oid = s.type_id AND b.typtype <> 'd'),
  'uniqueKeys', COALESCE((
    SELECT json_agg(${names('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')})
    FROM pg_catalog.pg_index AS i WHERE i.indrelid = t.oid AND i.indisunique AND i.indisvalid
      AND i.indexprs IS NULL AND i.indpred IS NULL AND NOT EXISTS (
        SELECT FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) AS k (number)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number AND NOT a.attnotnull)), '[]'),
  'canSayOnConflict', NOT EXISTS (
      SELECT FROM pg_catalog.pg_index AS i WHERE i.indrelid = t.oid AND NOT i.indimmediate)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = t.oid),
  'parents', COALESCE((
    SELECT json_agg(DISTINCT jsonb_build_object('schema', n.nspname, 'name', c.relname))
    FROM pg_catalog.pg_constraint AS f JOIN pg_catalog.pg_class AS c ON c.oid = f.confrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND f.conrelid = t.oid AND f.conparentid = 0 AND f.confrelid <> t.oid), '[]'),
  'referrers', COALESCE((
    SELECT json_agg(json_build_object(
      'table', json_build_object('schema', n.nspname, 'name', c.relname),
      'columns', ${names('f.conrelid', 'f.conkey')},
      'referencedColumns', ${names('f.confrelid', 'f.confkey')},
      'isSelf', f.conrelid = t.oid) ORDER BY n.nspname, c.relname, f.conname)
    FROM pg_catalog.pg_constraint AS f JOIN pg_catalog.pg_class AS c ON c.oid = f.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND f.confrelid = t.oid AND f.conparentid = 0), '[]'),
  'triggers', COALESCE((
    SELECT json_agg(g.tgname ORDER BY g.tgname) FROM pg_catalog.pg_trigger AS g
    WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled NOT IN ('D', 'R')
      AND position('${loadingSetting}' IN pg_catalog.pg_get_triggerdef(g.oid)) = 0), '[]')
)::text
FROM t WHERE t.oid IS NOT NULL`
