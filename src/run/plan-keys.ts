import type { Pipeline } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plain } from '../model/plain.ts'
import { type Plan, writeModes } from '../model/plan.ts'
import { planIdentity } from '../plan/plan-identity.ts'
import { fingerprintsOf, loadStages, stageOfKey } from '../transform/bind-stages.ts'
import { StageFault } from '../transform/stage-kind.ts'
import type { SecretOf, StageKeys } from '../transform/stage-keys.ts'
import type { Ends } from './ends.ts'
import { planOf } from './plan-of.ts'

/**
 * Loads the stages of a plan, with the keys that it was made with: under others, one value would have two masks.
 * @throws TL_K503 naming the dataset and stage whose key is another by now
 */
export async function loadPlanStages(plan: Plan, secretOf: SecretOf): Promise<StageKeys> {
  const keys = await loadStages(
    plan.datasets.flatMap(({ transform = [] }) => transform),
    secretOf,
  )
  const other = otherKey(plan, keys)
  if (other === undefined) return keys
  throw new TransloadError('TL_K503', { reason: `${other}: give it the key that the plan was made with` })
}

/** Fingerprints of the keys of stages. */
export async function loadFingerprints(
  stages: readonly Plain[],
  secretOf: SecretOf,
): Promise<{ readonly [reference: string]: string }> {
  return fingerprintsOf(stages, await loadStages(stages, secretOf)) ?? {}
}

/**
 * Sentences for people: that the newest run of this pipeline had other keys, and what comes of it, or that nobody can tell.
 * None where the stages have no keys, or the target knows no such run.
 */
export async function changedKeys(
  { target, sourceEnd, targetEnd }: Ends,
  { pipeline, stages, consequence }: ChangedKeysQuestion,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const keys = await loadStages(stages, pipeline.secrets.of)
  if (keys.size === 0) return []
  const identities = identitiesOf({ sourceEnd, targetEnd }, pipeline)
  try {
    const stored = (await target.state.list(signal)).find(({ planIdentity: of }) => identities.includes(of))
    const other = stored && otherKey(planOf(stored), keys)
    return other === undefined ? [] : [`${other} since the run ${stored?.run}: ${consequence}`]
  } catch (error) {
    if (!(error instanceof TransloadError)) throw error
    return [`whether the keys of stages are those of the run cannot be known: ${error.title}`]
  }
}

/** Of plans of a pipeline that have copied rows, whichever mode a flag has given it. */
export function identitiesOf(
  { sourceEnd, targetEnd }: Pick<Ends, 'sourceEnd' | 'targetEnd'>,
  pipeline: Pipeline,
): string[] {
  return (['all', 'data'] as const).flatMap((scope) =>
    writeModes.map((mode) => planIdentity(sourceEnd, targetEnd, { ...pipeline, mode }, scope)),
  )
}

interface ChangedKeysQuestion {
  readonly pipeline: Pipeline
  /** Of the tables that are taken. */
  readonly stages: readonly Plain[]
  /** What other keys come to here. */
  readonly consequence: string
}

/** Which key is not the one that a plan was made with, for people; undefined where all are. */
function otherKey({ datasets }: Plan, keys: StageKeys): string | undefined {
  for (const { from, transform = [], keys: planned = {} } of datasets) {
    for (const [reference, fingerprint] of Object.entries(planned)) {
      // Of a dataset that nobody asks about here.
      const key = keys.get(reference)
      // Also where it is none any more, such as one that is too short.
      if (key === undefined || (!(key instanceof StageFault) && key.fingerprint === fingerprint)) continue
      return `${reference}, the key of ${stageOfKey(transform, reference)} of ${from}, has changed`
    }
  }
  return undefined
}
