import type { Target } from '../contract/target.ts'
import type { CountAnswer } from '../model/count.ts'
import type { Plan } from '../model/plan.ts'
import { compareCounts } from '../validate/compare-counts.ts'
import { countPairs } from '../validate/questions.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'
import type { RunSession } from './session.ts'

/** Compares the source's counts, taken from the copy's own moment, with the target's. */
export async function validateCounts(
  request: RunRequest,
  session: RunSession,
  target: Target,
  sourceCounts: readonly CountAnswer[],
  record: RunRecord,
): Promise<void> {
  const pairs = countPairs(session.plan.datasets, request.pipeline.validate.orphans)
  const targetCounts = await target.count(
    pairs.map((pair) => pair.target),
    request.signal,
  )
  const { summary, differences } = compareCounts(
    pairs,
    sourceCounts,
    targetCounts,
    (dataset) => ({
      counts: session.tally.counts(dataset),
      elsewhere: elsewhere(session, record, dataset),
      losses: record.losses.filter((loss) => loss.dataset === dataset),
      rejects: record.rejects.filter((reject) => reject.dataset === dataset),
    }),
    (dataset, column, rule) => makesNull(session.plan, dataset, column, rule),
    session.consistency?.level === 'mixed' ? 'mixed' : 'one',
  )
  record.validation = summary
  if (summary.status === 'different') record.differences = differences
  for (const difference of differences) record.warnings.push({ code: 'count-differs', message: difference })
}

/** Rows of a dataset that went to tables of their own alone. */
function elsewhere({ plan, tally }: RunSession, { outputs }: RunRecord, from: string): number {
  const dataset = plan.datasets.find((one) => one.from === from)
  const to = dataset?.writes[0]?.to
  if (dataset?.others === undefined || dataset.others.length === 0 || to === undefined) return 0
  const own = outputs.filter((output) => output.dataset === from && output.to === `${to.schema}.${to.name}`)
  return tally.counts(from).written - own.reduce((sum, { written }) => sum + written, 0)
}

function makesNull(plan: Plan, dataset: string, column: string, rule: string): boolean {
  const read = plan.datasets.find((candidate) => candidate.from === dataset)?.read
  const policies = read?.columns.find((candidate) => candidate.name === column)?.policies ?? {}
  return Object.values(policies).some((policy) => policy?.do === 'null' && policy.rule === rule)
}
