import { daysInMonth } from '../canonical/calendar.ts'
import type { ContentRange, Contents, KeyTexts } from '../contract/contents.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { NativeType } from '../model/relation.ts'
import type { ComparedTable } from './compared-table.ts'
import { sourceColumn } from './read-rows.ts'

/**
 * Cuts a table, or a range of it, into ranges of roughly `rowCount` rows that follow each other and cover it, bounded by
 * keys that are there in the source.
 */
export async function rangesOf(
  table: ComparedTable,
  source: Contents<NativeType>,
  rowCount: number,
  signal: AbortSignal,
  whole: ContentRange = {},
): Promise<readonly ContentRange[]> {
  const isWhole = whole.after === undefined && whole.upTo === undefined
  const question = {
    table: table.source,
    columns: table.key.map((slot) => sourceColumn(table, slot)),
    order: table.key.map((slot) => table.columns[slot]!.from),
    index: table.index,
    range: isWhole ? undefined : whole,
  }
  const found = (await source.bounds?.(question, rowCount, signal)) ?? []
  const bounds = found.filter((bound) => isInEveryEngine(table, bound))
  const starts = [whole.after, ...bounds]
  return starts.map((after, place) => ({ after, upTo: bounds[place] ?? whole.upTo }))
}

/** A day that is none, which the source may hold, is no constant of a statement elsewhere. */
function isInEveryEngine({ key, columns }: ComparedTable, bound: KeyTexts): boolean {
  return bound.every((text, place) => !isNoDay(columns[key[place]!]!.form, text))
}

function isNoDay(form: DigestForm, text: string): boolean {
  if (form !== 'date' && form !== 'timestamp' && form !== 'instant') return false
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  return !(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))
}
