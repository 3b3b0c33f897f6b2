import type { DatasetValidation, ValidationStatus, ValidationSummary } from '../../model/run-summary.ts'
import { datasetStatus } from '../checks.ts'
import type { ValidationReport } from '../validation-report.ts'
import { validationVerdict } from '../validation-verdict.ts'
import { isSampled } from '../way-text.ts'
import { type Html, html } from './html-text.ts'
import { sign, statusWords } from './signs.ts'
import { code } from './table.ts'

const number = new Intl.NumberFormat('en-US')

/** The verdict, first of all, and of what it is. */
export function headerOf({ summary, source, target }: ValidationReport): Html {
  const { status, datasets, unpaired = [], strays = [], checks } = summary
  const failed =
    datasets.filter((dataset) => datasetStatus(dataset, checks) === 'different').length +
    unpaired.length +
    strays.length
  const total = datasets.length + unpaired.length + strays.length
  const settling = settlingCount(datasets)
  const figures: [string, string][] = [
    [`${number.format(failed)} of ${number.format(total)}`, total === 1 ? 'dataset differs' : 'datasets differ'],
    ...rowsFigure(datasets, total),
    ...(datasets.some(({ differences }) => differences !== null)
      ? [[number.format(differenceCount(datasets)), 'differences of content'] satisfies [string, string]]
      : []),
    ...(settling === 0 ? [] : [[number.format(settling), 'rows kept changing'] satisfies [string, string]]),
  ]
  return html`<header>
    <p class="kind">transload · validation report</p>
    <div class="verdict ${status}">
      ${sign(status)}
      <div>
        <h1>${statusWords[status]}</h1>
        <p>${sentence(summary, failed)}</p>
      </div>
    </div>
    <dl class="ends">
      <div>
        <dt>Source</dt>
        <dd>${code(source)}</dd>
      </div>
      <div>
        <dt>Target</dt>
        <dd>${code(target)}</dd>
      </div>
    </dl>
    <ul class="figures">
      ${figures.map(([figure, words]) => html`<li><b>${figure}</b> ${words}</li>`)}
    </ul>
  </header>`
}

/** What the verdict rests on: no more than was shown. */
const sentences: { readonly [status in Exclude<ValidationStatus, 'different'>]: string } = {
  equal: 'Every value of every row is the same at both ends.',
  counted: 'Rows, NULLs and orphans are as expected; values were not compared.',
  transient: 'Nothing else differs, and of rows that kept changing nobody can tell.',
  unproven: 'Nothing differs, but not everything could be compared.',
  skipped: 'Nothing was compared.',
}

function sentence(summary: ValidationSummary, failed: number): string {
  const { status, checks, datasets } = summary
  if (status === 'different') {
    const words = failed === 1 ? 'dataset is not as it is' : 'datasets are not as they are'
    return `${number.format(failed)} ${words} at the source.`
  }
  const isRefused = datasets.some(({ left }) => left !== undefined && left.refused > 0)
  const isSaid =
    isRefused || (status === 'counted' && checks !== undefined) || (isSampled(datasets) && status !== 'equal')
  return isSaid ? `${validationVerdict(summary)}.` : sentences[status]
}

/** Of what was counted alone; nothing where nothing was. */
function rowsFigure(datasets: readonly DatasetValidation[], total: number): [string, string][] {
  const counts = datasets.flatMap(({ sourceRows }) => sourceRows ?? [])
  if (counts.length === 0) return []
  const all =
    counts.length === total
      ? ''
      : `, of ${number.format(counts.length)} ${counts.length === 1 ? 'dataset that was' : 'datasets that were'} counted`
  return [[number.format(counts.reduce((sum, count) => sum + count, 0)), `rows at the source${all}`]]
}

function differenceCount(datasets: readonly DatasetValidation[]): number {
  return datasets.flatMap(({ reasons = [] }) => reasons).reduce((sum, { count }) => sum + count, 0)
}

function settlingCount(datasets: readonly DatasetValidation[]): number {
  return datasets.reduce((sum, { transient = 0 }) => sum + transient, 0)
}
