import type { DatasetValidation } from '../../model/run-summary.ts'
import { wayDetails } from '../way-text.ts'
import { type Html, html } from './html-text.ts'
import { code, section, table } from './table.ts'

const number = new Intl.NumberFormat('en-US')

const strengths: { readonly [strength in DatasetValidation['columns'][number]['strength']]: string } = {
  exact: 'exact',
  normalised: 'normalised',
  weak: 'weak',
  skipped: 'not compared',
}

/** How each table and column was compared, and why it was so; one dataset opens at a time, and all of them on paper. */
export function columnsSection(datasets: readonly DatasetValidation[]): Html {
  const parts = datasets.map((dataset) => {
    const { from, columns, nulls } = dataset
    const rows = columns.map((column) => {
      const { from: name, to, strength, reason } = column
      const count = nulls.find((one) => one.column.from === name)
      const [source, target] = [count?.source, count?.target].map((one) =>
        one === undefined ? '–' : number.format(one),
      )
      return [
        name === '' ? '–' : code(name),
        code(to),
        strengths[strength],
        byWhat(dataset, column),
        reason ?? '',
        source ?? '',
        target ?? '',
      ]
    })
    const figures = ['NULLs, source', 'NULLs, target']
    const head = ['column', 'compared with', 'strength', 'by', 'why', ...figures]
    return html`<details>
      <summary>
        ${code(from)} <span class="note">${number.format(columns.length)} columns · ${wayDetails(dataset)}</span>
      </summary>
      ${table(head, rows, { caption: `Columns of ${from}`, figures })}
    </details> `
  })
  const words = html`<p>
    Exact: every byte of the form in which values are compared. Normalised: two spellings of one value are one value.
    Weak: in
    part.${hasDigests(datasets) ? ' Digests: both servers add up hashes of the values of a range of rows; where they are the same, no row of it is read.' : ''}
  </p>`
  return parts.length === 0 ? html`` : section('columns', 'How it was compared', words, ...parts)
}

function hasDigests(datasets: readonly DatasetValidation[]): boolean {
  return datasets.some(({ way }) => way?.mode === 'digest')
}

function byWhat(
  { way, differences }: DatasetValidation,
  { strength, digested }: DatasetValidation['columns'][number],
): string {
  if (strength === 'skipped' || differences === null || way === undefined) return '–'
  return digested === true ? 'digests' : 'values'
}
