import { backoffMs } from '../../async/backoff.ts'
import { sleep } from '../../async/sleep.ts'
import type { FinishOutcome } from '../../contract/target.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { FinishStep } from '../../model/plan.ts'
import type { Sessions } from '../sql/session.ts'
import { lockPlaces, namesOf } from './lock-places.ts'
import { isServerError, type ServerError } from './errors.ts'
import { countViolations, sampleDuplicates, sampleRow } from './finish-violations.ts'
import { isFinishDone, markFinishDone } from './state-finish.ts'
import { stateSchema } from './state-schema.ts'

export interface FinishSettings {
  /** At least so much for an index build, such as `256MB`. A server that gives more is left alone. */
  readonly maintenanceWorkMem: string
}

const defaults: FinishSettings = { maintenanceWorkMem: '256MB' }

/** Steps that lock two tables can meet head-on; the server then ends one of them, which has done nothing yet. */
const maxAttempts = 5

/** Eight minutes or so: a swap waits for sessions that use the old table only for moments, and comes back. */
const maxSwapAttempts = 35

/**
 * Runs one step and the record that it is done in one transaction: a step either stands and is recorded, or neither. A
 * step that was recorded before answers `done` without doing anything. It waits for locks as long as it takes, since
 * an index of the same table may be hours in building; an abort cancels it in the server. Only a swap lets go every few
 * seconds, so that others get at the table in between.
 *
 * Rows that stand in the way are an outcome, not an error: duplicates and index entries that are too large are
 * `violated`, with keys of up to 5 of them; orphans and rows that break a check are `not validated`, with their number.
 *
 * @throws TL_T310 for what the server refuses for another reason; TL_K501 where the run was taken over
 */
export async function runFinishStep(
  sessions: Sessions,
  run: string,
  fence: number,
  step: FinishStep,
  signal: AbortSignal,
  settings: FinishSettings = defaults,
): Promise<FinishOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      await runOnce(sessions, run, fence, step, signal, settings)
      return { outcome: 'done' }
    } catch (error) {
      const refusal = error instanceof TransloadError && isServerError(error.cause) ? error.cause : undefined
      if (!refusal) throw error
      const isUsed = step.kind === 'swap' && (refusal.code === '55P03' || refusal.code === '40P01')
      if (isUsed ? attempt < maxSwapAttempts : refusal.code === '40P01' && attempt < maxAttempts) {
        await sleep(backoffMs(attempt), signal)
        continue
      }
      if (isUsed) {
        const reason = `other sessions kept using one of ${namesOf(step.places ?? [])}: see pg_stat_activity`
        throw new TransloadError('TL_T310', { step: step.id, reason }, error)
      }
      const outcome = await outcomeOf(sessions, step, refusal, signal)
      if (outcome) return outcome
      if (error instanceof TransloadError && error.code !== 'TL_T399') throw error
      // dependent_objects_still_exist: only the detail says which.
      const reason = refusal.code === '2BP01' ? `${refusal.message}: ${refusal.detail ?? ''}` : refusal.message
      throw new TransloadError('TL_T310', { step: step.id, reason: reason.replaceAll('\n', '; ') }, error)
    }
  }
}

async function runOnce(
  sessions: Sessions,
  run: string,
  fence: number,
  step: FinishStep,
  signal: AbortSignal,
  settings: FinishSettings,
): Promise<void> {
  await sessions.transaction(async (session) => {
    if (await isFinishDone(session, run, step.id)) return
    await session.rows(
      `SELECT pg_catalog.set_config('lock_timeout', '0', true),
         pg_catalog.set_config('maintenance_work_mem',
           GREATEST(pg_catalog.pg_size_bytes($1), pg_catalog.pg_size_bytes(current_setting('maintenance_work_mem'))) / 1024 || 'kB',
           true)`,
      [settings.maintenanceWorkMem],
    )
    if (step.kind === 'swap') await lockPlaces(session, run, step.places)
    for (const statement of step.statements) await session.rows(statement)
    await markFinishDone(session, run, fence, step.id)
    // Nothing can be gone on with any more: its tables have other names.
    if (step.kind === 'swap')
      await session.rows(`UPDATE ${stateSchema}.runs SET status = 'finished' WHERE run = $1`, [run])
  }, signal)
}

/** Undefined for an error that is none of the rows' doing. Decided by SQLSTATE: messages are in the server's language. */
async function outcomeOf(
  sessions: Sessions,
  step: FinishStep,
  refusal: ServerError,
  signal: AbortSignal,
): Promise<FinishOutcome | undefined> {
  const reason = refusal.message
  switch (step.kind) {
    case 'primary key':
    case 'unique':
    case 'index':
      // unique_violation, program_limit_exceeded (an index entry over 2,704 bytes), not_null_violation
      if (refusal.code === '23505') {
        return {
          outcome: 'violated',
          reason,
          sampleKeys: await sampleDuplicates(sessions, step.table, refusal, signal),
        }
      }
      if (refusal.code === '54000') {
        return { outcome: 'violated', reason, sampleKeys: await sampleRow(sessions, step.table, refusal, signal) }
      }
      return refusal.code === '23502' ? { outcome: 'violated', reason, sampleKeys: [] } : undefined
    case 'foreign key':
      // foreign_key_violation: of a key that was valid before, the server names one row.
      if (refusal.code === '23503') {
        return { outcome: 'violated', reason, sampleKeys: refusal.detail === undefined ? [] : [refusal.detail] }
      }
      // invalid_foreign_key: the parent's unique key could not be built.
      return refusal.code === '42830' ? { outcome: 'violated', reason, sampleKeys: [] } : undefined
    case 'validate':
      // foreign_key_violation, check_violation; undefined_object: its own step could not make it.
      if (refusal.code === '23503' || refusal.code === '23514') {
        const violations = await countViolations(sessions, step.table, step.name, signal)
        return { outcome: 'not validated', reason, violations }
      }
      return refusal.code === '42704' ? { outcome: 'not validated', reason, violations: undefined } : undefined
    default:
      return undefined
  }
}
