import type { TextRow } from '../sql/session.ts'

/** Types of the users' own that are text (enum types) or another type (domains, whatever they are made of), by name. */
export const ownTypesSql = `
WITH RECURSIVE own AS (
  SELECT t.oid, t.oid AS base FROM pg_catalog.pg_type AS t WHERE t.typtype IN ('d', 'e')
  UNION ALL
  SELECT own.oid, b.typbasetype
  FROM own JOIN pg_catalog.pg_type AS b ON b.oid = own.base AND b.typtype = 'd'
)
SELECT pg_catalog.format_type(own.oid, NULL),
  CASE t.typtype WHEN 'e' THEN 'text' ELSE pg_catalog.format_type(own.base, NULL) END
FROM own JOIN pg_catalog.pg_type AS t ON t.oid = own.base AND t.typtype <> 'd'`

/** A type, or what a type of the users' own is made of. */
export type TypeResolver = (type: string) => string

/** @param rows Of `ownTypesSql` */
export function typeResolver(rows: readonly TextRow[]): TypeResolver {
  const own = new Map(rows.map(([name, what]) => [name ?? '', what ?? '']))
  return (type) => {
    const [, name = type, brackets = ''] = /^(.*?)((?:\[\])*)$/.exec(type) ?? []
    const what = own.get(name)
    return what === undefined ? type : `${what}${brackets}`
  }
}
