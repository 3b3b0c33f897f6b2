import type { ShownValue } from '../model/loss.ts'
import type { DatasetValidation } from '../model/run-summary.ts'
import { keyText } from './key-text.ts'
import { markdownCode as code, markdownTable as table, markdownText as text } from './markdown-text.ts'
import { shortened, valueParts } from './value-text.ts'

const number = new Intl.NumberFormat('en-US')

/** Differences by column and reason, in Markdown; empty where there are none. */
export function differencesTable(datasets: readonly DatasetValidation[]): string {
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

/** Some rows of each reason with both values, in Markdown; empty where there are none. */
export function samplesTable(datasets: readonly DatasetValidation[]): string {
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

function valueText(value: ShownValue | undefined): string {
  const { kind, text: shown } = valueParts(value)
  if (kind === 'null') return shown
  if (kind === 'text' && shown === '') return 'the empty text'
  if (kind === 'masked') return `masked ${code(shown)}`
  return `${kind === 'base64' ? 'base64 ' : ''}${code(shortened(shown, maxShown))}`
}
