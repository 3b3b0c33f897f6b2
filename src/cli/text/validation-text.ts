import { straysText } from '../../report/strays-text.ts'
import type { DatasetValidation, ValidationMoment } from '../../model/run-summary.ts'
import { keyLines, orphanLines, rangeLines } from '../../report/check-lines.ts'
import { checkFacts } from '../../report/check-states.ts'
import { nullLines } from '../../report/content-outcomes.ts'
import { keyText } from '../../report/key-text.ts'
import { validationVerdict } from '../../report/validation-verdict.ts'
import { momentText, sampleText, transientText } from '../../report/way-text.ts'
import type { ValidateOutcome } from '../../run/validate.ts'
import { counted, countText } from '../../telemetry/amounts.ts'
import { textTable } from './table.ts'

/** What a validation found, for a terminal: the verdict first. */
export function validationText({ summary, source, target }: ValidateOutcome): string[] {
  const { datasets, coverage = [], unpaired = [], strays = [], moments = [] } = summary
  const facts = textTable([['from', source], ['to', target], ...momentFact(moments), ...checkFacts(summary)])
  return [
    validationVerdict(summary),
    ...facts,
    ...tables(datasets),
    ...unpaired.map(({ from, to }) => `  ${from}: the target has no table ${to}`),
    ...strays.map((one) => `  ${straysText(one)}`),
    ...schemas(datasets),
    ...reasons(datasets),
    ...section('Still changing', datasets.flatMap(settling)),
    ...section('NULLs', datasets.flatMap(nullLines)),
    ...section('Orphans', datasets.flatMap(orphanLines)),
    ...section('Keys', datasets.flatMap(keyLines)),
    ...section('Ranges', datasets.flatMap(rangeLines)),
    ...declared(datasets),
    ...(coverage.length === 0 ? [] : ['', 'Not proved', ...coverage.map((line) => `  ${line}`)]),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

/** One line, however often they were looked at. */
function momentFact(moments: readonly ValidationMoment[]): string[][] {
  const [first, ...more] = moments
  if (first === undefined) return []
  const last = more.at(-1)
  return [['looked at', [momentText(first), last === undefined ? [] : `and until ${last.at}`].flat().join(', ')]]
}

function settling(dataset: DatasetValidation): string[] {
  const said = transientText(dataset)
  return said === undefined ? [] : [`${dataset.from}: ${said}: nobody can tell whether they would agree`]
}

function tables(datasets: readonly DatasetValidation[]): string[] {
  if (datasets.length === 0) return []
  const body = datasets.map((dataset) => {
    const { from, to, sourceRows, targetRows, differences, way, left } = dataset
    const { missing, extra, changed } = differences ?? { missing: null, extra: null, changed: null }
    const notes = [
      sampleText(dataset) ?? [],
      differences?.stopped === true ? 'stopped' : [],
      left === undefined || left.refused === 0 ? [] : `${countText(left.refused)} more refused`,
    ].flat()
    return [
      from,
      to,
      ...[sourceRows, targetRows, missing, extra, changed].map(countText),
      [way?.mode ?? 'counts', ...notes].join(', '),
    ]
  })
  const head = ['dataset', 'to', 'rows', 'rows there', 'missing', 'extra', 'changed', 'way']
  return ['', ...textTable([head, ...body], ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'])]
}

function schemas(datasets: readonly DatasetValidation[]): string[] {
  const lines = datasets.flatMap(({ from, schema = [] }) =>
    schema.map(({ kind, name, problem }) => `  ${from}: ${kind} ${name} ${problem}`),
  )
  return lines.length === 0 ? [] : ['', 'Schema', ...lines]
}

function reasons(datasets: readonly DatasetValidation[]): string[] {
  const lines = datasets.flatMap(({ from, reasons: found = [], samples }) =>
    found.flatMap(({ reason, column, detail, count }) => {
      const what = column === undefined ? from : `${from}.${column}`
      const shared = detail === undefined ? '' : `, all of them ${detail}`
      const sample = samples.find((one) => one.reason === reason && one.column === column)
      const shown = sample === undefined ? '' : `, such as ${keyText(sample.key)}`
      return [`  ${what}: ${counted(count, 'difference')} ${reason}${shared}${shown}`]
    }),
  )
  return lines.length === 0 ? [] : ['', 'Differences', ...lines]
}

function declared(datasets: readonly DatasetValidation[]): string[] {
  const lines = datasets.flatMap(({ from, declared: found = [] }) =>
    found.map(({ column, rule, count }) => `  ${from}.${column}: ${counted(count, 'value')} by ${rule}`),
  )
  return lines.length === 0 ? [] : ['', 'Changed as the mapping declares', ...lines]
}
