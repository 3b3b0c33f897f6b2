import { digestText } from '../canonical/digest-text.ts'
import type { Snapshot } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { LossCount, RejectedRow, RowKey } from '../model/loss.ts'
import type { DatasetValidation } from '../model/run-summary.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import { defaultMaxDifferences } from '../validate/compare-options.ts'
import { compareTable, type TableComparison } from '../validate/compare-table.ts'
import { plannedTable } from '../validate/planned-table.ts'
import { contentDifferences, contentsOf } from '../validate/summarise.ts'
import { ValueMask } from '../validate/value-mask.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'
import type { RunSession } from './session.ts'

/**
 * Compares every value of every row that the run has moved, at the moment that it was read. What is expected of the
 * target: the source's rows without those that were rejected, and values as the declared losses left them, as often as
 * the run has counted.
 *
 * Where an end cannot be compared so, or the rows are of more than one moment, the counts stand, with a warning.
 */
export async function validateContents(
  request: RunRequest,
  session: RunSession,
  snapshot: Snapshot,
  target: Target,
  record: RunRecord,
): Promise<void> {
  const { validation } = record
  const source = snapshot.contents
  if (validation === null) return
  if (source === undefined || target.openContents === undefined || session.consistency?.level === 'mixed') {
    const why =
      session.consistency?.level === 'mixed'
        ? 'its rows are of more than one moment'
        : 'an end has no contents to read again'
    const message = `Values were not compared: ${why}`
    record.warnings.push({ code: 'values-not-compared', message })
    request.events.warning(message)
    return
  }
  await using contents = await target.openContents(request.signal)
  const mask = new ValueMask(request.pipeline.validate.mask)
  const differences: string[] = []
  const datasets: DatasetValidation[] = []
  for (const [place, dataset] of session.plan.datasets.entries()) {
    const table = plannedTable(dataset, { source, contents })
    const counted = validation.datasets[place]
    if (counted === undefined) throw new TransloadError('TL_X901', { reason: `${dataset.from} was not counted` })
    if (table.columns.length === 0) {
      datasets.push(counted)
      continue
    }
    const rejects = record.rejects.filter(({ dataset: of }) => of === dataset.from)
    const comparison = await compareTable(table, {
      source,
      target: contents,
      maxDifferences: defaultMaxDifferences,
      onDifference: () => {},
      isExpected: isRejected(table, rejects),
      pause: () => Promise.resolve(),
      retract: () => Promise.resolve(),
      hide: mask.of(table),
      signal: request.signal,
    })
    const losses = record.losses.filter(({ dataset: of }) => of === dataset.from)
    differences.push(...differencesOf(comparison, losses, rejects.length > 0))
    datasets.push({ ...counted, ...contentsOf(comparison) })
  }
  const isProved = datasets.every(isCompared)
  const status = differences.length > 0 ? 'different' : isProved ? 'equal' : 'unproven'
  record.validation = { ...validation, status: validation.status === 'different' ? 'different' : status, datasets }
  record.differences = [...record.differences, ...differences]
  for (const difference of differences) record.warnings.push({ code: 'content-differs', message: difference })
}

function isCompared({ differences, columns }: DatasetValidation): boolean {
  if (differences === null) return false
  return columns.every(({ strength }) => strength !== 'skipped')
}

/** A row that is missing since the run rejected it. Rows without a key cannot be told apart: as many as were rejected. */
function isRejected(table: ComparedTable, rejects: readonly RejectedRow[]): (key: RowKey) => boolean {
  if (table.key.length === 0) {
    let left = rejects.length
    return () => left-- > 0
  }
  const names = table.key.map((slot) => table.columns[slot]!)
  const idOf = (key: RowKey): string => JSON.stringify(names.map(({ from, form }) => digestText(form, key[from] ?? '')))
  const ids = new Set(rejects.map(({ key }) => idOf(key)))
  return (key) => ids.has(idOf(key))
}

function differencesOf(comparison: TableComparison, losses: readonly LossCount[], hasRejects: boolean): string[] {
  const { table, log, mode } = comparison
  const found = contentDifferences(comparison)
  // A run counts no losses of rows that it rejects; in buckets nobody sees which rows those are.
  if (mode === 'buckets' && hasRejects) return found
  for (const { column, rule, count } of log.declared) {
    const noted = losses.find((loss) => loss.column === column && loss.rule === rule)?.count ?? 0
    if (noted !== count)
      found.push(`${table.from}.${column}: ${count} values changed by ${rule}, and the run has noted ${noted}`)
  }
  return found
}
