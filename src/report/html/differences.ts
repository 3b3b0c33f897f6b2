import type { DatasetValidation } from '../../model/run-summary.ts'
import { type Html, html } from './html-text.ts'
import type { PickedDifferences } from './pick-differences.ts'
import { reasonWords } from './reason-words.ts'
import { code, section, table } from './table.ts'
import { transientText } from '../way-text.ts'

const number = new Intl.NumberFormat('en-US')

/** What many differences have in common, said once. */
export function kindsSection(datasets: readonly DatasetValidation[]): Html {
  const rows = datasets.flatMap(({ from, reasons = [] }) =>
    reasons.map(({ reason, column, detail, count }) => [
      code(from),
      column === undefined ? 'whole rows' : code(column),
      html`<strong>${reason}</strong> ${reasonWords[reason] ?? ''}`,
      detail === undefined ? '' : `all of them ${detail}`,
      number.format(count),
      html`<a href="#rows" data-dataset="${from}" data-column="${column ?? ''}" data-reason="${reason}"
        >show<span class="unseen"> ${reason} of ${from} ${column ?? ''}</span></a
      >`,
    ]),
  )
  if (rows.length === 0) return html``
  const head = ['dataset', 'column', 'reason', 'in common', 'count', 'rows']
  return section(
    'kinds',
    'What differs, and why',
    table(head, rows, { caption: 'Kinds of differences', figures: ['count'], links: ['rows'] }),
  )
}

/** Rows that nobody can judge: they are apart from what differs. */
export function transientSection(datasets: readonly DatasetValidation[]): Html {
  const lines = datasets.flatMap((dataset) => {
    const said = transientText(dataset)
    if (said === undefined) return []
    const { from } = dataset
    return [
      html`<li>
        ${code(from)}: ${said}
        <a class="link" href="#rows" data-dataset="${from}" data-state="still changing"
          >show<span class="unseen"> rows of ${from} that kept changing</span></a
        >
      </li>`,
    ]
  })
  if (lines.length === 0) return html``
  const words = html`<p>
    Each time that these rows were looked at they were others at the source, so that nobody can tell whether they would
    agree. They are no differences, and are not proved equal.
  </p>`
  return section(
    'transient',
    'Still changing',
    words,
    html`<ul class="coverage">
      ${lines}
    </ul>`,
  )
}

/** Values that the mapping changed: they are no differences, and are counted for who signs. */
export function declaredSection(datasets: readonly DatasetValidation[]): Html {
  const rows = datasets.flatMap(({ from, declared = [] }) =>
    declared.map(({ column, rule, count }) => [code(from), code(column), code(rule), number.format(count)]),
  )
  if (rows.length === 0) return html``
  const words = html`<p>
    These values are not what the source has. The mapping declares it, and they are no differences.
  </p>`
  const list = table(['dataset', 'column', 'rule', 'values'], rows, { caption: 'Declared losses', figures: ['values'] })
  return section('declared', 'Changed as the mapping declares', words, list)
}

/** The page's script fills it, a page of rows at a time. */
export function rowsSection(picked: PickedDifferences | undefined): Html {
  if (picked === undefined || picked.lines === 0) return html``
  const { shown, lines, transientLines } = picked
  const settling =
    transientLines === 0
      ? ''
      : ` ${number.format(transientLines)} of them are of rows that kept changing, and no differences.`
  const all = html`<p>All ${number.format(lines)} are here, and in <code>differences.ndjson</code>.${settling}</p>`
  const some = html`<p>
    <strong>${number.format(shown.length)} of ${number.format(lines)} differences are in this page</strong>, shared
    fairly over datasets, columns and reasons, and spread evenly over each of them. All of them are in
    <code>differences.ndjson</code>.${settling}
  </p>`
  return section(
    'rows',
    'Differing rows',
    html`${shown.length === lines ? all : some}
      <noscript
        ><p>
          The rows are put here by the script of this page, which does not run. They are in
          <code>differences.ndjson</code>, and samples of them in <code>report.md</code>.
        </p></noscript
      >
      <form id="filters" class="filters" role="search" aria-label="Filter the rows" hidden>
        ${['Dataset', 'Column', 'Reason', ...(transientLines > 0 ? ['State'] : [])].map((label) => choice(label))}
        <div>
          <label for="filter-text">Text</label>
          <input
            id="filter-text"
            name="text"
            type="search"
            autocomplete="off"
            spellcheck="false"
            placeholder="in key or values"
          />
        </div>
        <button type="button" name="all">Show all</button>
      </form>
      <p id="shown" role="status"></p>
      <p class="legend">
        In the values, <mark class="source">what only the source has</mark> and
        <mark class="target">what only the target has</mark> is marked; <span class="sign-of">␣</span> is a blank,
        <span class="sign-of">↵</span> the end of a line, <span class="sign-of number">U+200B</span> a character that is
        not seen. Moments (TIMESTAMP, timestamptz) are in UTC.
      </p>
      <table id="table" class="rows" hidden>
        <caption class="unseen">
          Differing rows, source and target side by side
        </caption>
        <thead>
          <tr>
            <th scope="col">row</th>
            <th scope="col">what</th>
            <th scope="col">source</th>
            <th scope="col">target</th>
          </tr>
        </thead>
        <tbody></tbody>
      </table>
      <nav id="pager" class="pager" aria-label="Pages of rows" hidden>
        <button type="button" name="previous">Previous</button> <span id="page"></span>
        <button type="button" name="next">Next</button>
      </nav>`,
  )
}

function choice(label: string): Html {
  const name = label.toLowerCase()
  return html`<div>
    <label for="filter-${name}">${label}</label>
    <select id="filter-${name}" name="${name}">
      <option value="">all</option>
    </select>
  </div>`
}
