import type { TextSession } from '../sql/session.ts'
import type { ReplayedCount } from '../../contract/checkpoint.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { quoteLiteral } from './quote.ts'
import { type CheckpointStep, staleMark } from './checkpoint-step.ts'
import { isComplete } from './state-format.ts'
import { stateSchema } from './state-schema.ts'

/**
 * The statements that stand in the place of a checkpoint's own where rejected rows of a split are sent again. All of the
 * rows are to be waiting still, and the fence the split's, or the transaction fails as that of a stale writer does. Rows
 * that are rejected anew are among them: the caller stores those behind this.
 *
 * @param names Quoted
 */
export function replaySql(
  { checkpoint, ...step }: CheckpointStep,
  positions: readonly number[],
  { run, dataset, split }: { readonly run: string; readonly dataset: string; readonly split: string },
): string[] {
  const left = positions.length - step.rejected
  const refused = new Set(step.rejects.map(({ position }) => position))
  const through = positions.filter((position) => !refused.has(position))
  const statements = [
    `WITH taken AS (
       DELETE FROM ${stateSchema}.rejects WHERE run = ${run} AND dataset = ${dataset} AND split = ${split}
         AND position = ANY (${bigints(positions)}) RETURNING position, reject),
     kept AS (
       INSERT INTO ${stateSchema}.replayed (run, dataset, split, position, reject)
       SELECT ${run}, ${dataset}, ${split}, position, reject FROM taken WHERE position = ANY (${bigints(through)})),
     settled AS (
       UPDATE ${stateSchema}.splits SET written = written + ${step.written}, merged = merged + ${step.merged},
         filtered = filtered + ${step.filtered}, vanished = vanished + ${step.vanished}, rejected = rejected - ${left}
       WHERE run = ${run} AND split = ${split} AND fence = ${checkpoint.fence} AND done
       RETURNING 1)
     SELECT CASE WHEN (SELECT count(*) FROM taken) = ${positions.length} AND (SELECT count(*) FROM settled) = 1 THEN 1
       ELSE (${quoteLiteral(`${staleMark} `)} || (SELECT count(*) FROM taken))::integer END`,
  ]
  for (const { to, written, rejected } of step.outputs) {
    const fewer = positions.length - rejected
    // Of rows that were rejected before they came to this output's frame it has counted none.
    statements.push(
      `INSERT INTO ${stateSchema}.outputs AS held (run, dataset, split, target, written, rejected)
       VALUES (${run}, ${dataset}, ${split}, ${quoteLiteral(to)}, ${written}, ${rejected})
       ON CONFLICT (run, split, target) DO UPDATE
       SET written = held.written + ${written}, rejected = GREATEST(0, held.rejected - ${fewer})`,
    )
  }
  return statements
}

function bigints(positions: readonly number[]): string {
  return `'{${positions.join(',')}}'::bigint[]`
}

/** In the caller's transaction. @throws TL_K501 where the fence is an older one */
export async function beginReplay(
  session: TextSession,
  run: string,
  fence: number,
  redo: readonly string[],
): Promise<void> {
  const owned = await session.rows(
    `UPDATE ${stateSchema}.runs SET status = 'loaded' WHERE run = $1 AND fence = $2 RETURNING 1`,
    [run, fence],
  )
  if (owned.length === 0) throw new TransloadError('TL_K501', { run })
  for (const step of redo) {
    await session.rows(`DELETE FROM ${stateSchema}.finish_steps WHERE run = $1 AND step = $2`, [run, step])
  }
}

/** By dataset; none where no replay has ever begun here. */
export async function countReplayed(session: TextSession, run: string): Promise<readonly ReplayedCount[]> {
  if (!(await isComplete(session))) return []
  const rows = await session.rows(
    `SELECT dataset, count(*) FROM ${stateSchema}.replayed WHERE run = $1 GROUP BY dataset ORDER BY dataset`,
    [run],
  )
  return rows.map(([dataset, count]) => ({ dataset: dataset ?? '', count: Number(count) }))
}
