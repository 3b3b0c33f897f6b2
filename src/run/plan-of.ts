import { TransloadError } from '../errors/transload-error.ts'
import type { Plan } from '../model/plan.ts'
import type { StoredRun } from '../model/run-state.ts'

/** The state's own word for a plan is trusted as far as its schema goes: another version's cannot be gone on with. */
export function planOf(stored: StoredRun): Plan {
  const plan = stored.plan
  if (plan !== null && typeof plan === 'object' && 'schema' in plan && plan['schema'] === 'transload.plan/1') {
    return plan as unknown as Plan
  }
  throw new TransloadError('TL_K504', { reason: `the plan of run ${stored.run} is of another version` })
}
