import type { ErrorBudget, LossBudget } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { FateCounts } from '../model/fate.ts'
import type { LossCount } from '../model/loss.ts'

/** Rows below which a ratio says nothing: the first bad row of a table would be 100 %. */
const ratioFromRows = 1000

/** @throws TL_D410 as soon as more rows are rejected than the pipeline allows. */
export function assertRejectBudget(budget: ErrorBudget, counts: FateCounts, atEnd: boolean): void {
  const { rejected, read } = counts
  if (rejected === 0) return
  if (budget.onReject === 'stop') {
    throw new TransloadError('TL_D410', { reason: `${rejected} rejected, and the pipeline says onReject: stop` })
  }
  if (budget.maxRows !== undefined && rejected > budget.maxRows) {
    throw new TransloadError('TL_D410', { reason: `${rejected} rejected, maxRows is ${budget.maxRows}` })
  }
  if (budget.maxRatio !== undefined && (atEnd || read >= ratioFromRows) && rejected > read * budget.maxRatio) {
    throw new TransloadError('TL_D410', { reason: `${rejected} of ${read} rejected, maxRatio is ${budget.maxRatio}` })
  }
}

/** The losses that the budget does not cover, or undefined where it covers all. */
export function overLossBudget(budget: LossBudget | undefined, losses: readonly LossCount[]): string | undefined {
  if (budget === undefined) return undefined
  const counted = losses.filter((loss) => !budget.allow.includes(loss.rule))
  const total = counted.reduce((sum, loss) => sum + loss.count, 0)
  if (total <= budget.others) return undefined
  const rules = [...new Set(counted.map((loss) => loss.rule))].join(', ')
  return `${total} values changed by ${rules}, allowed are ${budget.others}`
}
