import type { EncodedValue } from '../model/loss.ts'
import { checkNames } from '../model/check.ts'
import type { DatasetValidation, ErrorSummary, ValidationStatus, ValidationSummary } from '../model/run-summary.ts'
import { keyLines, orphanLines, rangeLines } from './check-lines.ts'
import { keyText } from './key-text.ts'
import { markdownCode as code, markdownTable as table, markdownText as text } from './markdown-text.ts'

/** What a comparison of two databases came to, in one sentence that claims no more than was shown. */
export const validationVerdicts: { readonly [status in ValidationStatus]: string } = {
  equal: 'Equal: every value of every row',
  counted: 'Counts agree: rows, NULLs and orphans; not every value was compared',
  different: 'Different',
  transient: 'Different only where the source is ahead',
  unproven: 'Nothing differs, but not everything could be compared',
  skipped: 'Nothing was compared',
}

/** The verdict of one validation: of what was not compared in full it names what was. */
export function validationVerdict({ status, checks }: ValidationSummary): string {
  if (status !== 'counted' || checks === undefined) return validationVerdicts[status]
  const made = checkNames.filter((name) => checks[name].state === 'checked')
  return `Nothing differs in what was compared (${made.join(', ')}); values were not compared one by one`
}

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
  const { datasets, unpaired = [], coverage = [] } = summary
  const sections = [
    `# ${validationVerdict(summary)}`,
    error === undefined ? '' : `**${error.code}** ${text(error.message)}`,
    table(
      ['', ''],
      [
        ['source', code(source)],
        ['target', code(target)],
      ],
    ),
    section(
      'Tables that are not there',
      list(unpaired.map(({ from, to }) => `${code(from)}: the target has no table ${code(to)}`)),
    ),
    section('Schema', list(datasets.flatMap(schemaLines))),
    section('Differences', differences(datasets)),
    section('Samples', samples(datasets)),
    section('Orphans', list(datasets.flatMap(orphanLines).map(text))),
    section('Keys', list(datasets.flatMap(keyLines).map(text))),
    section('Ranges', list(datasets.flatMap(rangeLines).map(text))),
    section('Changed as the mapping declares', declared(datasets)),
    section('Tables', tables(datasets)),
    section('What this does not prove', list(coverage.map((line) => text(line)))),
  ]
  return `${sections.filter((part) => part !== '').join('\n\n')}\n`
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

function differences(datasets: readonly DatasetValidation[]): string {
  const rows = datasets.flatMap(({ from, reasons = [] }) =>
    reasons.map(({ reason, column, detail, count }) => [
      code(from),
      column === undefined ? 'whole rows' : code(column),
      reason,
      number.format(count),
      detail === undefined ? '' : `all of them ${text(detail)}`,
    ]),
  )
  return rows.length === 0 ? '' : table(['dataset', 'column', 'reason', 'count', 'in common'], rows, ['count'])
}

function samples(datasets: readonly DatasetValidation[]): string {
  const rows = datasets.flatMap(({ from, samples: all }) =>
    all.map(({ key, column, source, target, reason }) => [
      code(from),
      code(keyText(key)),
      column === undefined ? '' : code(column),
      reason,
      column === undefined ? '' : valueText(source),
      column === undefined ? '' : valueText(target),
    ]),
  )
  return rows.length === 0 ? '' : table(['dataset', 'key', 'column', 'reason', 'source', 'target'], rows)
}

/** Characters of a value that are shown. */
const maxShown = 80

function valueText(value: EncodedValue | undefined): string {
  if (value === null || value === undefined) return 'NULL'
  const [shown, kind] = 'text' in value ? [value.text, ''] : [value.base64, 'base64 ']
  const characters = Array.from(shown)
  const cut = characters.length > maxShown ? `${characters.slice(0, maxShown).join('')}…` : shown
  return `${kind}${code(cut)}`
}

function declared(datasets: readonly DatasetValidation[]): string {
  const rows = datasets.flatMap(({ from, declared: found = [] }) =>
    found.map(({ column, rule, count }) => [code(from), code(column), code(rule), number.format(count)]),
  )
  return rows.length === 0 ? '' : table(['dataset', 'column', 'rule', 'values'], rows, ['values'])
}

function tables(datasets: readonly DatasetValidation[]): string {
  const rows = datasets.map(({ from, to, sourceRows, targetRows, differences: found, way }) => [
    code(from),
    code(to),
    sourceRows === null ? '' : number.format(sourceRows),
    targetRows === null ? '' : number.format(targetRows),
    ...(found === null
      ? ['', '', '']
      : [found.missing, found.extra, found.changed].map((count) => number.format(count))),
    way === undefined ? 'counts' : `${way.mode}: ${text(way.reason)}`,
  ])
  if (rows.length === 0) return ''
  const figures = ['rows', 'rows there', 'missing', 'extra', 'changed']
  return table(['dataset', 'to', ...figures, 'compared'], rows, figures)
}
