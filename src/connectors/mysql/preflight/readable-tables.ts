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

async function findIn(session: TextSession, reads: readonly ReadPlan[]): Promise<readonly ReadPlan[]> {
  try {
    await session.rows(reads.map(readNothing).join(' UNION ALL '))
    return []
  } catch (error) {
    if (!(error instanceof TransloadError) || error.code !== 'TL_S204') throw error
    if (reads.length === 1) return reads
    const half = Math.ceil(reads.length / 2)
    return [...(await findIn(session, reads.slice(0, half))), ...(await findIn(session, reads.slice(half)))]
  }
}

function readNothing(read: ReadPlan): string {
  const columns = read.columns.length === 0 ? '1' : read.columns.map(({ name }) => quoteName(name)).join(', ')
  return `SELECT 1 FROM (SELECT ${columns} FROM ${quoteQualified(read.table)} LIMIT 0) AS nothing`
}
