import { TransloadError } from '../errors/transload-error.ts'
import { opposite, rankOf } from './rank.ts'
import type { ShapeColumn } from './shape.ts'
import { StageFault } from './stage-kind.ts'
import type { StageRows } from './stage-rows.ts'

/** Behind every rank that a value has, and every opposite of one. */
const nullRank = 'h'

/** Behind every rank, that of NULL too. */
export const afterAll = 'i'

/** Text that sorts, byte by byte, as rows do by a column. */
export interface Ranking {
  readonly column: ShapeColumn
  /** @throws TransloadError TL_D415 where the value is too long to be compared */
  readonly of: (rows: StageRows, row: number) => string
}

/** NULL comes last, whichever the order. @throws StageFault at `path` where the column's values have no order */
export function rankingOf(
  column: ShapeColumn,
  path: readonly PropertyKey[],
  tooLong: string,
  isGreatest = false,
): Ranking {
  const rank = rankOf(column.type)
  if (rank === undefined) {
    const reason = `values of ${column.name}, which is ${column.type.kind}, have no order here`
    throw new StageFault(path, reason, 'Name a number, a moment or a text.')
  }
  return {
    column,
    of: (rows, row) => {
      const text = rows.text(row, column)
      if (text === null) return nullRank
      const found = rank(text)
      if (found === undefined) throw new TransloadError('TL_D415', { reason: tooLong })
      return isGreatest ? opposite(found) : found
    },
  }
}
