import type { StrayRows } from '../model/run-summary.ts'
import { straysText } from './strays-text.ts'
import type { CheckName, CheckStates } from '../model/check.ts'
import type { DatasetValidation } from '../model/run-summary.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { whyNotMade } from './check-states.ts'
import { columnOf, nullsOf, rowCountOf, rowsOf, schemaOf, settlingOf } from './content-outcomes.ts'
import { orphansOf, rangeOf, uniqueOf } from './counted-outcomes.ts'
import { isSample } from './way-text.ts'

export interface Check {
  /**
   * `schema`, `row_count`, `nulls`, `orphans:NAME`, `unique:KEY`, `range:COLUMN`, `rows`, `column:NAME`; `orphans`,
   * `unique` and `ranges` where none of them were asked for; `transient` where rows kept changing; `table` where there
   * is none to check.
   */
  readonly name: string
  readonly outcome: CheckOutcome
}

/** The only check of a table that the target does not have. */
export function missingTable(to: string): Check {
  const message = `the target has no table ${to}`
  return { name: 'table', outcome: { is: 'failed', reason: 'NO_TABLE', message, lines: [] } }
}

/** A table that several datasets are merged into has rows of none of them. */
export function strayRows(strays: StrayRows): Check {
  return {
    name: 'rows of no dataset',
    outcome: { is: 'failed', reason: 'EXTRA', message: straysText(strays), lines: [] },
  }
}

/**
 * The checks of one pair of tables, cheapest first, and what came of each. What was not made has not passed.
 * @param states Absent: the figures alone say what was made
 */
export function checksOf(dataset: DatasetValidation, states: CheckStates | undefined): Check[] {
  const { orphans, unique = [], ranges = [], columns } = dataset
  const one = (check: CheckName, name: string, outcome: CheckOutcome): Check => {
    const why = whyNotMade(states?.[check])
    return { name, outcome: why === undefined ? outcome : { is: 'skipped', why } }
  }
  const many = (check: CheckName, made: readonly Check[]): readonly Check[] => {
    const why = whyNotMade(states?.[check])
    return why === undefined ? made : [{ name: check, outcome: { is: 'skipped', why } }]
  }
  const settling = settlingOf(dataset)
  return [
    one('schema', 'schema', schemaOf(dataset)),
    one('rows', 'row_count', rowCountOf(dataset)),
    one('nulls', 'nulls', nullsOf(dataset)),
    ...many(
      'orphans',
      orphans.map((found) => ({ name: `orphans:${found.constraint.from}`, outcome: orphansOf(found) })),
    ),
    ...many(
      'unique',
      unique.map((found) => ({ name: `unique:${found.key}`, outcome: uniqueOf(found) })),
    ),
    ...many(
      'ranges',
      ranges.map((found) => ({ name: `range:${found.column.from}`, outcome: rangeOf(found) })),
    ),
    one('contents', 'rows', rowsOf(dataset)),
    // A column says itself why it was not compared.
    ...columns.map((column) => ({
      name: `column:${column.from === '' ? column.to : column.from}`,
      outcome: columnOf(dataset, column),
    })),
    ...(settling === undefined ? [] : [{ name: 'transient', outcome: settling }]),
  ]
}

/** What came of all checks of a pair of tables, in a word that claims no more than was shown. A sample is only counted. */
export function datasetStatus(
  dataset: DatasetValidation,
  states: CheckStates | undefined,
): 'equal' | 'counted' | 'different' | 'transient' | 'unproven' {
  if (checksOf(dataset, states).some(({ outcome }) => outcome.is === 'failed')) return 'different'
  if (dataset.differences === null) return 'counted'
  // A column that the target has alone is nothing that could have been lost.
  const isProved = dataset.columns.every(({ from, strength }) => strength !== 'skipped' || from === '')
  if (!isProved) return 'unproven'
  if ((dataset.transient ?? 0) > 0) return 'transient'
  return isSample(dataset) ? 'counted' : 'equal'
}
