import { beginsWithDay } from '../canonical/calendar.ts'
import type { ContentRange, Contents, KeyTexts } from '../contract/contents.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { NativeType } from '../model/relation.ts'
import type { ComparedTable } from './compared-table.ts'
import { orderOf } from './key-order.ts'
import { sourceColumn } from './read-rows.ts'

/**
 * Cuts a table, or a range of it, into ranges of roughly `rowCount` rows that follow each other and cover it, bounded by
 * keys that are there in the source.
 *
 * @param maxCount Cuts off at most so many from the beginning; what is left is the last one
 */
export async function rangesOf(
  table: ComparedTable,
  source: Contents<NativeType>,
  rowCount: number,
  signal: AbortSignal,
  whole: ContentRange = {},
  maxCount?: number,
): Promise<readonly ContentRange[]> {
  const { after: start } = whole
  // To the table's end: the server's estimates cut that, of which a part may be done.
  const isOpen = whole.upTo === undefined && maxCount === undefined
  const question = {
    table: table.source,
    columns: table.key.map((slot) => sourceColumn(table, slot)),
    order: table.key.map((slot) => table.columns[slot]!.from),
    index: table.index,
    range: isOpen ? undefined : whole,
  }
  const found = (await source.bounds?.(question, rowCount, signal, maxCount)) ?? []
  const bounds = found.filter(
    (bound) => isInEveryEngine(table, bound) && (start === undefined || compareKeys(table, bound, start) > 0),
  )
  const starts = [start, ...bounds]
  return starts.map((after, place) => ({ after, upTo: bounds[place] ?? whole.upTo }))
}

/** In the order that both ends have. */
function compareKeys({ key, columns }: ComparedTable, one: KeyTexts, other: KeyTexts): number {
  for (const [place, slot] of key.entries()) {
    const { form } = columns[slot]!
    const [left, right] = [one, other].map((texts) =>
      Buffer.from(texts[place] ?? '', form === 'bytes' ? 'hex' : 'utf8'),
    )
    if (left === undefined || right === undefined) continue
    const order = orderOf(form)?.(left, 0, left.length, right, 0, right.length) ?? 0
    if (order !== 0) return order
  }
  return 0
}

/** A day that is none, which the source may hold, is no constant of a statement elsewhere. */
function isInEveryEngine({ key, columns }: ComparedTable, bound: KeyTexts): boolean {
  return bound.every((text, place) => !isNoDay(columns[key[place]!]!.form, text))
}

function isNoDay(form: DigestForm, text: string): boolean {
  return (form === 'date' || form === 'timestamp' || form === 'instant') && !beginsWithDay(text)
}
