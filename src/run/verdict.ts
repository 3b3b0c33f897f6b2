import { TransloadError } from '../errors/transload-error.ts'
import { overLossBudget } from './budget.ts'
import { cureOfRejects } from './cure-of-rejects.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'

/** What a run that came to its end still ends with, the first that applies. */
export function verdict(request: RunRequest, record: RunRecord): TransloadError | undefined {
  return rowsRejected(record) ?? verdictOnRows(request, record) ?? columnsNotCompared(request, record)
}

/** Who asked for every value is told by the exit code where some could not be compared; who did not, by the report. */
function columnsNotCompared({ pipeline }: RunRequest, { uncompared }: RunRecord): TransloadError | undefined {
  const { mode } = pipeline.validate
  if ((mode !== 'stream' && mode !== 'digest' && mode !== 'rebuild') || uncompared.length === 0) return undefined
  return new TransloadError('TL_V702', { columns: uncompared.slice(0, 10).join(', ') })
}

export function rowsRejected({ session, rejects }: RunRecord): TransloadError | undefined {
  const total = session?.tally.total()
  if (total === undefined || total.rejected === 0) return undefined
  return new TransloadError('TL_D412', {
    count: total.rejected,
    read: total.read,
    cure: cureOfRejects(session?.run, rejects),
  })
}

/** The same of the rows that went over: losses, keys, counts. */
export function verdictOnRows(request: RunRequest, record: RunRecord): TransloadError | undefined {
  const overBudget = overLossBudget(request.pipeline.losses, record.losses)
  if (overBudget !== undefined) return new TransloadError('TL_D411', { reason: overBudget })
  const violated = record.finish?.violated ?? []
  if (violated.length > 0) {
    const reason = violated.map((entry) => `${entry.kind} ${entry.name}`).join(', ')
    return new TransloadError('TL_T311', { count: violated.length, reason })
  }
  if (record.differences.length > 0) {
    return differencesError(record.differences)
  }
  return undefined
}

/** The first of them, and how many more there are. */
export function differencesError(differences: readonly string[]): TransloadError {
  const more = differences.length - shownDifferences
  const first = differences.slice(0, shownDifferences).join('; ')
  return new TransloadError('TL_V701', { reason: more > 0 ? `${first}; and ${more} more` : first })
}

const shownDifferences = 5
