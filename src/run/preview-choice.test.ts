import { describe, expect, it } from 'vitest'
import { PreviewChoice, type RowTold } from './preview-choice.ts'

const plain: RowTold = { outcome: 'written', losses: [] }
const rejected: RowTold = { outcome: 'rejected', stage: 'read', column: 'a', code: 'TL_D402', losses: [] }
const lossy: RowTold = { outcome: 'written', losses: [{ column: 'a', rule: 'r' }] }
const filtered: RowTold = { outcome: 'filtered', stage: 'filter', losses: [] }

/** Numbers of the rows that are shown, and how many were made. */
function chosen(rowCount: number, told: readonly RowTold[]): { readonly rows: number[]; readonly made: number } {
  const choice = new PreviewChoice(rowCount)
  let made = 0
  for (const [place, one] of told.entries()) {
    choice.offer(one, () => {
      made++
      return { ...one, row: place + 1, before: {}, after: [], moreAfter: 0 }
    })
  }
  return { rows: choice.rows().map(({ row }) => row), made }
}

describe('the rows that a preview shows', () => {
  it('are rejected ones, lossy ones, filtered ones and others, each as they were read', () => {
    const told = [plain, filtered, lossy, rejected, plain, rejected]
    expect(chosen(10, told).rows).toEqual([4, 6, 3, 2, 1, 5])
  })

  it('are one of each kind before there are two of one', () => {
    const other = { ...rejected, column: 'b' }
    const both = { ...lossy, losses: [...lossy.losses, { column: 'b', rule: 'r' }] }
    const told = [plain, rejected, rejected, other, both, lossy, filtered, filtered, { ...filtered, stage: 'set' }]
    expect(chosen(5, told).rows).toEqual([2, 4, 5, 7, 9])
    expect(chosen(6, told).rows).toEqual([2, 3, 4, 5, 7, 9])
    // Others before more of what is filtered.
    expect(chosen(8, told).rows).toEqual([2, 3, 4, 5, 6, 7, 9, 1])
  })

  it('are the first ones where nothing is the matter, and no others are made', () => {
    expect(
      chosen(
        3,
        Array.from({ length: 1000 }, () => plain),
      ),
    ).toEqual({ rows: [1, 2, 3], made: 3 })
  })
})
