import { TransloadError } from '../../../errors/transload-error.ts'
import type { ReadPlan } from '../../../model/plan.ts'
import type { TextSession } from '../../sql/session.ts'
import { quoteName, quoteQualified } from '../quote.ts'

/** Tables whose columns are named in one statement. */
const tablesAtOnce = 50

/**
 * Those that the user may not read, column by column as they are going to be read. Found out by reading no rows of them:
 * roles, wildcards, partial revokes and grants on columns make no difference.
 *
 * @throws TL_S205 where a table or column is not there
 */
export async function findUnreadable(session: TextSession, reads: readonly ReadPlan[]): Promise<readonly ReadPlan[]> {
  const unreadable: ReadPlan[] = []
  for (let from = 0; from < reads.length; from += tablesAtOnce) {
    unreadable.push(...(await findIn(session, reads.slice(from, from + tablesAtOnce))))
  }
  return unreadable
}

/** Whether the user may read some column of a table, its name in backquotes. */
export async function mayRead(session: TextSession, table: string): Promise<boolean> {
  return await isPermitted(session, `SELECT 1 FROM ${table} LIMIT 0`)
}

async function findIn(session: TextSession, reads: readonly ReadPlan[]): Promise<readonly ReadPlan[]> {
  if (await isPermitted(session, reads.map(readNothing).join(' UNION ALL '))) return []
  if (reads.length === 1) return reads
  const half = Math.ceil(reads.length / 2)
  return [...(await findIn(session, reads.slice(0, half))), ...(await findIn(session, reads.slice(half)))]
}

async function isPermitted(session: TextSession, sql: string): Promise<boolean> {
  try {
    await session.rows(sql)
    return true
  } catch (error) {
    if (error instanceof TransloadError && error.code === 'TL_S204') return false
    throw error
  }
}

function readNothing(read: ReadPlan): string {
  const columns = read.columns.length === 0 ? '1' : read.columns.map(({ name }) => quoteName(name)).join(', ')
  return `SELECT 1 FROM (SELECT ${columns} FROM ${quoteQualified(read.table)} LIMIT 0) AS nothing`
}
