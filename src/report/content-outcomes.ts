import type { DatasetValidation } from '../model/run-summary.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { keyText } from './key-text.ts'
import { shortened, valueParts } from './value-text.ts'
import { isSample, sampleText, transientText } from './way-text.ts'

/** Of one failure: all of them are in `differences.ndjson`. */
const maxSamples = 20
/** Characters of a value. */
const maxShown = 200
const notAlike: CheckOutcome = {
  is: 'skipped',
  why: 'more differences were not looked for: these are the figures until then',
}
const noContents = 'contents were not compared'

const number = new Intl.NumberFormat('en-US')
const passed: CheckOutcome = { is: 'passed' }

export function schemaOf({ schema }: DatasetValidation): CheckOutcome {
  if (schema === undefined) return { is: 'skipped', why: 'keys, indexes, defaults and sequences were not compared' }
  if (schema.length === 0) return passed
  const lines = schema.map(({ kind, name, problem }) => `${kind} ${name} ${problem}`)
  return { is: 'failed', reason: 'SCHEMA', message: lines.join('; '), lines: lines.slice(0, maxSamples) }
}

/** Where every row went by, rows in another number that are accounted for are no difference. */
export function rowCountOf(dataset: DatasetValidation): CheckOutcome {
  const { sourceRows, targetRows, differences, ignoresExtra, left } = dataset
  if (differences?.stopped === true) return notAlike
  if (left !== undefined && left.refused > 0 && sourceRows === targetRows) {
    return { is: 'skipped', why: `stages refuse ${number.format(left.refused)} more rows of the source` }
  }
  if (sourceRows === null || targetRows === null) return { is: 'skipped', why: 'rows were not counted' }
  if (sourceRows === targetRows) return passed
  const message = `${number.format(sourceRows)} rows at the source, ${number.format(targetRows)} at the target`
  const failed: CheckOutcome = { is: 'failed', reason: 'ROW_COUNT', message, lines: [] }
  const isReadWhole = differences !== null && !isSample(dataset)
  if (!isReadWhole && (sourceRows > targetRows || ignoresExtra !== true)) return failed
  if (isReadWhole && differences.missing + differences.extra > 0) return failed
  const settling = transientText(dataset)
  if (settling !== undefined) return { is: 'skipped', why: `${message}; ${settling}` }
  const why = ignoresExtra === true ? 'others write to the table too' : 'the rows themselves account for it'
  return { is: 'passed', note: `${message}: ${why}` }
}

/** A count of NULLs that a declared loss has changed is no difference: of what contents say, only differences count. */
export function nullsOf(dataset: DatasetValidation): CheckOutcome {
  const { nulls, differences, ignoresExtra } = dataset
  if (differences?.stopped === true) return notAlike
  if (nulls.length === 0) return { is: 'skipped', why: 'NULLs were not counted' }
  const unlike = nulls.filter(({ source, target, expected = source }) => target !== expected)
  if (unlike.length === 0 || (ignoresExtra === true && !isReadWhole(dataset))) return passed
  const failing = unlike.filter((one) => isNullsDifferent(dataset, one))
  const lines = (failing.length === 0 ? unlike : failing).map(nullsText)
  if (failing.length > 0) {
    return { is: 'failed', reason: 'NULLS', message: lines.join('; '), lines: lines.slice(0, maxSamples) }
  }
  const settling = transientText(dataset)
  if (settling !== undefined) return { is: 'skipped', why: `${lines.join('; ')}; ${settling}` }
  if (isReadWhole(dataset)) return passed
  return { is: 'skipped', why: `${lines.join('; ')}: the mapping may have made some of them` }
}

/** Columns whose NULLs are not as many as they ought to be, one a line. */
export function nullLines(dataset: DatasetValidation): string[] {
  const outcome = nullsOf(dataset)
  return outcome.is === 'failed' ? outcome.lines.map((line) => `${dataset.from}.${line}`) : []
}

function isReadWhole(dataset: DatasetValidation): boolean {
  return dataset.differences !== null && !isSample(dataset)
}

function isNullsDifferent(
  dataset: DatasetValidation,
  { column, expected }: DatasetValidation['nulls'][number],
): boolean {
  const { differences, reasons = [] } = dataset
  if (differences === null || !isReadWhole(dataset)) return expected !== null
  return differences.missing + differences.extra > 0 || reasons.some((one) => one.column === column.from)
}

function nullsText({ column, source, target, expected }: DatasetValidation['nulls'][number]): string {
  const wanted = expected == null ? '' : `, ${number.format(expected)} expected`
  return `${column.from}: ${number.format(source)} NULLs at the source${wanted}, ${number.format(target)} at the target`
}

export function rowsOf(dataset: DatasetValidation): CheckOutcome {
  const { differences, ignoresExtra } = dataset
  if (differences === null) return { is: 'skipped', why: noContents }
  const { missing, extra, stopped } = differences
  if (missing > 0 || extra > 0) {
    const message = `${number.format(missing)} rows missing, ${number.format(extra)} extra`
    const reason = missing >= extra ? 'MISSING' : 'EXTRA'
    return { is: 'failed', reason, message, lines: samplesOf(dataset, undefined) }
  }
  if (stopped === true) return notAlike
  const notes = [ignoresExtra === true ? 'rows that only the target has were not looked for' : []].flat()
  return sampled(dataset) ?? withNotes([...notes, ...settlingNotes(dataset)])
}

export function columnOf(
  dataset: DatasetValidation,
  { from, strength, reason }: DatasetValidation['columns'][number],
): CheckOutcome {
  if (strength === 'skipped' || dataset.differences === null) return { is: 'skipped', why: reason ?? noContents }
  const found = (dataset.reasons ?? []).filter(({ column }) => column === from)
  const [first] = found
  if (first !== undefined) {
    const said = found.map(({ reason: why, detail, count }) => {
      return `${number.format(count)} ${why}${detail === undefined ? '' : `, all of them ${detail}`}`
    })
    return { is: 'failed', reason: first.reason, message: said.join('; '), lines: samplesOf(dataset, from) }
  }
  if (dataset.differences.stopped === true) return notAlike
  const weak = strength === 'weak' ? [reason ?? 'compared in part'] : []
  return sampled(dataset) ?? withNotes([...weak, ...settlingNotes(dataset)])
}

/** What a table's rows that kept changing are: nothing that failed, and nothing that was shown. */
export function settlingOf(dataset: DatasetValidation): CheckOutcome | undefined {
  const said = transientText(dataset)
  if (said === undefined) return undefined
  return { is: 'skipped', why: `${said} while they were looked at: nobody can tell whether they would agree` }
}

function settlingNotes(dataset: DatasetValidation): string[] {
  const said = transientText(dataset)
  return said === undefined ? [] : [`${said}, and were not judged`]
}

/** A sample in which nothing differs says nothing of the other rows. */
function sampled(dataset: DatasetValidation): CheckOutcome | undefined {
  const said = sampleText(dataset)
  return said === undefined ? undefined : { is: 'skipped', why: `nothing differs in ${said}` }
}

function withNotes(notes: readonly string[]): CheckOutcome {
  return notes.length === 0 ? passed : { is: 'passed', note: notes.join('; ') }
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
  if (kind === 'null') return shown
  if (kind === 'masked') return `masked ${shown}`
  return `${kind === 'base64' ? 'base64 ' : ''}'${shortened(shown, maxShown)}'`
}
