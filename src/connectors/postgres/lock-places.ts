import { TransloadError } from '../../errors/transload-error.ts'
import type { FinishStep } from '../../model/plan.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { TextSession } from '../sql/session.ts'
import { describeIn } from './describe.ts'
import { quoteQualified } from './quote.ts'

/** How long each table is waited for, while others queue behind the wait, before all of them are let go. */
const patience = '2s'

/**
 * Locks the tables whose places others are to take, so that nothing is tied to them any more, and makes sure that nothing
 * is: DROP TABLE stops at a view, but takes triggers, policies, grants and their like with it in silence.
 *
 * @throws TL_T308 where something is, or where a table with rows has come into a place that was free
 */
export async function lockPlaces(session: TextSession, places: FinishStep['places'] = []): Promise<void> {
  await session.rows(`SET LOCAL lock_timeout = '${patience}'`)
  const there = await describeIn(session, places)
  if (there.length === 0) return
  await session.rows(`LOCK TABLE ${namesOf(there.map(({ name }) => name))} IN ACCESS EXCLUSIVE MODE`)
  for (const { name, dependents, isEmpty } of await describeIn(session, places)) {
    const place = places.find((one) => one.schema === name.schema && one.name === name.name)
    const table = quoteQualified(name)
    if (place?.isTaken === false && !isEmpty) {
      const cure = 'Drop or rename it, then run the same command again.'
      throw new TransloadError('TL_T308', { table, reason: 'somebody has made it since, with rows in it', cure })
    }
    if (dependents.length === 0) continue
    throw new TransloadError('TL_T308', {
      table,
      reason: `a new table in its place would not have what has been tied to it since: ${dependents.join(', ')}`,
      cure: 'Drop what is tied to it, and make it again after the same command has been run once more.',
    })
  }
}

/** Quoted, for statements and for people. */
export function namesOf(names: readonly QualifiedName[]): string {
  return names.map((name) => quoteQualified(name)).join(', ')
}
