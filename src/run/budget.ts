import type { ErrorBudget, LossBudget, Pipeline } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { FateCounts } from '../model/fate.ts'
import type { LossCount } from '../model/loss.ts'
import type { DatasetPlan, Plan } from '../model/plan.ts'
import { configOf } from '../plan/select-tables.ts'
import type { Tally } from './tally.ts'

/** Rows below which a ratio says nothing: the first bad row of a table would be 100 %. */
const ratioFromRows = 1000

/**
 * The budgets for all rows and, beside them, those of single datasets.
 *
 * @param datasets Whose own budgets are looked at
 * @throws TL_D410 as soon as more rows are rejected than the pipeline allows
 */
export function assertRejectBudgets(
  pipeline: Pipeline,
  datasets: readonly DatasetPlan[],
  tally: Tally,
  atEnd: boolean,
): void {
  assertRejectBudget(pipeline.errors, tally.total(), atEnd, '')
  for (const dataset of datasets) {
    const own = configOf(pipeline, dataset)?.errors
    if (own !== undefined) assertRejectBudget(own, tally.counts(dataset.from), atEnd, `${dataset.from}: `)
  }
}

/** Whether the pipeline allows for rejected rows where there are some: of all datasets together, or of each of those. */
export function allowsRejects(pipeline: Pipeline, { datasets }: Plan, tally: Tally): boolean {
  if (hasBound(pipeline.errors)) return true
  const having = datasets.filter(({ from }) => tally.counts(from).rejected > 0)
  return having.every((dataset) => hasBound(configOf(pipeline, dataset)?.errors))
}

function hasBound(budget: ErrorBudget | undefined): boolean {
  return budget?.maxRows !== undefined || budget?.maxRatio !== undefined
}

function assertRejectBudget(budget: ErrorBudget, { rejected, read }: FateCounts, atEnd: boolean, of: string): void {
  if (rejected === 0) return
  if (budget.onReject === 'stop') {
    throw new TransloadError('TL_D410', { reason: `${of}${rejected} rejected, and the pipeline says onReject: stop` })
  }
  if (budget.maxRows !== undefined && rejected > budget.maxRows) {
    throw new TransloadError('TL_D410', { reason: `${of}${rejected} rejected, maxRows is ${budget.maxRows}` })
  }
  if (budget.maxRatio !== undefined && (atEnd || read >= ratioFromRows) && rejected > read * budget.maxRatio) {
    const reason = `${of}${rejected} of ${read} rejected, maxRatio is ${budget.maxRatio}`
    throw new TransloadError('TL_D410', { reason })
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
