import type { RangeAnswer } from '../../model/count.ts'
import type { DatasetValidation } from '../../model/run-summary.ts'
import { newOrphans } from '../check-lines.ts'
import { isMaskText } from '../value-text.ts'
import { type Html, html } from './html-text.ts'
import { code, section, table } from './table.ts'

const number = new Intl.NumberFormat('en-US')

/** Rows without their parent, of each relation that was counted. */
export function orphansSection(datasets: readonly DatasetValidation[]): Html {
  const rows = datasets.flatMap(({ from, orphans }) =>
    orphans.map((found) => {
      const { constraint, source, target, byCollation, declared } = found
      const fresh = newOrphans(found)
      return [
        code(from),
        html`${code(constraint.from)}${declared === true ? html`<p class="note">declared by the pipeline</p>` : ''}`,
        number.format(source),
        number.format(target),
        fresh === 0 ? '0' : html`<strong>${number.format(fresh)}</strong>`,
        byCollation === undefined ? '–' : number.format(byCollation),
      ]
    }),
  )
  if (rows.length === 0) return html``
  const figures = ['source', 'target', 'new', 'by collation only']
  const words = html`<p>
    Rows without their parent. Only new ones are a difference: the others were there before. By collation only: the
    source finds a parent for them as it does <code>ABC</code> for <code>abc</code>, and the target does not, so that a
    join there passes them over.
  </p>`
  const list = table(['dataset', 'relation', ...figures], rows, { caption: 'Orphans', figures })
  return section('orphans', 'Orphans', words, list)
}

/** Keys, and how many of their values are there more than once. What an index sees to was not counted. */
export function uniqueSection(datasets: readonly DatasetValidation[]): Html {
  const all = datasets.flatMap(({ from, unique = [] }) => unique.map((key) => ({ from, ...key })))
  if (all.length === 0) return html``
  const figure = (count: number | null): string => (count === null ? '–' : number.format(count))
  const rows = all.map(({ from, key, columns, source, target, index }) => {
    const isWorse = source !== null && target !== null && target > source
    return [
      code(from),
      code(key),
      columns.map((column) => column.from).join(', '),
      figure(source),
      isWorse ? html`<strong>${figure(target)}</strong>` : figure(target),
      index === undefined
        ? source === null || target === null
          ? 'not counted'
          : 'counted'
        : html`proved by the index ${code(index)}`,
    ]
  })
  const figures = ['twice, source', 'twice, target']
  const words = html`<p>
    Values of keys that are there more than once. Where the target has a valid unique index nothing is counted: it
    proves that there are none.
  </p>`
  const list = table(['dataset', 'key', 'columns', ...figures, 'how'], rows, { caption: 'Keys', figures })
  return section('unique', 'Keys', words, list)
}

/** Least and largest values and sums, those that differ first. */
export function rangesSection(datasets: readonly DatasetValidation[]): Html {
  const all = datasets.flatMap(({ from, ranges = [] }) => ranges.map((range) => ({ from, ...range })))
  if (all.length === 0) return html``
  const rows = [...all.filter(({ same }) => !same), ...all.filter(({ same }) => same)].map((range) => {
    const { from, column, source, target, same } = range
    return [
      code(from),
      code(column.from),
      same ? 'the same' : html`<strong>not the same</strong>`,
      ...(['min', 'max', 'sum'] as const).map((part) => both(source[part], target[part], same)),
    ]
  })
  const head = ['dataset', 'column', 'ends', 'least', 'largest', 'sum']
  return section('ranges', 'Ranges', table(head, rows, { caption: 'Least and largest values, and sums' }))
}

/** One value where the ends agree, whichever way each of them spells it. */
function both(source: RangeAnswer['sum'], target: RangeAnswer['sum'], isSame: boolean): Html {
  if (source === undefined && target === undefined) return html`–`
  if (source === undefined || target === undefined) return html`not compared`
  if (isSame || evened(source) === evened(target)) return value(source)
  return html`<span class="note">source</span> ${value(source)}<br /><span class="note">target</span> ${value(target)}`
}

/** The same for two spellings that differ by zeros at the end of a fraction. */
function evened(text: string | null): string | undefined {
  return text?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
}

function value(text: string | null): Html {
  if (text === null) return html`<span class="null">no value</span>`
  return isMaskText(text) ? html`<span class="badge">masked</span> ${code(text)}` : code(text)
}
