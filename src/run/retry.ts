import type { RetrySplit } from '../contract/checkpoint.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { isWholeKey, type RejectedRow } from '../model/loss.ts'
import { cureOfRejects, isUnread } from './cure-of-rejects.ts'
import type { Plan } from '../model/plan.ts'
import type { StoredRun } from '../model/run-state.ts'
import type { RunSummary } from '../model/run-summary.ts'
import type { Ends } from './ends.ts'
import { RunRecord } from './record.ts'
import { loadPlanStages } from './plan-keys.ts'
import type { RunRequest } from './request.ts'
import { carryOutBetween, type SessionOpener } from './run.ts'
import { planOf } from './plan-of.ts'
import { RunSession } from './session.ts'
import { hasSwap } from './swap.ts'

/** Rejected rows of one split of the retry: their keys are a statement's text. */
const maxKeysPerSplit = 1000

/**
 * Reads the rejected rows of a run again from the source, by key, and sends them through the run's stored plan. A row
 * that goes over is taken from the rejects in the transaction that writes it; one that fails again is rejected anew; one
 * that is not there any more has vanished. What was read at another moment is recorded: the run's consistency is `mixed`.
 */
export async function retryRejects(request: RunRequest, run: string): Promise<RunSummary> {
  return await carryOutBetween(
    { ...request, flags: { ...request.flags, resumeMixed: true } },
    new RunRecord({ mayReplace: false }),
    opener(run),
  )
}

function opener(run: string): SessionOpener {
  return async (request, ends) => {
    const { target } = ends
    const before = await findRun(ends, run, request.signal)
    const plan = planOf(before)
    assertSameEnds(plan, ends)
    assertNotSwapped(plan, before, run)
    // What its stages need is there, or nothing of the run's state is touched.
    await loadPlanStages(plan, request.pipeline.secrets.of)
    const stored = await target.state.takeOver(run, request.signal)
    const session = new RunSession(stored, plan)
    const rejects = await target.state.rejects(run, request.signal)
    const retries = retrySplits(plan, ends, rejects, stored.attempts)
    if (retries.length === 0) {
      throw new TransloadError('TL_C105', {
        reason: `The run ${run} has no rejected rows that can be read again by key`,
        cure: rejects.some(isUnread) ? cureOfRejects(run, rejects.filter(isUnread)) : 'See transload rejects RUN.',
      })
    }
    await target.state.retry(run, stored.fence, retries, stepsToRedo(plan), request.signal)
    await session.setStatus(target, 'running', request.signal)
    request.events.planned(plan, run)
    return session
  }
}

/** A run of the target's state. @throws TL_T305 */
export async function findRun({ target }: Ends, run: string, signal: AbortSignal): Promise<StoredRun> {
  const found = await target.state.find(run, signal)
  if (found !== undefined) return found
  throw new TransloadError('TL_T305', {
    endpoint: target.label,
    kind: 'run',
    name: run,
    cure: 'See transload runs; name the source and target of that run.',
  })
}

/** The tables that the run wrote have the places and names of those that they replaced. */
export function assertNotSwapped(plan: Plan, { status }: StoredRun, run: string): void {
  if (status !== 'finished' || !hasSwap(plan)) return
  throw new TransloadError('TL_C105', {
    reason: `The run ${run} has replaced its tables: rows cannot be added to it`,
    cure: 'Run the pipeline again: mode replace takes all rows over anew.',
  })
}

export function assertSameEnds(plan: Plan, { sourceEnd, targetEnd }: Ends): void {
  if (plan.source.identity === sourceEnd.identity && plan.target.identity === targetEnd.identity) return
  throw new TransloadError('TL_K503', { reason: `the run went from ${plan.source.label} to ${plan.target.label}` })
}

/** What more rows make a finish step say anew: what sequences give next, and what the server knows of the values. */
export function stepsToRedo({ finish }: Plan): string[] {
  return finish.filter((step) => step.kind === 'sequence' || step.kind === 'analyze').map((step) => step.id)
}

function retrySplits(plan: Plan, { source }: Ends, rejects: readonly RejectedRow[], attempt: number): RetrySplit[] {
  const retries: RetrySplit[] = []
  for (const dataset of plan.datasets) {
    // Without a key that tells rows apart a retry could read another row, or one row twice.
    if (dataset.read.key === undefined) continue
    // Nor is there a key where a stage hides it: it was not kept.
    if (dataset.read.key.columns.some((column) => dataset.hidden?.includes(column))) continue
    // Of what could not be read at all no key is known.
    const own = rejects.filter(({ dataset: of, key }) => of === dataset.from && isWholeKey(key))
    for (let start = 0; start < own.length; start += maxKeysPerSplit) {
      const part = own.slice(start, start + maxKeysPerSplit)
      const split = source.keySplit(
        dataset.read,
        part.map((reject) => reject.key),
      )
      const id = `${dataset.from}!${attempt}.${start / maxKeysPerSplit}`
      retries.push({
        split: { ...split, id, keyCount: part.length },
        rejects: part.map((reject) => ({ split: reject.split, position: reject.position })),
      })
    }
  }
  return retries
}
