import { TransloadError } from '../errors/transload-error.ts'
import type { Plan } from '../model/plan.ts'
import { fingerprintsOf, loadStages, stageOfKey } from '../transform/bind-stages.ts'
import type { SecretOf, StageKeys } from '../transform/stage-keys.ts'

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

/** Which key is not the one that a plan was made with, for people; undefined where all are. */
export function otherKey({ datasets }: Plan, keys: StageKeys): string | undefined {
  for (const { from, transform = [], keys: planned = {} } of datasets) {
    for (const [reference, fingerprint] of Object.entries(fingerprintsOf(transform, keys) ?? {})) {
      if (planned[reference] === fingerprint) continue
      return `${reference}, the key of ${stageOfKey(transform, reference)} of ${from}, has changed`
    }
  }
  return undefined
}
