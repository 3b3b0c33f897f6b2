import type { CountAnswer } from '../model/count.ts'
import type { FateCounts } from '../model/fate.ts'
import type { LossCount, RejectedRow } from '../model/loss.ts'
import type { WriteMode } from '../model/plan.ts'
import type { DatasetValidation, ValidationSummary } from '../model/run-summary.ts'
import { ignoresCase } from '../plan/collation.ts'
import type { CountPair } from './questions.ts'

/** What the run says became of a dataset: a part of what is expected of the target. */
export interface DatasetOutcome {
  readonly counts: FateCounts
  /** Of those written: rows that went to tables of their own and not to the dataset's. */
  readonly elsewhere: number
  readonly losses: readonly LossCount[]
  readonly rejects: readonly RejectedRow[]
}

export interface CountComparison {
  readonly summary: ValidationSummary
  /** Sentences for people, one per difference that nothing explains. */
  readonly differences: readonly string[]
}

/** Rules that turn a value into NULL. */
export type IsNullRule = (dataset: string, column: string, rule: string) => boolean

/**
 * Compares counts of both sides: expected = source + losses − rejected − filtered − merged − vanished, column by column. Rows
 * that the source was asked to leave out are counted there by the same condition: that it was the right one, contents prove.
 * Orphans that the source has too are its history; new ones are a difference. Columns are not compared here, and are
 * said to be skipped.
 *
 * Where the rows are of more than one moment, the source's counts are of the last one alone: a difference then proves
 * nothing, and the status is `unproven`.
 */
export function compareCounts(
  pairs: readonly CountPair[],
  source: readonly CountAnswer[],
  target: readonly CountAnswer[],
  outcomeOf: (dataset: string) => DatasetOutcome,
  isNullRule: IsNullRule,
  moment: 'one' | 'mixed',
): CountComparison {
  const differences: string[] = []
  const datasets = pairs.map((pair, i): DatasetValidation => {
    const from = source[i]
    const to = target[i]
    const outcome = outcomeOf(pair.dataset.from)
    if (from !== undefined && to !== undefined) {
      differences.push(...compareDataset(pair, from, to, outcome, isNullRule, moment))
    }
    return summarise(pair, from, to)
  })
  const status = differences.length === 0 ? 'counted' : moment === 'one' ? 'different' : 'unproven'
  return { summary: { schema: 'transload.validation/1', status, datasets }, differences }
}

function compareDataset(
  pair: CountPair,
  source: CountAnswer,
  target: CountAnswer,
  outcome: DatasetOutcome,
  isNullRule: IsNullRule,
  moment: 'one' | 'mixed',
): string[] {
  const { dataset } = pair
  // What was in the table before the run is not the run's to account for. But what it has added is there, or was.
  if (!ownsTable(dataset.mode)) {
    const written = outcome.counts.written - outcome.elsewhere
    if (dataset.mode !== 'append' || target.rows >= written) return []
    return [`${dataset.from}: ${written} rows were appended, and ${target.rows} are at the target in all`]
  }
  const found: string[] = []
  const { rejected, filtered, merged, vanished } = outcome.counts
  const { leftOut = 0 } = source
  // A row that vanished between two moments is not among the rows of the later one.
  const gone = leftOut + rejected + filtered + merged + outcome.elsewhere + (moment === 'one' ? vanished : 0)
  if (source.rows - gone !== target.rows) {
    found.push(`${dataset.from}: ${source.rows} rows at the source, ${gone} not carried, ${target.rows} at the target`)
  }
  // Which of the filtered, merged or vanished rows were NULL nobody has kept.
  const nullsAreKnown = leftOut + filtered + merged + outcome.elsewhere === 0 && (vanished === 0 || moment === 'mixed')
  for (const [i, column] of pair.columns.entries()) {
    if (!nullsAreKnown) break
    const made = outcome.losses
      .filter((loss) => loss.column === column.from && isNullRule(dataset.from, loss.column, loss.rule))
      .reduce((sum, loss) => sum + loss.count, 0)
    const notCarried = outcome.rejects.filter((reject) => reject.row[column.from] === null).length
    const expected = (source.nulls[i] ?? 0) + made - notCarried
    if (expected !== target.nulls[i]) {
      found.push(`${dataset.from}.${column.from}: ${expected} NULLs expected, ${target.nulls[i] ?? 0} at the target`)
    }
  }
  for (const [i, constraint] of pair.constraints.entries()) {
    const before = source.orphans[i] ?? 0
    const after = target.orphans[i] ?? 0
    // A rejected parent may leave children behind, a rejected orphan takes one along: only more than before is new.
    if (after > before) {
      const why = whyNew(pair, i)
      found.push(`${dataset.from}.${constraint.from}: ${before} orphans at the source, ${after} at the target${why}`)
    }
  }
  return found
}

/** Keys that the source finds equal without minding case are others in the target: `abc` has no parent in `ABC`. */
function whyNew({ dataset, source }: CountPair, place: number): string {
  const names = source.orphans[place]?.columns ?? []
  const folded = names.filter((name) => {
    const native = dataset.read.columns.find((column) => column.name === name)?.native
    return native !== undefined && ignoresCase(native)
  })
  if (folded.length === 0) return ''
  return ` (${folded.join(', ')} is compared without minding case at the source: spell the keys alike, or choose citext)`
}

/** Whether every row of the target's table came from this run. */
function ownsTable(mode: WriteMode): boolean {
  return mode === 'create' || mode === 'replace' || mode === 'truncate'
}

function summarise(
  pair: CountPair,
  source: CountAnswer | undefined,
  target: CountAnswer | undefined,
): DatasetValidation {
  return {
    from: pair.dataset.from,
    to: pair.dataset.to,
    sourceRows: source?.rows ?? null,
    ...(source?.leftOut !== undefined && { leftOut: source.leftOut }),
    targetRows: target?.rows ?? null,
    nulls: pair.columns.map((column, i) => ({
      column,
      source: source?.nulls[i] ?? 0,
      target: target?.nulls[i] ?? 0,
    })),
    orphans: pair.constraints.map((constraint, i) => ({
      constraint,
      source: source?.orphans[i] ?? 0,
      target: target?.orphans[i] ?? 0,
    })),
    differences: null,
    columns: pair.columns.map((column) => ({
      ...column,
      strength: 'skipped',
      reason: 'the counting validation compares counts, nulls and orphans',
    })),
    samples: [],
  }
}
