import type { DatasetValidation } from '../model/run-summary.ts'
import { isMaskText } from './value-text.ts'

type Orphans = DatasetValidation['orphans'][number]
type Range = NonNullable<DatasetValidation['ranges']>[number]

const number = new Intl.NumberFormat('en-US')

/** Those that the source has not. Where texts were not counted byte by byte, what the target has more of. */
export function newOrphans({ source, target, new: fresh = Math.max(0, target - source) }: Orphans): number {
  return fresh
}

/** What rows are whose parent the source finds, and the target does not. */
export function collationText(count: number): string {
  const whose = `${number.format(count)} whose parent only the source's collation finds`
  return `${whose}, as it does ABC for abc: no difference, but a join at the target does not find it`
}

/** Relations with orphans, one a line: those that were there before apart from new ones. */
export function orphanLines({ from, orphans }: DatasetValidation): string[] {
  return orphans.flatMap((found) => {
    const { constraint, source, target, byCollation = 0, declared } = found
    if (source === 0 && target === 0) return []
    const fresh = newOrphans(found)
    const notes = [
      ...(fresh > 0 ? [`${number.format(fresh)} new`] : []),
      ...(byCollation > 0 ? [collationText(byCollation)] : []),
    ]
    const said = notes.length === 0 ? '' : `: ${notes.join('; ')}`
    const name = `${constraint.from}${declared === true ? ' (declared)' : ''}`
    return [`${from}: ${name}: ${number.format(source)} at the source, ${number.format(target)} at the target${said}`]
  })
}

export function duplicatesText(source: number, target: number): string {
  const counts = `${number.format(source)} at the source, ${number.format(target)} at the target`
  return `values that are there more than once: ${counts}`
}

/** Keys that no index of the target sees to, one a line. */
export function keyLines({ from, unique = [] }: DatasetValidation): string[] {
  return unique.flatMap(({ key, source, target, index }) => {
    if (index !== undefined) return []
    if (source === null || target === null) return [`${from}: ${key}: not counted, since an end cannot tell`]
    return [`${from}: ${key}: ${duplicatesText(source, target)}`]
  })
}

/** Keys that an index of the target sees to, in one line. */
export function provedKeyLines({ from, unique = [] }: DatasetValidation): string[] {
  const proved = unique.flatMap(({ key, index }) => (index === undefined ? [] : [`${key} (${index})`]))
  return proved.length === 0 ? [] : [`${from}: proved by an index of the target: ${proved.join(', ')}`]
}

/** What differs of a column's range, one a line. */
export function rangeLines({ from, ranges = [] }: DatasetValidation): string[] {
  return ranges.flatMap((range) => (range.same ? [] : [`${from}.${range.column.from}: ${rangeEnds(range)}`]))
}

/** Columns whose ranges are the same, in one line. */
export function sameRangeLines({ from, ranges = [] }: DatasetValidation): string[] {
  const same = ranges.filter((range) => range.same).map(({ column }) => column.from)
  return same.length === 0 ? [] : [`${from}: the same of ${same.join(', ')}`]
}

export function rangeEnds({ source, target }: Pick<Range, 'source' | 'target'>): string {
  const [here, there] = [source, target].map(({ min, max, sum }) => {
    if (min === null || max === null) return 'no value'
    const isMasked = isMaskText(min) && isMaskText(max)
    return `${isMasked ? 'masked ' : ''}${min} to ${max}${sum == null ? '' : `, sum ${sum}`}`
  })
  return `${here} at the source; ${there} at the target`
}
