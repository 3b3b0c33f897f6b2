import { straysText } from '../strays-text.ts'
import type { DatasetValidation, ValidationSummary } from '../../model/run-summary.ts'
import { type CheckName, checkNames, type CheckStates } from '../../model/check.ts'
import { madeOf, stateWords } from '../check-states.ts'
import { checksOf, datasetStatus } from '../checks.ts'
import { isSampled, sampleText, transientText } from '../way-text.ts'
import { type Html, html } from './html-text.ts'
import { statusText } from './signs.ts'
import { code, section, table } from './table.ts'
import type { HtmlReport } from './html-report.ts'

const number = new Intl.NumberFormat('en-US')

/** A line for each dataset: what came of it, and its figures. What was not looked for is no 0. */
export function datasetsSection({ datasets, unpaired = [], strays = [], checks }: ValidationSummary): Html {
  const rows = [
    ...unpaired.map(({ from, to }) => [
      code(from),
      statusText('different'),
      html`the target has no table ${code(to)}`,
      ...Array.from({ length: 7 }, () => '–'),
    ]),
    ...strays.map((one) => [
      code('–'),
      statusText('different'),
      html`${straysText(one)}`,
      ...Array.from({ length: 7 }, () => '–'),
    ]),
    ...datasets.map((dataset) => {
      const { from, to, sourceRows, targetRows, differences, schema } = dataset
      const figure = (count: number | null | undefined): string => (count == null ? '–' : number.format(count))
      return [
        code(from),
        verdictCell(dataset, checks),
        code(to),
        figure(sourceRows),
        figure(targetRows),
        figure(differences?.missing),
        figure(differences?.extra),
        figure(differences?.changed),
        figure(schema?.length),
        countedChecks(dataset, checks),
      ]
    }),
  ]
  const figures = ['source rows', 'target rows', 'missing', 'extra', 'changed', 'schema']
  const head = ['dataset', 'verdict', 'compared with', ...figures, 'other checks']
  const note = html`<p class="note">
    – was not compared. Missing, extra and changed are rows; schema is what the table lacks or has otherwise.
  </p>`
  return section('datasets', 'Datasets', table(head, rows, { caption: 'Datasets', figures }), note)
}

/** What came of it; beside that, what it does not speak of. */
function verdictCell(dataset: DatasetValidation, checks: CheckStates | undefined): Html {
  const notes = [sampleText(dataset) ?? [], transientText(dataset) ?? []].flat()
  return html`${statusText(datasetStatus(dataset, checks))}${notes.map((note) => html`<p class="note">${note}</p>`)}`
}

const kinds: { readonly [kind: string]: CheckName } = {
  nulls: 'nulls',
  orphans: 'orphans',
  unique: 'unique',
  range: 'ranges',
}
const kindWords: { readonly [name in CheckName]?: string } = {
  nulls: 'NULLs',
  orphans: 'orphans',
  unique: 'keys',
  ranges: 'ranges',
}

/** Those that found something, and those of this dataset that were not made; what is left out of all is said once, below. */
function countedChecks(dataset: DatasetValidation, checks: CheckStates | undefined): Html {
  const made = new Set(madeOf(Object.values(kinds), checks))
  const told: Html[] = []
  const passed = new Set<string>()
  // Of these the values are below.
  const unlike: string[] = []
  for (const { name, outcome } of checksOf(dataset, checks)) {
    const [kind = '', of] = name.split(/:(.*)/s)
    const check = kinds[kind]
    if (check === undefined || !made.has(check)) continue
    const word = kindWords[check] ?? check
    const whose = of === undefined ? '' : `${of}: `
    if (outcome.is === 'passed') passed.add(word)
    else if (outcome.is === 'failed' && check === 'ranges') unlike.push(of ?? '')
    else if (outcome.is === 'failed') told.push(html`<li>${whose}${outcome.message}</li>`)
    else told.push(html`<li>${word}: ${whose}not compared: ${outcome.why}</li>`)
  }
  if (unlike.length > 0) told.push(html`<li><a href="#ranges">ranges</a> not the same: ${unlike.join(', ')}</li>`)
  if (told.length === 0) return passed.size === 0 ? html`–` : html`as expected: ${[...passed].join(', ')}`
  return html`<ul class="plain">
    ${told}
  </ul>`
}

/** What was looked at at all: what was not has passed nowhere in this page. */
export function checksSection({ checks, datasets }: ValidationSummary): Html {
  if (checks === undefined) return html``
  const rows = checkNames.map((name) => {
    const { state, reason = '' } = checks[name]
    const isInPart = name === 'contents' && isSampled(datasets)
    return [code(name), checkWords[name], isInPart ? 'a sample of it' : stateWords[state], reason]
  })
  return section('checks', 'Checks', table(['check', 'of', 'state', 'why'], rows, { caption: 'Checks' }))
}

const checkWords: { readonly [name in CheckName]: string } = {
  schema: 'columns, keys, indexes, defaults, foreign keys, checks, sequences',
  rows: 'rows of each table',
  nulls: 'NULLs of each column',
  orphans: 'rows without their parent',
  unique: 'values of keys that are there more than once',
  ranges: 'least and largest values, and exact sums',
  contents: 'every value of every row',
}

export function schemaSection(datasets: readonly DatasetValidation[]): Html {
  const rows = datasets.flatMap(({ from, schema = [] }) =>
    schema.map(({ kind, name, problem }) => [code(from), kind, code(name), problem]),
  )
  if (rows.length === 0) return html``
  const head = ['dataset', 'kind', 'name', 'at the target']
  return section('schema', 'Schema', table(head, rows, { caption: 'Differences of schema' }))
}

export function coverageSection(coverage: readonly string[]): Html {
  if (coverage.length === 0) return html``
  return section(
    'coverage',
    'What this does not prove',
    html`<ul class="coverage">
      ${coverage.map((line) => html`<li>${line}</li>`)}
    </ul>`,
  )
}

export function factsSection({ summary, source, target, picked }: HtmlReport): Html {
  const { version, startedAt, finishedAt, seconds } = summary
  const facts: [string, string | undefined][] = [
    ['source', source],
    ['target', target],
    ['transload', version],
    ['started', startedAt],
    ['finished', finishedAt],
    ['seconds', seconds === undefined ? undefined : number.format(seconds)],
    ['differences', picked === undefined ? undefined : linesText(picked)],
  ]
  const known = facts.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
        ],
  )
  return section('facts', 'Facts of the run', html`<dl class="facts">${known}</dl>`, momentsTable(summary))
}

function linesText({ lines, transientLines }: NonNullable<HtmlReport['picked']>): string {
  const settling = transientLines === 0 ? '' : `, ${number.format(transientLines)} of them of rows that kept changing`
  return `${number.format(lines)} in differences.ndjson${settling}`
}

/** When both ends were looked at, and where their logs stood. */
function momentsTable({ moments = [] }: ValidationSummary): Html {
  if (moments.length === 0) return html``
  const place = (position: string | null): Html => (position === null ? html`not told` : code(position))
  const rows = moments.map(({ at, source, target }) => [at, place(source), place(target)])
  const head = ['looked at', 'log of the source', 'log of the target']
  const words =
    moments.length === 1
      ? html``
      : html`<p class="note">
          More than one: it went on from an earlier validation, or looked at rows that differed again.
        </p>`
  return html`<h3>Moments</h3>
    ${words}${table(head, rows, { caption: 'Moments' })}`
}
