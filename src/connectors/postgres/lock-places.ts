import { TransloadError } from '../../errors/transload-error.ts'
import type { FinishStep } from '../../model/plan.ts'
import { isSameName, type QualifiedName } from '../../model/relation.ts'
import type { TextSession } from '../sql/session.ts'
import { describeIn } from './describe.ts'
import { quoteQualified } from './quote.ts'
import { strangers } from './state-objects.ts'

/** How long each table is waited for, while others queue behind the wait, before all of them are let go. */
const patience = '2s'

/**
 * Locks the tables whose places others are to take, so that nothing is tied to them any more, and makes sure that nothing
 * is: DROP TABLE stops at a view, but takes triggers, policies, grants and their like with it in silence.
 *
 * @throws TL_T308 where something is, or where another table has come into a place
 */
export async function lockPlaces(session: TextSession, run: string, places: FinishStep['places'] = []): Promise<void> {
  await session.rows(`SET LOCAL lock_timeout = '${patience}'`)
  const there = await describeIn(session, places)
  if (there.length === 0) return
  await session.rows(`LOCK TABLE ${namesOf(there.map(({ name }) => name))} IN ACCESS EXCLUSIVE MODE`)
  const others = await strangers(session, run, places)
  const locked = await describeIn(session, places)
  const stranger = locked.find(({ name, isEmpty }) => {
    const wasFree = places.some((place) => isSameName(place, name) && !place.isTaken)
    return others.some((other) => isSameName(other, name)) || (wasFree && !isEmpty)
  })
  if (stranger !== undefined) {
    const cure = 'Drop or rename it, then run the same command again.'
    const reason = 'somebody has made it since the run began'
    throw new TransloadError('TL_T308', { table: quoteQualified(stranger.name), reason, cure })
  }
  const tied = locked.find(({ dependents }) => dependents.length > 0)
  if (tied === undefined) return
  throw new TransloadError('TL_T308', {
    table: quoteQualified(tied.name),
    reason: `a new table in its place would not have what has been tied to it since: ${tied.dependents.join(', ')}`,
    cure: 'Drop what is tied to it, and make it again after the same command has been run once more.',
  })
}

/** Quoted, for statements and for people. */
export function namesOf(names: readonly QualifiedName[]): string {
  return names.map((name) => quoteQualified(name)).join(', ')
}
