import { TransloadError } from '../../errors/transload-error.ts'
import type { TextSession } from '../sql/session.ts'
import { stateSchema } from './state-schema.ts'

/** Whether a finish step of the run is recorded as done. */
export async function isFinishDone(session: TextSession, run: string, stepId: string): Promise<boolean> {
  const found = await session.rows(`SELECT FROM ${stateSchema}.finish_steps WHERE run = $1 AND step = $2`, [
    run,
    stepId,
  ])
  return found.length > 0
}

/**
 * Records in the session's transaction that a finish step is done. Until that transaction ends, nobody can take the run
 * over.
 *
 * @throws TL_K501 where the run's fence is another one; the transaction must then be rolled back.
 */
export async function markFinishDone(session: TextSession, run: string, fence: number, stepId: string): Promise<void> {
  const held = await session.rows(`SELECT FROM ${stateSchema}.runs WHERE run = $1 AND fence = $2 FOR SHARE`, [
    run,
    fence,
  ])
  if (held.length === 0) throw new TransloadError('TL_K501', { run })
  await session.rows(
    `INSERT INTO ${stateSchema}.finish_steps (run, step) VALUES ($1, $2) ON CONFLICT (run, step) DO NOTHING`,
    [run, stepId],
  )
}
