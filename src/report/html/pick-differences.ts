import type { ValidationSummary } from '../../model/run-summary.ts'
import { keyText } from '../key-text.ts'
import { shortened } from '../value-text.ts'
import { visible } from '../visible.ts'
import { type DifferencesRead, readDifferences, type ReportedDifference } from './reported-difference.ts'
import { shownValues, type ShownValue } from './shown-value.ts'

/** A difference as the page has it: of bounded size, and no text in it acts in place of being seen. */
export interface ShownDifference {
  readonly dataset: string
  readonly key: string
  readonly reason: string
  readonly detail?: string | undefined
  readonly column?: string | undefined
  readonly source?: ShownValue | undefined
  readonly target?: ShownValue | undefined
  /** The row kept changing: nobody can tell whether it would differ. */
  readonly transient?: boolean | undefined
}

export interface PickedDifferences extends DifferencesRead {
  readonly shown: readonly ShownDifference[]
  /** Lines of rows that kept changing: they are no differences. */
  readonly transientLines: number
}

/** Differences that a page has: more make it slow to open, and nobody reads them. */
export const maxShownDifferences = 5_000
/** Characters of a row's key. */
const maxKey = 300

interface Group {
  readonly count: number
  quota: number
  seen: number
}

/**
 * Some of the differences in a file: each dataset, column and reason has its share, so that a kind which is rare is not
 * drowned by one that is not, and what is taken of a kind is spread evenly over it.
 *
 * @throws what the file system says
 */
export async function pickDifferences(
  path: string,
  summary: ValidationSummary,
  limit = maxShownDifferences,
): Promise<PickedDifferences> {
  const counts = countsOf(summary)
  const transientLines = await countTransient(path, summary, counts)
  const groups = groupsOf(counts, limit)
  const shown: ShownDifference[] = []
  const groupsByKind = new Map<string, Group | undefined>()
  const read = await readDifferences(path, (line) => {
    const group = remembered(groupsByKind, line.kind, () => {
      const difference = line.parse()
      return groups.get(groupId(difference.from, difference))
    })
    if (group === undefined) return
    group.seen++
    // As many as the quota has of the count, whichever way it divides.
    const isTaken =
      Math.floor((group.seen * group.quota) / group.count) > Math.floor(((group.seen - 1) * group.quota) / group.count)
    if (isTaken) shown.push(show(line.parse()))
  })
  return { ...read, shown, transientLines }
}

type Kind = Pick<ReportedDifference, 'column' | 'reason' | 'transient'>

function groupId(dataset: string, { column, reason, transient = false }: Kind): string {
  return JSON.stringify([dataset, column ?? null, reason, transient])
}

function countsOf({ datasets }: ValidationSummary): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { from, reasons = [] } of datasets) for (const one of reasons) count(counts, groupId(from, one), one.count)
  return counts
}

/** The summary does not say of what kinds those of rows that kept changing are: they are counted in the file. */
async function countTransient(
  path: string,
  { datasets }: ValidationSummary,
  counts: Map<string, number>,
): Promise<number> {
  if (datasets.every(({ transient = 0 }) => transient === 0)) return 0
  let lines = 0
  const idsByKind = new Map<string, string | undefined>()
  await readDifferences(path, (line) => {
    const id = remembered(idsByKind, line.kind, () => {
      const difference = line.parse()
      return difference.transient === true ? groupId(difference.from, difference) : undefined
    })
    if (id === undefined) return
    lines++
    count(counts, id, 1)
  })
  return lines
}

function remembered<T>(held: Map<string, T>, key: string, find: () => T): T {
  const known = held.get(key)
  if (known !== undefined || held.has(key)) return known as T
  const found = find()
  held.set(key, found)
  return found
}

function count(counts: Map<string, number>, id: string, more: number): void {
  counts.set(id, (counts.get(id) ?? 0) + more)
}

function groupsOf(counts: ReadonlyMap<string, number>, limit: number): Map<string, Group> {
  const groups = new Map<string, Group>()
  let left = limit
  // What a small kind leaves of its share is the larger ones'.
  for (const [id, count] of [...counts].toSorted((one, other) => one[1] - other[1])) {
    const quota = Math.min(count, Math.ceil(left / (counts.size - groups.size)))
    groups.set(id, { count, quota, seen: 0 })
    left -= quota
  }
  return groups
}

function show(difference: ReportedDifference): ShownDifference {
  const { from, key, reason, detail, column, source, target, transient } = difference
  return {
    dataset: visible(from),
    key: visible(shortened(keyText(key), maxKey)),
    reason: visible(reason),
    detail: detail === undefined ? undefined : visible(detail),
    column: column === undefined ? undefined : visible(column),
    ...(transient === true ? { transient } : {}),
    ...(column === undefined ? {} : shownValues(source, target)),
  }
}
