import type { RangeDigest } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { TextRow } from './session.ts'

/** @param row Rows, those without a digest, the sums of both halves, and the NULLs of each column that is counted */
export function toRangeDigest(row: TextRow | undefined): RangeDigest {
  const [rows, unhashed, first, second, ...nulls] = row ?? []
  return {
    rows: Number(rows ?? 0),
    unhashed: Number(unhashed ?? 0),
    sums: [first ?? '0', second ?? '0'],
    nulls: nulls.map(Number),
  }
}

/** The columns of these names, in their order. @throws TL_X901 where one is not there */
export function columnsNamed<T extends { readonly name: string }>(
  columns: readonly T[],
  names: readonly string[],
): T[] {
  return names.map((name) => {
    const found = columns.find((column) => column.name === name)
    if (found === undefined) throw new TransloadError('TL_X901', { reason: `${name} is no column of the question` })
    return found
  })
}
