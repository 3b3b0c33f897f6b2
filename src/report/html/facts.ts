import type { DatasetValidation, ValidationSummary } from '../../model/run-summary.ts'
import { checksOf, datasetStatus } from '../checks.ts'
import { type Html, html } from './html-text.ts'
import { statusText } from './signs.ts'
import { code, section, table } from './table.ts'
import type { HtmlReport } from './html-report.ts'

const number = new Intl.NumberFormat('en-US')

/** A line for each dataset: what came of it, and its figures. What was not looked for is no 0. */
export function datasetsSection({ datasets, unpaired = [] }: ValidationSummary): Html {
  const rows = [
    ...unpaired.map(({ from, to }) => [
      code(from),
      statusText('different'),
      html`the target has no table ${code(to)}`,
      ...Array.from({ length: 7 }, () => '–'),
    ]),
    ...datasets.map((dataset) => {
      const { from, to, sourceRows, targetRows, differences, schema } = dataset
      const figure = (count: number | null | undefined): string => (count == null ? '–' : number.format(count))
      return [
        code(from),
        statusText(datasetStatus(dataset)),
        code(to),
        figure(sourceRows),
        figure(targetRows),
        figure(differences?.missing),
        figure(differences?.extra),
        figure(differences?.changed),
        figure(schema?.length),
        otherChecks(dataset),
      ]
    }),
  ]
  const figures = ['source rows', 'target rows', 'missing', 'extra', 'changed', 'schema']
  const head = ['dataset', 'verdict', 'compared with', ...figures, 'NULLs and orphans']
  const note = html`<p class="note">
    – was not compared. Missing, extra and changed are rows; schema is what the table lacks or has otherwise.
  </p>`
  return section('datasets', 'Datasets', table(head, rows, { caption: 'Datasets', figures }), note)
}

function otherChecks(dataset: DatasetValidation): Html {
  const told = checksOf(dataset).flatMap(({ name, outcome }) => {
    const [check, constraint] = name.split(/:(.*)/s)
    if (outcome.is === 'passed' || (check !== 'nulls' && check !== 'orphans')) return []
    const what = constraint === undefined ? '' : `${constraint}: `
    return [html`<li>${what}${outcome.is === 'failed' ? outcome.message : `not compared: ${outcome.why}`}</li>`]
  })
  return told.length === 0
    ? html`as expected`
    : html`<ul class="plain">
        ${told}
      </ul>`
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

const strengths: { readonly [strength in DatasetValidation['columns'][number]['strength']]: string } = {
  exact: 'exact',
  normalised: 'normalised',
  weak: 'weak',
  skipped: 'not compared',
}

/** How each column was compared, and why it was so; one dataset opens at a time, and all of them on paper. */
export function columnsSection(datasets: readonly DatasetValidation[]): Html {
  const parts = datasets.map(({ from, columns, nulls, way }) => {
    const rows = columns.map(({ from: name, to, strength, reason }) => {
      const count = nulls.find(({ column }) => column.from === name)
      const [source, target] = [count?.source, count?.target].map((one) =>
        one === undefined ? '–' : number.format(one),
      )
      return [name === '' ? '–' : code(name), code(to), strengths[strength], reason ?? '', source ?? '', target ?? '']
    })
    const figures = ['NULLs, source', 'NULLs, target']
    const head = ['column', 'compared with', 'strength', 'why', ...figures]
    const how = way === undefined ? 'by counts alone' : `${way.mode}: ${way.reason}`
    return html`<details>
      <summary>${code(from)} <span class="note">${number.format(columns.length)} columns · ${how}</span></summary>
      ${table(head, rows, { caption: `Columns of ${from}`, figures })}
    </details> `
  })
  const words = html`<p>
    Exact: every byte of the form in which values are compared. Normalised: two spellings of one value are one value.
    Weak: in part.
  </p>`
  return parts.length === 0 ? html`` : section('columns', 'How it was compared', words, ...parts)
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
    ['differences', picked === undefined ? undefined : `${number.format(picked.lines)} in differences.ndjson`],
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
  return section('facts', 'Facts of the run', html`<dl class="facts">${known}</dl>`)
}
