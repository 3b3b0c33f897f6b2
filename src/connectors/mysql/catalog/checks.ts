import type { CheckInfo } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { unwrapServerText } from '../expression-text.ts'
import { quoteLiteral } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'
import { compareText, groupBy, readInformation } from './information-rows.ts'

/** A CHECK without its neutral form. */
export type RawCheck = Pick<CheckInfo, 'name' | 'sql' | 'enforced'>

/** Checks by table, in the order of their names; MariaDB's of one column go by the column's name. */
export async function readChecks(
  session: TextSession,
  server: ServerFacts,
  database: string,
): Promise<ReadonlyMap<string, readonly RawCheck[]>> {
  if (!server.catalogHas('CHECK_CONSTRAINTS')) return new Map()
  const where = `CONSTRAINT_SCHEMA = ${quoteLiteral(database)}`
  const columns = ['CONSTRAINT_SCHEMA', 'TABLE_NAME', 'CONSTRAINT_NAME', 'CHECK_CLAUSE'] as const
  const rows = await readInformation(session, server, 'CHECK_CONSTRAINTS', columns, where)
  const own = rows.filter((row) => row.CONSTRAINT_SCHEMA === database)
  if (own.length === 0) return new Map()
  // MySQL names the table of a check, which is unique in its database, only in TABLE_CONSTRAINTS.
  const named = server.catalogHas('CHECK_CONSTRAINTS', 'TABLE_NAME')
  const owners = named ? new Map<string, Owner>() : await readOwners(session, server, database)
  const checks = own.map((row) => {
    const name = row.CONSTRAINT_NAME ?? ''
    const owner = owners.get(name)
    const sql = row.CHECK_CLAUSE ?? ''
    return {
      table: row.TABLE_NAME ?? owner?.table ?? '',
      check: {
        name,
        sql: server.flavor === 'mysql' ? unwrapServerText(sql) : sql,
        enforced: owner?.enforced ?? true,
      },
    }
  })
  const byTable = groupBy(checks, ({ table }) => table)
  return new Map(
    [...byTable].map(([table, group]) => [
      table,
      group.map(({ check }) => check).toSorted((a, b) => compareText(a.name, b.name) || compareText(a.sql, b.sql)),
    ]),
  )
}

interface Owner {
  readonly table: string
  readonly enforced: boolean
}

async function readOwners(
  session: TextSession,
  server: ServerFacts,
  database: string,
): Promise<ReadonlyMap<string, Owner>> {
  const where = `CONSTRAINT_SCHEMA = ${quoteLiteral(database)} AND CONSTRAINT_TYPE = 'CHECK'`
  const columns = ['CONSTRAINT_SCHEMA', 'CONSTRAINT_NAME', 'TABLE_NAME', 'ENFORCED'] as const
  const rows = await readInformation(session, server, 'TABLE_CONSTRAINTS', columns, where)
  return new Map(
    rows
      .filter((row) => row.CONSTRAINT_SCHEMA === database)
      .map((row) => [row.CONSTRAINT_NAME ?? '', { table: row.TABLE_NAME ?? '', enforced: row.ENFORCED !== 'NO' }]),
  )
}
