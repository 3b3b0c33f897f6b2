import type { DatasetValidation } from '../model/run-summary.ts'
import { collationText, duplicatesText, newOrphans, rangeEnds } from './check-lines.ts'
import type { CheckOutcome } from './check-outcome.ts'

const number = new Intl.NumberFormat('en-US')

/** Orphans that the source has too are its history, and so are those whose parent only its collation finds. */
export function orphansOf(found: DatasetValidation['orphans'][number]): CheckOutcome {
  const { source, target, byCollation = 0 } = found
  const fresh = newOrphans(found)
  const message = `${number.format(source)} orphans at the source, ${number.format(target)} at the target`
  if (fresh > 0) {
    const news = found.new === undefined ? '' : `: ${number.format(fresh)} new`
    return { is: 'failed', reason: 'ORPHANS', message: `${message}${news}`, lines: [] }
  }
  return { is: 'passed', note: byCollation === 0 ? undefined : `${message}: ${collationText(byCollation)}` }
}

/** Values that are there more than once in the source too are its history. */
export function uniqueOf({ source, target, index }: NonNullable<DatasetValidation['unique']>[number]): CheckOutcome {
  if (index !== undefined) return { is: 'passed', note: `proved by the index ${index} of the target` }
  if (source === null || target === null) return { is: 'skipped', why: 'an end cannot tell what is there twice' }
  const message = duplicatesText(source, target)
  if (target > source) return { is: 'failed', reason: 'NOT_UNIQUE', message, lines: [] }
  return { is: 'passed', note: source === 0 ? undefined : message }
}

export function rangeOf(found: NonNullable<DatasetValidation['ranges']>[number]): CheckOutcome {
  if (!found.same) return { is: 'failed', reason: 'RANGE', message: rangeEnds(found), lines: [] }
  const { source, target } = found
  const isSummed = (source.sum === undefined) === (target.sum === undefined)
  return { is: 'passed', note: isSummed ? undefined : 'its sum was not compared: it has too many digits for an end' }
}
