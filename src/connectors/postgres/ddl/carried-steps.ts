import type { FinishStep, NotCarried } from '../../../model/plan.ts'

/** Steps that carry an object, and what of it is not carried. */
export interface CarriedSteps {
  readonly steps: readonly FinishStep[]
  readonly notCarried: readonly NotCarried[]
}
