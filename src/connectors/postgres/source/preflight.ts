import type { Finding, ReadPlan } from '../../../model/plan.ts'
import type { Sessions } from '../../sql/session.ts'
import { quoteName, quoteQualified } from '../quote.ts'

/** A statement in a transaction that has been going on for longer holds up nobody, but tells that something is amiss. */
const longTransactionMinutes = 60

/** Tables that may not be read, with the exact GRANT; row security that would hide rows; transactions that last. */
export async function preflightSource(
  sessions: Sessions,
  reads: readonly ReadPlan[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (reads.length === 0) return []
  return await sessions.use(async (session) => {
    const rows = await session.rows(privilegesSql, [
      JSON.stringify(reads.map(({ table }) => ({ schema: table.schema, name: table.name }))),
    ])
    const findings: Finding[] = []
    for (const [schema, name, mayUse, mayRead, isHidden, hasHeirs, role] of rows) {
      const table = quoteQualified({ schema: schema ?? '', name: name ?? '' })
      const account = quoteName(role ?? '')
      if (mayUse !== 't' || mayRead !== 't') {
        const cures = [
          ...(mayUse === 't' ? [] : [`GRANT USAGE ON SCHEMA ${quoteName(schema ?? '')} TO ${account};`]),
          ...(mayRead === 't' ? [] : [`GRANT SELECT ON TABLE ${table} TO ${account};`]),
        ]
        const message = `${account} may not read ${table}`
        findings.push({ level: 'error', code: 'TL_S204', message, cure: cures.join('\n') })
      } else if (isHidden === 't') {
        findings.push({
          level: 'error',
          code: 'TL_S204',
          message: `row security of ${table} hides rows from ${account}`,
          cure: `ALTER ROLE ${account} BYPASSRLS;`,
        })
      }
      if (hasHeirs === 't') {
        const message = `${table} has tables that inherit from it: their rows are read with its own, and once more of themselves`
        findings.push({ level: 'warning', code: 'TL_K502', message, cure: 'Leave those tables out (except:).' })
      }
    }
    const [long] = await session.rows(longSql)
    if (Number(long?.[0] ?? 0) > 0) {
      const message = `${long?.[0] ?? ''} transactions have been going on for more than ${longTransactionMinutes} minutes: what they write and have not committed is not read`
      findings.push({ level: 'warning', code: 'TL_K502', message })
    }
    return findings
  }, signal)
}

/** $1: a JSON array of `{schema, name}`. */
const privilegesSql = `
SELECT n.nspname, c.relname, pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
  pg_catalog.has_table_privilege(c.oid, 'SELECT'), pg_catalog.row_security_active(c.oid),
  c.relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid), current_user
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS q (name, place)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = q.name->>'schema'
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = q.name->>'name'
ORDER BY q.place`

const longSql = `SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
  WHERE datname = pg_catalog.current_database() AND backend_type = 'client backend' AND backend_xid IS NOT NULL
    AND xact_start < pg_catalog.now() - interval '${longTransactionMinutes} minutes'`
