import type { SplitOptions } from '../../contract/source.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { ReadPlan, Split } from '../../model/plan.ts'
import type { TextSession } from '../sql/session.ts'
import type { KeyValues, SplitBounds } from '../sql/key-bounds.ts'
import { KeyRanges, type KeyRange } from './key-ranges.ts'
import { splitKey } from './select-statement.ts'
import type { ServerFacts } from './server-facts.ts'

/** Tables up to this size are walked on the index from end to end, some seconds at most: the splits come out even. */
const maxWalkedRows = 2_000_000
/** Planning ends here; what is left then stays in larger splits. */
const maxPlanMs = 30_000

/**
 * Disjoint splits that cover the table, bounded by keys that exist and that the server has compared. Without a key that
 * can be split by: one split, which is restarted whole.
 *
 * A small table is walked: every n-th key is a bound. A large one is cut in two again and again: at a key next to a guess
 * at the middle, where the largest part is, by the server's estimates of ranges of its index. That costs four small
 * queries a split, however many rows there are.
 */
export async function planTableSplits(
  session: TextSession,
  server: ServerFacts,
  read: ReadPlan,
  options: SplitOptions,
  walkedRows = maxWalkedRows,
): Promise<readonly Split[]> {
  const key = splitKey(read)
  if (key === undefined) return [toSplit(read, 0, {}, 0, true)]
  const ranges = new KeyRanges(session, server, read, key, performance.now() + maxPlanMs)
  const rowEstimate = await ranges.estimate({})
  const rowCount = Math.max(1, options.rowCount, Math.ceil(rowEstimate / options.maxCount))
  const found =
    rowEstimate <= walkedRows
      ? await ranges.walk({}, rowCount, options.maxCount)
      : merge(await bisect(ranges, rowEstimate, rowCount, options.maxCount), rowCount, options.maxCount)
  return found.map(({ after, upTo, rows }, ordinal) => toSplit(read, ordinal, { after, upTo }, rows, false))
}

function toSplit(read: ReadPlan, ordinal: number, bounds: SplitBounds, rows: number, atomic: boolean): Split {
  // Stored as JSON: an absent bound is no member at all.
  const plain = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
  return { id: `${read.dataset}#${ordinal}`, dataset: read.dataset, ordinal, bounds: plain, rowEstimate: rows, atomic }
}

interface Part extends KeyRange {
  readonly first: KeyValues
  readonly last: KeyValues
  readonly rows: number
}

/** Cuts the largest part in two until none is much larger than wanted, or time is up. The parts come in order. */
async function bisect(
  ranges: KeyRanges,
  rowEstimate: number,
  rowCount: number,
  maxCount: number,
): Promise<readonly (KeyRange & { readonly rows: number })[]> {
  const first = await ranges.first({})
  const last = await ranges.last({})
  if (first === undefined || last === undefined) return [{ rows: rowEstimate }]
  const open: Part[] = [{ first, last, rows: rowEstimate }]
  const done: (KeyRange & { readonly rows: number })[] = []
  // Breadth first: when time is up, what is left is even.
  for (let part = open.shift(); part !== undefined; part = open.shift()) {
    const isSmall = part.rows <= rowCount * 1.5
    const isFull = open.length + done.length + 1 >= 2 * maxCount || ranges.isLate()
    if (isSmall || isFull) {
      done.push(part)
      continue
    }
    const cut = await ranges.cut(part)
    if (cut === undefined) {
      const walkable = part.rows <= 10 * maxWalkedRows
      done.push(...(walkable ? await ranges.walk(part, rowCount, maxCount) : [part]))
      continue
    }
    const below = { after: part.after, upTo: cut.below }
    const above = { after: cut.below, upTo: part.upTo }
    open.push(
      { ...below, first: part.first, last: cut.below, rows: await ranges.estimate(below) },
      { ...above, first: cut.above, last: part.last, rows: await ranges.estimate(above) },
    )
  }
  return inOrder(done)
}

/** Parts follow each other: the one that begins where another ends comes after it. */
function inOrder<T extends KeyRange>(parts: readonly T[]): readonly T[] {
  const byStart = new Map(parts.map((part) => [JSON.stringify(part.after), part]))
  const ordered: T[] = []
  let start: KeyValues | undefined
  do {
    const part = byStart.get(JSON.stringify(start))
    if (part === undefined || ordered.length === parts.length) throw disjointed()
    ordered.push(part)
    start = part.upTo
  } while (start !== undefined)
  if (ordered.length !== parts.length) throw disjointed()
  return ordered
}

function disjointed(): TransloadError {
  return new TransloadError('TL_X901', { reason: 'the parts of a table do not follow each other' })
}

/** Joins neighbours that are small, and as many as it takes to be no more than `maxCount`. */
function merge<T extends KeyRange & { readonly rows: number }>(
  parts: readonly T[],
  rowCount: number,
  maxCount: number,
): readonly (KeyRange & { readonly rows: number })[] {
  const merged: (KeyRange & { readonly rows: number })[] = []
  const least = Math.ceil(parts.length / maxCount)
  let joined = 0
  for (const part of parts) {
    const previous = merged.at(-1)
    const fits = previous !== undefined && previous.rows + part.rows <= rowCount * 1.2
    if (previous !== undefined && (fits || joined < least)) {
      merged[merged.length - 1] = { after: previous.after, upTo: part.upTo, rows: previous.rows + part.rows }
      joined++
    } else {
      merged.push({ after: part.after, upTo: part.upTo, rows: part.rows })
      joined = 1
    }
  }
  return merged
}
