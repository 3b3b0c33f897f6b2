import type { DatasetValidation, ValidationStatus } from '../../model/run-summary.ts'
import { datasetStatus } from '../checks.ts'
import type { ValidationReport } from '../validation-report.ts'
import { type Html, html } from './html-text.ts'
import { sign, statusWords } from './signs.ts'
import { code } from './table.ts'

const number = new Intl.NumberFormat('en-US')

/** The verdict, first of all, and of what it is. */
export function headerOf({ summary, source, target }: ValidationReport): Html {
  const { status, datasets, unpaired = [] } = summary
  const failed = datasets.filter((dataset) => datasetStatus(dataset) === 'different').length + unpaired.length
  const total = datasets.length + unpaired.length
  const rows = datasets.reduce((sum, { sourceRows }) => sum + (sourceRows ?? 0), 0)
  const figures: [string, string][] = [
    [`${number.format(failed)} of ${number.format(total)}`, total === 1 ? 'dataset differs' : 'datasets differ'],
    [number.format(rows), 'rows at the source'],
    [number.format(differenceCount(datasets)), 'differences of content'],
  ]
  return html`<header>
    <p class="kind">transload · validation report</p>
    <div class="verdict ${status}">
      ${sign(status)}
      <div>
        <h1>${statusWords[status]}</h1>
        <p>${sentence(status, failed)}</p>
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
  transient: 'Only where the source is ahead of the target.',
  unproven: 'Nothing differs, but not everything could be compared.',
  skipped: 'Nothing was compared.',
}

function sentence(status: ValidationStatus, failed: number): string {
  if (status !== 'different') return sentences[status]
  const words = failed === 1 ? 'dataset is not as it is' : 'datasets are not as they are'
  return `${number.format(failed)} ${words} at the source.`
}

function differenceCount(datasets: readonly DatasetValidation[]): number {
  return datasets.flatMap(({ reasons = [] }) => reasons).reduce((sum, { count }) => sum + count, 0)
}
