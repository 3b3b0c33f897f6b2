import type { DatasetValidation, ValidationSummary } from '../model/run-summary.ts'
import { keyText } from './key-text.ts'
import { shortened, valueParts } from './value-text.ts'
import { xmlText as text } from './xml-text.ts'

interface Case {
  readonly name: string
  readonly outcome:
    | { readonly is: 'passed' }
    | { readonly is: 'skipped'; readonly why: string }
    | { readonly is: 'failed'; readonly reason: string; readonly message: string; readonly lines: readonly string[] }
}

type Outcome = Case['outcome']

/** Of one failure: all of them are in `differences.ndjson`. */
const maxSamples = 20
/** Characters of a value. */
const maxShown = 200
const notAlike = 'more differences were not looked for: these are the figures until then'
const noContents = 'contents were not compared'

const number = new Intl.NumberFormat('en-US')
const passed: Outcome = { is: 'passed' }

/** `junit.xml` of a validation: a suite is a dataset, a case is a check of it. What was not compared is skipped. */
export function validationJunit(summary: ValidationSummary): string {
  const { datasets, unpaired = [], seconds } = summary
  const suites = [
    ...datasets.map((dataset) => ({ name: dataset.from, cases: casesOf(dataset) })),
    ...unpaired.map(({ from, to }) => ({ name: from, cases: [missingTable(to)] })),
  ]
  const all = suites.flatMap(({ cases }) => cases)
  const time = seconds === undefined ? '' : ` time="${seconds}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="transload validate" ${totals(all)}${time}>`,
    ...suites.flatMap(({ name, cases }) => suiteLines(name, cases, summary)),
    '</testsuites>',
    '',
  ].join('\n')
}

function totals(cases: readonly Case[]): string {
  const count = (is: Outcome['is']): number => cases.filter(({ outcome }) => outcome.is === is).length
  return `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}"`
}

function suiteLines(name: string, cases: readonly Case[], summary: ValidationSummary): string[] {
  const { source, target, version, startedAt, finishedAt, status } = summary
  const properties = Object.entries({ source, target, version, started: startedAt, finished: finishedAt, status })
  const timestamp = startedAt === undefined ? '' : ` timestamp="${text(startedAt)}"`
  return [
    `  <testsuite name="${text(name)}" ${totals(cases)}${timestamp}>`,
    '    <properties>',
    ...properties.flatMap(([key, value]) =>
      value === undefined ? [] : [`      <property name="${key}" value="${text(value)}"/>`],
    ),
    '    </properties>',
    ...cases.flatMap((one) => caseLines(name, one)),
    '  </testsuite>',
  ]
}

function caseLines(suite: string, { name, outcome }: Case): string[] {
  const opening = `    <testcase classname="${text(suite)}" name="${text(name)}"`
  if (outcome.is === 'passed') return [`${opening}/>`]
  if (outcome.is === 'skipped') {
    return [`${opening}>`, `      <skipped message="${text(outcome.why)}"/>`, '    </testcase>']
  }
  const { reason, message, lines } = outcome
  const body = lines.map(text).join('\n')
  const failure = `      <failure type="${text(reason)}" message="${text(message)}">${body}</failure>`
  return [`${opening}>`, failure, '    </testcase>']
}

function missingTable(to: string): Case {
  const message = `the target has no table ${to}`
  return { name: 'table', outcome: { is: 'failed', reason: 'NO_TABLE', message, lines: [] } }
}

function casesOf(dataset: DatasetValidation): Case[] {
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

function schemaOf({ schema }: DatasetValidation): Outcome {
  if (schema === undefined) return { is: 'skipped', why: 'keys, indexes, defaults and sequences were not compared' }
  if (schema.length === 0) return passed
  const lines = schema.map(({ kind, name, problem }) => `${kind} ${name} ${problem}`)
  return { is: 'failed', reason: 'SCHEMA', message: lines.join('; '), lines: lines.slice(0, maxSamples) }
}

/** Where contents were compared, rows in another number that are accounted for are no difference. */
function rowCountOf({ sourceRows, targetRows, differences, ignoresExtra }: DatasetValidation): Outcome {
  if (differences?.stopped === true) return { is: 'skipped', why: notAlike }
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
function nullsOf({ nulls, differences, reasons = [], ignoresExtra }: DatasetValidation): Outcome {
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
function orphansOf(source: number, target: number): Outcome {
  if (target <= source) return passed
  const message = `${number.format(source)} orphans at the source, ${number.format(target)} at the target`
  return { is: 'failed', reason: 'ORPHANS', message, lines: [] }
}

function rowsOf(dataset: DatasetValidation): Outcome {
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
): Outcome {
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
  if (kind === 'null') return shown
  return `${kind === 'base64' ? 'base64 ' : ''}'${shortened(shown, maxShown)}'`
}
