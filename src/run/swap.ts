import type { Target } from '../contract/target.ts'
import { allowsRejects } from './budget.ts'
import { type FinishStep, outputsOf, type Plan } from '../model/plan.ts'
import { finishStep } from './finish.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'
import type { RunSession } from './session.ts'
import { rowsRejected, verdictOnRows } from './verdict.ts'

/** Whether tables of the plan are loaded beside others whose places they are to take. */
export function hasSwap(plan: Plan): boolean {
  return swapOf(plan) !== undefined
}

function swapOf(plan: Plan): FinishStep | undefined {
  return plan.finish.find(({ kind }) => kind === 'swap')
}

/**
 * Puts tables that were loaded beside others in their places, which makes the run `finished`; or leaves all tables where
 * they are, and says why: those that are there are not given up for any that are not all right.
 */
export async function swapTables(
  request: RunRequest,
  session: RunSession,
  target: Target,
  record: RunRecord,
): Promise<void> {
  const hindrance = await hindranceOf(request, session, target, record)
  if (hindrance !== undefined) {
    const beside = session.plan.datasets.flatMap(outputsOf).flatMap(({ to, beside: table }) => {
      return table === undefined ? [] : [`${to} (new: ${table.name.schema}.${table.name.name})`]
    })
    const message = `No table was replaced, since ${hindrance}: ${beside.join(', ')}`
    record.warnings.push({ code: 'not-replaced', message })
    request.events.warning(message)
    return
  }
  // It may wait for others, and has done nothing until it is done: a first signal is enough to end it.
  const stoppable = { ...request, signal: AbortSignal.any([request.signal, request.stop]) }
  const step = swapOf(session.plan)
  if (step !== undefined) await finishStep(stoppable, session, target, step)
  await session.setStatus(target, 'finished', request.signal)
}

async function hindranceOf(
  request: RunRequest,
  session: RunSession,
  target: Target,
  record: RunRecord,
): Promise<string | undefined> {
  if (!record.mayReplace) return 'a retry of rejected rows replaces none; run the pipeline again'
  const splits = await target.state.splits(session.run, request.signal)
  const left = splits.filter(({ done }) => !done).length
  if (left > 0) return `${left} of ${splits.length} parts are not copied`
  const mayReject = allowsRejects(request.pipeline, session.plan, session.tally)
  return ((mayReject ? undefined : rowsRejected(record)) ?? verdictOnRows(request, record))?.message
}
