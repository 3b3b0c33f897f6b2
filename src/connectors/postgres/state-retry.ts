import type { RetrySplit } from '../../contract/checkpoint.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { TextSession } from '../sql/session.ts'
import { asciiJson } from './ascii-json.ts'
import { stateSchema } from './state-schema.ts'

/**
 * Makes rejected rows work again, in the caller's transaction. A reject that another process has taken already is not
 * there any more: then nothing is done at all, with TL_K501.
 */
export async function retrySplits(
  session: TextSession,
  run: string,
  fence: number,
  retries: readonly RetrySplit[],
  redo: readonly string[],
): Promise<void> {
  const owned = await session.rows(
    `UPDATE ${stateSchema}.runs SET status = 'running' WHERE run = $1 AND fence = $2 RETURNING 1`,
    [run, fence],
  )
  if (owned.length === 0) throw new TransloadError('TL_K501', { run })
  for (const retry of retries) await retrySplit(session, run, fence, retry)
  for (const step of redo) {
    await session.rows(`DELETE FROM ${stateSchema}.finish_steps WHERE run = $1 AND step = $2`, [run, step])
  }
}

async function retrySplit(session: TextSession, run: string, fence: number, retry: RetrySplit): Promise<void> {
  for (const [split, positions] of Map.groupBy(retry.rejects, (reject) => reject.split)) {
    const taken = await session.rows(
      `DELETE FROM ${stateSchema}.rejects WHERE run = $1 AND split = $2
         AND position IN (SELECT value::bigint FROM json_array_elements_text($3::json) AS t (value)) RETURNING 1`,
      [run, split, asciiJson(positions.map((reject) => reject.position))],
    )
    if (taken.length !== positions.length) throw new TransloadError('TL_K501', { run })
    const change = [run, split, taken.length]
    await session.rows(
      `UPDATE ${stateSchema}.splits SET read = read - $3, rejected = rejected - $3 WHERE run = $1 AND split = $2`,
      change,
    )
    await session.rows(
      `UPDATE ${stateSchema}.outputs SET rejected = GREATEST(0, rejected - $3) WHERE run = $1 AND split = $2`,
      change,
    )
  }
  await session.rows(
    `INSERT INTO ${stateSchema}.splits (run, split, definition, place, fence)
     SELECT $1, $2, $3::json, max(place) + 1, $4 FROM ${stateSchema}.splits WHERE run = $1`,
    [run, retry.split.id, asciiJson(retry.split), fence],
  )
}
