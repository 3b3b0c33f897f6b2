import pLimit from 'p-limit'
import { probe } from '../async/probe.ts'
import type { FinishOutcome, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { FinishStep, Plan } from '../model/plan.ts'
import type { NotValidated } from '../model/run-summary.ts'
import type { RunRequest } from './request.ts'
import { nameInTheEnd } from './name-in-the-end.ts'
import type { RunSession } from './session.ts'

export interface FinishResult {
  readonly done: number
  readonly notValidated: readonly NotValidated[]
  /** Keys and constraints that the rows do not allow: the run is incomplete, and can be finished again. */
  readonly violated: readonly NotValidated[]
}

/**
 * Builds what is built after the load: phase after phase, the steps of one phase side by side. A step that the rows do
 * not allow does not keep the others from being built. A swap is left out: see `swapTables`.
 */
export async function finish(request: RunRequest, session: RunSession, target: Target): Promise<FinishResult> {
  const notValidated: NotValidated[] = []
  const violated: NotValidated[] = []
  let done = 0
  const limit = pLimit(Math.max(1, request.flags.laneCount))
  const { plan } = session
  for (const steps of byPhase(plan.finish.filter(({ kind }) => kind !== 'swap'))) {
    await Promise.all(
      steps.map((step) =>
        limit(async () => {
          const outcome = await finishStep(request, session, target, step)
          if (outcome.outcome === 'done') done++
          else if (outcome.outcome === 'not validated') notValidated.push(entry(plan, step, outcome.reason))
          else violated.push(entry(plan, step, withKeys(outcome.reason, outcome.sampleKeys)))
        }),
      ),
    )
  }
  return { done, notValidated, violated }
}

/** One step, with what is told of it. */
export async function finishStep(
  request: RunRequest,
  session: RunSession,
  target: Target,
  step: FinishStep,
): Promise<FinishOutcome> {
  if (request.stop.aborted) throw request.stop.reason
  probe('before-finish-step')
  const outcome = await runStep(session, target, step, request.signal)
  probe('after-finish-step')
  request.events.finished(step, outcome)
  return outcome
}

async function runStep(
  session: RunSession,
  target: Target,
  step: FinishStep,
  signal: AbortSignal,
): Promise<FinishOutcome> {
  try {
    return await target.finish(session.run, session.fence, step, signal)
  } catch (error) {
    if (!(error instanceof TransloadError) || error.code !== 'TL_T399') throw error
    throw new TransloadError('TL_T310', { step: `${step.kind} ${step.name}`, reason: error.title }, error)
  }
}

function byPhase(steps: readonly FinishStep[]): FinishStep[][] {
  const phases = Map.groupBy(steps, (step) => step.phase)
  return [...phases.keys()].toSorted((a, b) => a - b).map((phase) => phases.get(phase) ?? [])
}

function entry(plan: Plan, step: FinishStep, reason: string): NotValidated {
  const { schema, name } = step.table
  return { kind: step.kind, name: `${nameInTheEnd(plan, `${schema}.${name}`)}.${step.name}`, reason }
}

function withKeys(reason: string, keys: readonly string[]): string {
  return keys.length === 0 ? reason : `${reason} (${keys.join('; ')})`
}
