import type { MeasureAnswer } from '../../model/count.ts'

/** Aggregates of one question, and what their cells in the one row of the result say. */
export interface Measure {
  readonly expressions: readonly string[]
  readonly answer: (cells: readonly (string | null)[]) => MeasureAnswer
}

/** @param cells Of all their expressions, one behind the other */
export function measureAnswers(
  measures: readonly Measure[],
  cells: readonly (string | null)[],
): readonly MeasureAnswer[] {
  let next = 0
  return measures.map(({ expressions, answer }) => {
    const start = next
    next += expressions.length
    return answer(cells.slice(start, next))
  })
}
