import { straysText } from './strays-text.ts'
import type { DatasetValidation, ErrorSummary, ValidationSummary } from '../model/run-summary.ts'
import { keyLines, orphanLines, provedKeyLines, rangeLines, sameRangeLines } from './check-lines.ts'
import { checkFacts } from './check-states.ts'
import { nullLines } from './content-outcomes.ts'
import { differencesTable, samplesTable } from './difference-tables.ts'
import { markdownCode as code, markdownTable as table, markdownText as text } from './markdown-text.ts'
import { validationVerdict } from './validation-verdict.ts'
import { isSampled, momentText, sampleText, transientText, wayDetails } from './way-text.ts'

export interface ValidationReport {
  readonly summary: ValidationSummary
  /** Labels, without secrets. */
  readonly source: string
  readonly target: string
  readonly error?: ErrorSummary | undefined
}

const number = new Intl.NumberFormat('en-US')

/** `report.md` of a validation: the verdict first, then what differs and why, then the figures, then what is not proved. */
export function validationMarkdown({ summary, source, target, error }: ValidationReport): string {
  const { datasets, unpaired = [], strays = [], coverage = [] } = summary
  const sections = [
    `# ${validationVerdict(summary)}`,
    error === undefined
      ? ''
      : `**${error.code}** ${text(error.message)}${error.hint === '' ? '' : `  \n${text(error.hint)}`}`,
    table(['', ''], [['source', code(source)], ['target', code(target)], ...facts(summary)]),
    section(
      'Tables that are not there',
      list(unpaired.map(({ from, to }) => `${code(from)}: the target has no table ${code(to)}`)),
    ),
    section('Rows of no dataset', list(strays.map((one) => text(straysText(one))))),
    section('Schema', list(datasets.flatMap(schemaLines))),
    section('Differences', differencesTable(datasets)),
    section('Samples', samplesTable(datasets)),
    section('Still changing', settling(datasets)),
    section('NULLs', list(datasets.flatMap(nullLines).map(text))),
    section('Orphans', list(datasets.flatMap(orphanLines).map(text))),
    section('Keys', list([...datasets.flatMap(keyLines), ...datasets.flatMap(provedKeyLines)].map(text))),
    section('Ranges', list([...datasets.flatMap(rangeLines), ...datasets.flatMap(sameRangeLines)].map(text))),
    section('Changed as the mapping declares', declared(datasets)),
    section('Tables', tables(datasets)),
    section('How contents were compared', ways(datasets)),
    section('What this does not prove', list(coverage.map((line) => text(line)))),
  ]
  return `${sections.filter((part) => part !== '').join('\n\n')}\n`
}

function facts(summary: ValidationSummary): string[][] {
  const { startedAt, finishedAt, version, moments = [] } = summary
  const all = [
    ['started', startedAt],
    ['finished', finishedAt],
    ['version', version],
    ...moments.map((moment) => ['looked at', momentText(moment)]),
    ...checkFacts(summary),
  ]
  return all.flatMap(([name = '', value]) => (value === undefined ? [] : [[name, text(value)]]))
}

/** Nothing, where there is nothing to tell. */
function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}

function schemaLines({ from, schema = [] }: DatasetValidation): string[] {
  return schema.map(({ kind, name, problem }) => `${code(from)}: ${text(kind)} ${code(name)} ${text(problem)}`)
}

/** Rows that nobody can judge; they are not among the differences. */
function settling(datasets: readonly DatasetValidation[]): string {
  const lines = datasets.flatMap((dataset) => {
    const said = transientText(dataset)
    return said === undefined ? [] : [`${code(dataset.from)}: ${said}`]
  })
  if (lines.length === 0) return ''
  const words =
    'Each time that they were looked at they were others, so that nobody can tell whether they would agree. They are no ' +
    'differences, and are not proved equal. In `differences.ndjson` they have `transient`.'
  return `${words}\n\n${list(lines)}`
}

function declared(datasets: readonly DatasetValidation[]): string {
  const rows = datasets.flatMap(({ from, declared: found = [] }) =>
    found.map(({ column, rule, count }) => [code(from), code(column), code(rule), number.format(count)]),
  )
  return rows.length === 0 ? '' : table(['dataset', 'column', 'rule', 'values'], rows, ['values'])
}

/** What was not counted, or not compared, has no figure. */
function tables(datasets: readonly DatasetValidation[]): string {
  const figure = (count: number | null): string => (count === null ? '' : number.format(count))
  const rows = datasets.map((dataset) => {
    const { from, to, sourceRows, targetRows, differences: found, way } = dataset
    const { missing, extra, changed } = found ?? { missing: null, extra: null, changed: null }
    const notes = [sampleText(dataset) ?? [], found?.stopped === true ? 'stopped: more were not looked for' : []].flat()
    return [
      code(from),
      code(to),
      ...[sourceRows, targetRows, missing, extra, changed].map(figure),
      [way?.mode ?? 'counts', ...notes].join('; '),
    ]
  })
  if (rows.length === 0) return ''
  const figures = ['rows', 'rows there', 'missing', 'extra', 'changed']
  return table(['dataset', 'to', ...figures, 'compared'], rows, figures)
}

function ways(datasets: readonly DatasetValidation[]): string {
  const compared = datasets.filter(({ way }) => way !== undefined)
  const lines = compared.map((dataset) => `${code(dataset.from)}: ${text(wayDetails(dataset))}`)
  if (!isSampled(compared)) return list(lines)
  return `Of a sample the other rows were not looked at.\n\n${list(lines)}`
}
