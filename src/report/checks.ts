import type { DatasetValidation } from '../model/run-summary.ts'
import { keyText } from './key-text.ts'
import { shortened, valueParts } from './value-text.ts'

export interface Check {
  /** `schema`, `row_count`, `nulls`, `orphans:NAME`, `rows`, `column:NAME`; `table` where there is none to check. */
  readonly name: string
  readonly outcome: CheckOutcome
}

export type CheckOutcome =
  | { readonly is: 'passed' }
  | { readonly is: 'skipped'; readonly why: string }
  /** `lines`: samples, one a line, at most 20. */
  | { readonly is: 'failed'; readonly reason: string; readonly message: string; readonly lines: readonly string[] }

/** Of one failure: all of them are in `differences.ndjson`. */
const maxSamples = 20
/** Characters of a value. */
const maxShown = 200
const notAlike = 'more differences were not looked for: these are the figures until then'
const noContents = 'contents were not compared'

const number = new Intl.NumberFormat('en-US')
const passed: CheckOutcome = { is: 'passed' }

/** The only check of a table that the target does not have. */
export function missingTable(to: string): Check {
  const message = `the target has no table ${to}`
  return { name: 'table', outcome: { is: 'failed', reason: 'NO_TABLE', message, lines: [] } }
}

/** The checks of one pair of tables, cheapest first, and what came of each. */
export function checksOf(dataset: DatasetValidation): Check[] {
  return [
    { name: 'schema', outcome: schemaOf(dataset) },
    { name: 'row_count', outcome: rowCountOf(dataset) },
    { name: 'nulls', outcome: nullsOf(dataset) },
    ...dataset.orphans.map(({ constraint, source, target }) => ({
      name: `orphans:${constraint.from}`,
      outcome: orphansOf(source, target),
    })),
    { name: 'rows', outcome: rowsOf(dataset) },
    ...dataset.columns.map((column) => ({
      name: `column:${column.from === '' ? column.to : column.from}`,
      outcome: columnOf(dataset, column),
    })),
  ]
}

/** What came of all checks of a pair of tables, in a word that claims no more than was shown. */
export function datasetStatus(dataset: DatasetValidation): 'equal' | 'counted' | 'different' | 'unproven' {
  if (checksOf(dataset).some(({ outcome }) => outcome.is === 'failed')) return 'different'
  if (dataset.differences === null) return 'counted'
  // A column that the target has alone is nothing that could have been lost.
  const isProved = dataset.columns.every(({ from, strength }) => strength !== 'skipped' || from === '')
  return isProved ? 'equal' : 'unproven'
}

function schemaOf({ schema }: DatasetValidation): CheckOutcome {
  if (schema === undefined) return { is: 'skipped', why: 'keys, indexes, defaults and sequences were not compared' }
  if (schema.length === 0) return passed
  const lines = schema.map(({ kind, name, problem }) => `${kind} ${name} ${problem}`)
  return { is: 'failed', reason: 'SCHEMA', message: lines.join('; '), lines: lines.slice(0, maxSamples) }
}

/** Where contents were compared, rows in another number that are accounted for are no difference. */
function rowCountOf({ sourceRows, targetRows, differences, ignoresExtra }: DatasetValidation): CheckOutcome {
  if (differences?.stopped === true) return { is: 'skipped', why: notAlike }
  if (sourceRows === null || targetRows === null) return { is: 'skipped', why: 'rows were not counted' }
  if (sourceRows === targetRows) return passed
  const isDifferent =
    differences === null
      ? sourceRows > targetRows || ignoresExtra !== true
      : differences.missing > 0 || differences.extra > 0
  if (!isDifferent) return passed
  const message = `${number.format(sourceRows)} rows at the source, ${number.format(targetRows)} at the target`
  return { is: 'failed', reason: 'ROW_COUNT', message, lines: [] }
}

/** A count of NULLs that a declared loss has changed is no difference: of what contents say, only differences count. */
function nullsOf({ nulls, differences, reasons = [], ignoresExtra }: DatasetValidation): CheckOutcome {
  if (differences?.stopped === true) return { is: 'skipped', why: notAlike }
  const isOtherwise = (column: string): boolean =>
    differences === null
      ? ignoresExtra !== true
      : differences.missing + differences.extra > 0 || reasons.some((one) => one.column === column)
  const lines = nulls.flatMap(({ column, source, target }) =>
    source === target || !isOtherwise(column.from)
      ? []
      : [`${column.from}: ${number.format(source)} NULLs at the source, ${number.format(target)} at the target`],
  )
  if (lines.length === 0) return passed
  return { is: 'failed', reason: 'NULLS', message: lines.join('; '), lines: lines.slice(0, maxSamples) }
}

/** Orphans that the source has too are its history. */
function orphansOf(source: number, target: number): CheckOutcome {
  if (target <= source) return passed
  const message = `${number.format(source)} orphans at the source, ${number.format(target)} at the target`
  return { is: 'failed', reason: 'ORPHANS', message, lines: [] }
}

function rowsOf(dataset: DatasetValidation): CheckOutcome {
  const { differences } = dataset
  if (differences === null) return { is: 'skipped', why: noContents }
  const { missing, extra } = differences
  if (missing === 0 && extra === 0) return passed
  const message = `${number.format(missing)} rows missing, ${number.format(extra)} extra`
  return { is: 'failed', reason: missing >= extra ? 'MISSING' : 'EXTRA', message, lines: samplesOf(dataset, undefined) }
}

function columnOf(
  dataset: DatasetValidation,
  { from, strength, reason }: DatasetValidation['columns'][number],
): CheckOutcome {
  if (strength === 'skipped') return { is: 'skipped', why: reason ?? noContents }
  const found = (dataset.reasons ?? []).filter(({ column }) => column === from)
  const [first] = found
  if (first === undefined) return passed
  const said = found.map(({ reason: why, detail, count }) => {
    return `${number.format(count)} ${why}${detail === undefined ? '' : `, all of them ${detail}`}`
  })
  return { is: 'failed', reason: first.reason, message: said.join('; '), lines: samplesOf(dataset, from) }
}

function samplesOf({ samples }: DatasetValidation, column: string | undefined): string[] {
  const chosen = samples.filter((sample) => sample.column === column).slice(0, maxSamples)
  return chosen.map(({ key, reason, source, target }) => {
    const values =
      column === undefined ? '' : `: ${valueText(source)} at the source, ${valueText(target)} at the target`
    return `${shortened(keyText(key), maxShown)} ${reason}${values}`
  })
}

function valueText(value: DatasetValidation['samples'][number]['source']): string {
  const { kind, text: shown } = valueParts(value)
  if (kind === 'null' || kind === 'masked') return shown
  return `${kind === 'base64' ? 'base64 ' : ''}'${shortened(shown, maxShown)}'`
}
