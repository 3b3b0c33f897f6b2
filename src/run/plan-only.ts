import type { Pipeline } from '../config/pipeline.ts'
import type { Registry } from '../contract/connector.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plan } from '../model/plan.ts'
import type { PreviewedPlan } from '../model/preview.ts'
import { createPlan } from '../plan/create-plan.ts'
import { planIdentity } from '../plan/plan-identity.ts'
import { openEnds } from './ends.ts'
import { previewRows } from './preview.ts'
import type { RunFlags, RunRequest } from './request.ts'

export type PlanOnlyRequest = Omit<RunRequest, 'savedPlan' | 'stop'> & {
  /** Rows of each dataset that are shown as they would go over, at the most; absent: none are read. */
  readonly previewRowCount?: number | undefined
}

/**
 * The plan that a run would begin with, made with both ends open and nothing written to either.
 * @throws TransloadError where an end cannot be opened or the plan cannot be made
 */
export async function planOnly(request: PlanOnlyRequest): Promise<PreviewedPlan> {
  const { pipeline, flags, events, signal, previewRowCount: rowCount } = request
  events.phase('connect')
  const ends = await openEnds(request, { source: '', target: '' })
  await using _source = ends.source
  await using _target = ends.target
  events.phase('plan')
  const scope = planScope(flags)
  const plan = await createPlan({
    ...ends,
    identity: planIdentity(ends.sourceEnd, ends.targetEnd, pipeline, scope),
    pipeline,
    scope,
    census: flags.census,
    censusLimit: flags.censusLimit,
    laneCount: flags.laneCount,
    triggers: flags.triggers,
    signal,
  })
  if (rowCount === undefined) return plan
  return { ...plan, preview: await previewRows(ends.source, plan, { rowCount, mask: pipeline.validate.mask }, signal) }
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
