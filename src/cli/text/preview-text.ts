import type { ColumnPlan } from '../../model/plan.ts'
import type { DatasetPreview, Preview, PreviewRow, PreviewValue, PreviewValues } from '../../model/preview.ts'
import { visible } from '../../report/visible.ts'
import { counted, countText } from '../../telemetry/amounts.ts'
import { displayWidth, fitWidth, padWidth } from '../../telemetry/display-width.ts'
import type { Colour } from '../output.ts'

/** One line, with its colour where it has one. */
export interface PreviewLine {
  readonly text: string
  readonly colour?: Colour | undefined
}

/** A line of a row's table: what is read, what is written, and what there is to say of it. */
interface Cells {
  readonly mark: '*' | ' '
  readonly column: string
  readonly before: string
  readonly after: string
  readonly note: string
}

/** What is needed of a dataset's plan. */
export interface PreviewedDataset {
  readonly read: { readonly identify: readonly string[] }
  readonly columns: readonly PreviewedColumn[]
}

type PreviewedColumn = Pick<ColumnPlan, 'from' | 'to' | 'changedBy' | 'isMade'>

const indent = '    '
const gap = '  '
const titles: Cells = { mark: ' ', column: 'column', before: 'before', after: 'after', note: '' }

/**
 * Rows of each dataset before and after, side by side.
 * @param datasets Of the plan, in its order @param width Columns of the screen
 */
export function previewText(datasets: readonly PreviewedDataset[], preview: Preview, width: number): PreviewLine[] {
  const lines = [
    'What is shown is chosen from the first rows of each dataset: one row of each kind of reject and loss, one that each ' +
      'stage filters, more rejects and losses, then others. * marks what changes. Nothing was written: what the target ' +
      'itself may refuse is not seen here, nor what dedupe and lookup come to, which is known only as rows are copied.',
  ].flatMap((text) => wrapped(text, '  ', width))
  return [
    { text: '' },
    { text: 'Preview: a sample' },
    ...lines,
    ...preview.datasets.flatMap((one, place) => datasetLines(datasets[place], one, width)),
  ]
}

function datasetLines(plan: PreviewedDataset | undefined, preview: DatasetPreview, width: number): PreviewLine[] {
  const { from, to, rows } = preview
  const tables = rows.map((row) => rowCells(plan, to, row))
  const widths = widthsOf([titles, ...tables.flat(2)], width)
  return [
    { text: '' },
    ...wrapped(`${from} → ${to}`, '', width),
    ...wrapped(summary(preview), '  ', width),
    ...rows.flatMap((row, place) => [
      { text: '' },
      ...headLines(plan, row, width),
      ...cellLines([[titles, ...(tables[place]?.[0] ?? [])], ...(tables[place]?.slice(1) ?? [])], widths),
      ...(row.moreAfter > 0 ? [{ text: `${indent}and ${counted(row.moreAfter, 'more row')} that it comes to` }] : []),
    ]),
  ]
}

function summary({ read, isWhole, written, filtered, rejected, losses, rows }: DatasetPreview): string {
  if (read === 0) return 'It has no rows.'
  const all = isWhole ? `its ${counted(read, 'row')}` : `the first ${counted(read, 'row')}`
  const outcomes = [`${countText(written)} would be sent to the target`]
  if (filtered > 0) outcomes.push(`${countText(filtered)} filtered`)
  if (rejected > 0) outcomes.push(`${countText(rejected)} rejected`)
  const lost = losses.map(({ column, rule, count }) => `${column} ${rule} ${countText(count)}`)
  return (
    `${countText(rows.length)} of ${all}: ${outcomes.join(', ')}` +
    (lost.length > 0 ? `; values that rules change: ${lost.join(', ')}` : '')
  )
}

function headLines(plan: PreviewedDataset | undefined, row: PreviewRow, width: number): PreviewLine[] {
  const key = (plan?.read.identify ?? []).map((name) => `, ${name} ${valueText(row.before[name])}`).join('')
  const head = `row ${countText(row.row)}${key}`
  const at = row.stage === undefined ? '' : ` by ${row.stage}`
  switch (row.outcome) {
    case 'rejected': {
      const where = row.stage === 'read' ? ' as it is read' : at
      const column = row.column === undefined ? '' : `${row.column}: `
      const reason = row.reason ?? 'the reason is hidden, since it may have a hidden value in it'
      return [
        ...wrapped(`${head}: rejected${where} (${row.code ?? ''})`, '  ', width, 'red'),
        ...wrapped(`${column}${reason}`, indent, width, 'red'),
      ]
    }
    case 'filtered':
      return wrapped(`${head}: filtered${at}`, '  ', width, 'yellow')
    case 'written':
      if (row.losses.length > 0) return wrapped(`${head}: loses something`, '  ', width, 'yellow')
      if (row.stage !== undefined) return wrapped(`${head}: some of it filtered${at}`, '  ', width, 'yellow')
      return wrapped(head, '  ', width, 'bold')
  }
}

/** The row beside the first one of the dataset's own table; then each of the others that it comes to. */
function rowCells(plan: PreviewedDataset | undefined, to: string, row: PreviewRow): Cells[][] {
  const own = row.after.find((one) => one.to === to)
  const others = row.after.filter((one) => one !== own)
  return [ownCells(plan?.columns ?? [], row, own?.values), ...others.map((one) => otherCells(one.to, one.values))]
}

function ownCells(columns: readonly PreviewedColumn[], row: PreviewRow, after: PreviewValues | undefined): Cells[] {
  const cells = Object.entries(row.before).map(([name, value]): Cells => {
    const column = columns.find(({ from, isMade }) => from === name && isMade !== true)
    const losses = row.losses.filter((loss) => loss.column === name).map(({ rule }) => `loss: ${rule}`)
    const isAtFault = row.outcome === 'rejected' && row.column === name
    const told = { before: valueText(value), note: [...losses, ...(isAtFault ? ['rejected'] : [])] }
    const left = column === undefined ? undefined : after?.[column.to]
    if (column === undefined || left === undefined) {
      const note = after === undefined ? told.note : [...told.note, 'not written']
      return { mark: isAtFault ? '*' : ' ', column: name, before: told.before, after: '', note: note.join(', ') }
    }
    const isChanged = !isSame(value, left)
    return {
      mark: isChanged ? '*' : ' ',
      column: column.to === name ? name : `${name} → ${column.to}`,
      before: told.before,
      after: valueText(left),
      note: [...told.note, ...(isChanged ? (column.changedBy ?? []) : [])].join(', '),
    }
  })
  if (after === undefined) return cells
  const carried = new Set(columns.filter(({ isMade }) => isMade !== true).map(({ to }) => to))
  const made = Object.entries(after).filter(([name]) => !carried.has(name))
  return [...cells, ...made.map(([name, value]) => madeCells(name, value, columns))]
}

function madeCells(name: string, value: PreviewValue, columns: readonly PreviewedColumn[]): Cells {
  const [first, ...others] = columns.find(({ to }) => to === name)?.changedBy ?? []
  const note = [...(first === undefined ? [] : [`made by ${first}`]), ...others].join(', ')
  return { mark: '*', column: name, before: '', after: valueText(value), note }
}

function otherCells(to: string, values: PreviewValues): Cells[] {
  const cells = Object.entries(values).map(([column, value]): Cells => {
    return { mark: ' ', column, before: '', after: valueText(value), note: '' }
  })
  return cells.map((one, place) => (place === 0 ? { ...one, note: `in ${to}` } : one))
}

/** What is hidden or cut on both sides may differ where nobody sees it: it is not marked. */
function isSame(one: PreviewValue | undefined, other: PreviewValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** NULL is a word; a text that could be taken for it, or for nothing, stands in quotes. */
function valueText(value: PreviewValue | undefined): string {
  if (value === undefined) return ''
  if (value === null) return 'NULL'
  if ('hidden' in value) return '(hidden)'
  const { text, cut } = value
  const isPlain = text !== '' && text !== 'NULL' && text !== '(hidden)' && !/^[\s']|[\s'…]$/u.test(text)
  const shown = isPlain ? text : `'${text}'`
  return cut === true ? `${shown}…` : shown
}

type Widths = { readonly [part in 'column' | 'before' | 'after']: number } & { readonly note: number }

/** Names and notes may take a quarter and a third; the values share what is left, the shorter side no more than it needs. */
function widthsOf(cells: readonly Cells[], width: number): Widths {
  const need = (part: keyof Widths): number => Math.max(...cells.map((one) => displayWidth(visible(one[part]))))
  const gapCount = need('note') > 0 ? 3 : 2
  const room = width - indent.length - 2 - gapCount * gap.length
  const column = Math.min(need('column'), Math.max(8, Math.floor(room / 4)))
  const note = Math.min(need('note'), Math.floor(room / 3))
  const left = Math.max(8, room - column - note)
  const [before, after] = [need('before'), need('after')]
  const half = Math.floor(left / 2)
  if (before + after <= left) return { column, note, before, after }
  if (before <= half) return { column, note, before, after: left - before }
  if (after <= half) return { column, note, before: left - after, after }
  return { column, note, before: half, after: left - half }
}

function cellLines(tables: readonly (readonly Cells[])[], widths: Widths): PreviewLine[] {
  return tables.flat().map(({ mark, column, before, after, note }) => {
    const parts = [
      padWidth(visible(column), widths.column),
      padWidth(visible(before), widths.before),
      padWidth(visible(after), widths.after),
      fitWidth(visible(note), widths.note),
    ]
    return { text: `${indent}${mark} ${parts.join(gap)}`.trimEnd() }
  })
}

/** Text on as many lines as it takes; a word that is longer than one is cut. */
function wrapped(text: string, before: string, width: number, colour?: Colour): PreviewLine[] {
  const room = Math.max(1, width - before.length)
  const lines: string[] = []
  let line = ''
  for (const word of visible(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= room) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = fitWidth(word, room)
  }
  return [...lines, line].map((one) => ({ text: `${before}${one}`, ...(colour === undefined ? {} : { colour }) }))
}
