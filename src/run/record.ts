import type { OutputCount, ReplayedCount } from '../contract/checkpoint.ts'
import type { LossCount, RejectedRow } from '../model/loss.ts'
import type { Warning } from '../model/plan.ts'
import type { ValidationSummary } from '../model/run-summary.ts'
import type { FinishResult } from './finish.ts'
import type { RunSession } from './session.ts'
import { Stopwatch } from './stopwatch.ts'

/** What a run has come to so far: filled as it goes, so that a summary can be made of it however it ends. */
export class RunRecord {
  readonly watch = new Stopwatch()
  /** False for a retry of rejected rows, which does not know what else the pipeline asks for. */
  readonly mayReplace: boolean
  source = ''
  target = ''
  session: RunSession | undefined
  losses: readonly (LossCount & { readonly dataset: string })[] = []
  outputs: readonly (OutputCount & { readonly dataset: string })[] = []
  rejects: readonly RejectedRow[] = []
  replayed: readonly ReplayedCount[] = []
  finish: FinishResult | undefined
  validation: ValidationSummary | null = null
  differences: readonly string[] = []
  /** Columns that were to be compared and could not be; none where contents were not compared at all. */
  uncompared: readonly string[] = []
  readonly warnings: Warning[] = []

  constructor({ mayReplace }: { readonly mayReplace: boolean } = { mayReplace: true }) {
    this.mayReplace = mayReplace
  }
}
