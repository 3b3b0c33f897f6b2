import type { EncodedValue, ShownValue as ToldValue } from '../../model/loss.ts'
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
}

export interface PickedDifferences extends DifferencesRead {
  readonly shown: readonly ShownDifference[]
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
  const groups = groupsOf(summary, limit)
  const shown: ShownDifference[] = []
  const read = await readDifferences(path, (difference) => {
    const group = groups.get(groupId(difference.from, difference))
    if (group === undefined) return
    group.seen++
    // As many as the quota has of the count, whichever way it divides.
    const isTaken =
      Math.floor((group.seen * group.quota) / group.count) > Math.floor(((group.seen - 1) * group.quota) / group.count)
    if (isTaken) shown.push(show(difference))
  })
  return { ...read, shown }
}

function groupId(dataset: string, { column, reason }: Pick<ReportedDifference, 'column' | 'reason'>): string {
  return JSON.stringify([dataset, column ?? null, reason])
}

function groupsOf({ datasets }: ValidationSummary, limit: number): Map<string, Group> {
  const counts = new Map<string, number>()
  for (const { from, reasons = [] } of datasets) {
    for (const one of reasons) {
      const id = groupId(from, one)
      counts.set(id, (counts.get(id) ?? 0) + one.count)
    }
  }
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

/** A hash that stands in the place of a value is shown as it is. */
function plain(value: ToldValue | undefined): EncodedValue | undefined {
  return value !== null && value !== undefined && 'masked' in value ? { text: value.masked } : value
}

function show({ from, key, reason, detail, column, source, target }: ReportedDifference): ShownDifference {
  return {
    dataset: visible(from),
    key: visible(shortened(keyText(key), maxKey)),
    reason: visible(reason),
    detail: detail === undefined ? undefined : visible(detail),
    column: column === undefined ? undefined : visible(column),
    ...(column === undefined ? {} : shownValues(plain(source), plain(target))),
  }
}
