import type { Pipeline } from '../config/pipeline.ts'
import type { OpenOptions, Registry } from '../contract/connector.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plan } from '../model/plan.ts'
import { createPlan } from '../plan/create-plan.ts'
import { planIdentity } from '../plan/plan-identity.ts'
import type { RunFlags } from './request.ts'

export interface PlanOnlyRequest {
  readonly pipeline: Pipeline
  readonly flags: RunFlags
  readonly registry: Registry
  readonly notice: (message: string) => void
  readonly signal: AbortSignal
}

/**
 * The plan that a run would begin with, made with both ends open and nothing written to either.
 * @throws TransloadError where an end cannot be opened or the plan cannot be made
 */
export async function planOnly(request: PlanOnlyRequest): Promise<Plan> {
  const { pipeline, flags, registry, signal } = request
  const sourceConnector = await registry(pipeline.source)
  const targetConnector = await registry(pipeline.target)
  const sourceEnd = sourceConnector.parseUrl(pipeline.source)
  const targetEnd = targetConnector.parseUrl(pipeline.target)
  if (sourceConnector.openSource === undefined) throw unusable(sourceEnd.label, 'source')
  if (targetConnector.openTarget === undefined) throw unusable(targetEnd.label, 'target')
  const options: OpenOptions = {
    laneCount: flags.laneCount,
    maxBytesPerSecond: flags.maxBytesPerSecond,
    notice: request.notice,
  }
  await using source = await sourceConnector.openSource(sourceEnd, options, signal)
  await using target = await targetConnector.openTarget(targetEnd, options, signal)
  const scope = planScope(flags)
  return await createPlan({
    source,
    target,
    sourceEnd,
    targetEnd,
    identity: planIdentity(sourceEnd, targetEnd, pipeline, scope),
    pipeline,
    scope,
    census: flags.census,
    censusLimit: flags.censusLimit,
    laneCount: flags.laneCount,
    signal,
  })
}

/**
 * Refuses a saved plan that was made for something else than it is about to be run with.
 * @throws TL_K503 naming what differs; TL_C103, TL_C104 for URLs that cannot be used
 */
export async function assertPlanFits(
  plan: Plan,
  pipeline: Pipeline,
  flags: Pick<RunFlags, 'schemaOnly' | 'dataOnly'>,
  registry: Registry,
): Promise<void> {
  const sourceEnd = (await registry(pipeline.source)).parseUrl(pipeline.source)
  const targetEnd = (await registry(pipeline.target)).parseUrl(pipeline.target)
  for (const [end, given, planned] of [
    ['source', sourceEnd, plan.source],
    ['target', targetEnd, plan.target],
  ] as const) {
    if (given.identity === planned.identity) continue
    throw new TransloadError('TL_K503', { reason: `it was made for the ${end} ${planned.label}, not ${given.label}` })
  }
  if (planIdentity(sourceEnd, targetEnd, pipeline, planScope(flags)) === plan.identity) return
  const reason =
    'it was made for other datasets, mapping, names or mode, or for another of --schema-only and --data-only'
  throw new TransloadError('TL_K503', { reason })
}

function planScope(flags: Pick<RunFlags, 'schemaOnly' | 'dataOnly'>): 'all' | 'schema' | 'data' {
  if (flags.schemaOnly) return 'schema'
  return flags.dataOnly ? 'data' : 'all'
}

function unusable(url: string, end: 'source' | 'target'): TransloadError {
  return new TransloadError('TL_C103', { url, reason: `it cannot be a ${end}`, cure: 'Name another one.' })
}
