import type { DatasetValidation } from '../model/run-summary.ts'

/** Relations with orphans, one a line: those that were there before apart from new ones. */
export function orphanLines({ from, orphans }: DatasetValidation): string[] {
  return orphans.flatMap(({ constraint, source, target, new: fresh = 0, byCollation = 0 }) => {
    if (source === 0 && target === 0) return []
    const notes = [
      ...(fresh > 0 ? [`${fresh} new`] : []),
      ...(byCollation > 0 ? [`${byCollation} whose parent only the source's collation finds`] : []),
    ]
    const said = notes.length === 0 ? '' : `: ${notes.join(', ')}`
    return [`${from}: ${constraint.from}: ${source} at the source, ${target} at the target${said}`]
  })
}

/** Keys that no index of the target sees to, one a line. */
export function keyLines({ from, unique = [] }: DatasetValidation): string[] {
  return unique.flatMap(({ key, source, target }) => {
    if (source === null || target === null) return []
    return [`${from}: ${key}: values that are there more than once: ${source} at the source, ${target} at the target`]
  })
}

/** What differs of a column's range, one a line. */
export function rangeLines({ from, ranges = [] }: DatasetValidation): string[] {
  return ranges.flatMap(({ column, source, target, same }) => {
    if (same) return []
    const ends = [source, target].map(({ min, max, sum }) => {
      const parts = [min ?? 'none', max ?? 'none', ...(sum == null ? [] : [`sum ${sum}`])]
      return `${parts[0]} to ${parts.slice(1).join(', ')}`
    })
    return [`${from}.${column.from}: ${ends[0]} at the source; ${ends[1]} at the target`]
  })
}
