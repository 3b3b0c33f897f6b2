import type { DatasetValidation } from '../../model/run-summary.ts'
import { isSample, sampleText, transientText } from '../way-text.ts'
import { type Html, html } from './html-text.ts'
import { code } from './table.ts'

const number = new Intl.NumberFormat('en-US')

/** From which share of its rows a column is this full: the shade says it, and so does the density of the lines. */
const shares = [0, 0.001, 0.01, 0.1]

/**
 * Dataset by column, with the number of differences in each cell. What has differences comes first, and datasets that
 * have none take one line.
 */
export function heatMap(datasets: readonly DatasetValidation[]): Html {
  const compared = datasets.filter(({ differences }) => differences !== null)
  if (compared.length === 0) return html``
  const [some, none] = [compared.filter(hasDifferences), compared.filter((dataset) => !hasDifferences(dataset))]
  return html`${some.length === 0 ? html`` : legend(some)}
    <div class="scroll" tabindex="0" role="region" aria-label="Differences by column">
      <table class="heat">
        <caption class="unseen">
          Differences by dataset and column
        </caption>
        <thead>
          <tr>
            <th scope="col">dataset</th>
            <th scope="col">columns, and how many values differ</th>
          </tr>
        </thead>
        <tbody>
          ${some.map(row)}${none.map(row)}
        </tbody>
      </table>
    </div>`
}

function legend(datasets: readonly DatasetValidation[]): Html {
  const isUnknown = datasets.some((dataset) => shareOf(dataset, 1) === undefined)
  const unknown = html`<span class="tile unknown">of rows that nobody counted</span>`
  return html`<p class="legend">
    Differences in each column. Lines stand closer the larger their share of the rows is:
    ${['under 0.1 %', 'from 0.1 %', 'from 1 %', 'from 10 %'].map((words, level) => html`<span class="tile level-${level + 1}">${words}</span> `)}
    ${isUnknown ? unknown : html``} <span class="tile not-compared">not compared</span>
  </p>`
}

function hasDifferences({ reasons = [] }: DatasetValidation): boolean {
  return reasons.length > 0
}

function row(dataset: DatasetValidation): Html {
  const { from, columns, differences } = dataset
  const cells = hasDifferences(dataset)
    ? [wholeRows(dataset), ...columns.map((column) => cell(dataset, column))]
    : [
        html`<li class="tile">${number.format(columns.filter(isCompared).length)} columns <b>0</b></li>`,
        ...columns.filter((column) => !isCompared(column)).map((column) => cell(dataset, column)),
      ]
  const notes = [
    differences?.stopped === true ? 'Stopped: more were not looked for.' : [],
    [sampleText(dataset) ?? [], transientText(dataset) ?? []].flat().map((note) => `${note}.`),
  ].flat(2)
  return html`<tr>
    <th scope="row">${code(from)}${notes.map((note) => html`<p class="note">${capital(note)}</p>`)}</th>
    <td>
      <ul class="tiles">
        ${cells}
      </ul>
    </td>
  </tr> `
}

function isCompared({ strength }: DatasetValidation['columns'][number]): boolean {
  return strength !== 'skipped'
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function wholeRows(dataset: DatasetValidation): Html {
  const { differences } = dataset
  return tile(dataset, 'whole rows', '', (differences?.missing ?? 0) + (differences?.extra ?? 0))
}

function cell(dataset: DatasetValidation, column: DatasetValidation['columns'][number]): Html {
  const { reasons = [] } = dataset
  const name = column.from === '' ? column.to : column.from
  if (!isCompared(column)) return html`<li class="tile not-compared">${name} <b>not compared</b></li>`
  const count = reasons.reduce((sum, one) => (one.column === column.from ? sum + one.count : sum), 0)
  return tile(dataset, name, column.from, count)
}

/** Undefined where nobody knows of how many rows: they were not counted, or are those of a sample. */
function shareOf(dataset: DatasetValidation, count: number): number | undefined {
  const { sourceRows, targetRows } = dataset
  if (sourceRows === null || targetRows === null || isSample(dataset)) return undefined
  return count / Math.max(sourceRows, targetRows, 1)
}

function tile(dataset: DatasetValidation, name: string, column: string, count: number): Html {
  if (count === 0) return html`<li class="tile">${name} <b>0</b></li>`
  const share = shareOf(dataset, count)
  const shade = share === undefined ? 'unknown' : `level-${shares.filter((from) => share >= from).length}`
  return html`<li>
    <a class="tile ${shade}" href="#rows" data-dataset="${dataset.from}" data-column="${column}"
      >${name} <b>${number.format(count)}</b></a
    >
  </li>`
}
