import type { RejectedRow, RowKey } from '../model/loss.ts'

/** Rejected rows of one dataset that have the same code, column and reason. */
export interface RejectGroup {
  readonly dataset: string
  readonly code: string
  readonly stage: RejectedRow['stage']
  readonly column?: string | undefined
  /** That of the first of them: quoted values and numbers in it may be others in the next. */
  readonly reason: string
  readonly count: number
  /** Of the first of them. */
  readonly sampleKey: RowKey
}

/** Groups rows, the largest group first. Reasons that differ only in what they quote, or in numbers, are one. */
export function groupRejects(rows: readonly RejectedRow[]): RejectGroup[] {
  const groups = Map.groupBy(rows, ({ dataset, code, stage, column, reason }) => {
    return JSON.stringify([dataset, code, stage, column ?? null, likeness(reason)])
  })
  return [...groups.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return []
      const { dataset, code, stage, column, reason, key } = first
      return [{ dataset, code, stage, column, reason, count: others.length + 1, sampleKey: key }]
    })
    .toSorted((a, b) => b.count - a.count)
}

/**
 * A reason without the value that it is about, which stands at its beginning in quotes or as a number. The names of
 * constraints and tables, which stand later on, stay.
 */
function likeness(reason: string): string {
  return reason.replace(/(^|: )(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)(?= )/g, '$1…')
}
