import { ArenaBatch, type Batch } from '../batch/batch.ts'
import type { Column } from '../batch/layout.ts'
import { cellToText } from '../canonical/text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { fate } from '../model/fate.ts'
import type { ValueSample } from './value-sample.ts'

/** Rows of a table that are looked at. */
const maxRows = 5_000
/** Where rows are long, there are fewer: so many batches of about 4 MiB. */
const maxBatches = 4
/** Characters of a value that are looked at. */
const maxLength = 1_000

/** Columns of which an end gives the text. */
export function asTexts(names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: { kind: 'text' }, nullable: true }))
}

/**
 * Reads until there is enough to tell: about 5,000 rows, or fewer where they are long.
 * @param layout What `read` fills a row with; `wanted` are those of it whose texts are kept
 */
export async function readSample(
  dataset: string,
  layout: readonly Column[],
  wanted: readonly Column[],
  read: (into: Batch) => Promise<boolean>,
): Promise<ValueSample> {
  const batch = new ArenaBatch([{ dataset, columns: layout, identify: [] }])
  const columns = new Map(wanted.map(({ name }) => [name, new Array<string | null>()]))
  let rowCount = 0
  let hasMore = true
  for (let sequence = 0; hasMore && sequence < maxBatches && rowCount < maxRows; sequence++) {
    batch.clear('', sequence, rowCount)
    hasMore = await read(batch)
    const [frame] = batch.frames
    if (frame === undefined) throw new TransloadError('TL_X901', { reason: 'a batch without frames' })
    let row = 0
    for (; row < frame.rowCount && rowCount < maxRows; row++) {
      if (frame.fate[row] !== fate.live) continue
      rowCount++
      for (const column of wanted) {
        const slot = layout.indexOf(column)
        const at = (row * layout.length + slot) * 2
        columns.get(column.name)?.push(textOf(column, batch.bytes, frame.cells[at] ?? 0, frame.cells[at + 1] ?? -1))
      }
    }
    if (row < frame.rowCount) hasMore = true
  }
  return { rowCount, isWhole: !hasMore, columns }
}

function textOf({ type }: Column, bytes: Uint8Array, start: number, length: number): string | null {
  return length < 0 ? null : cellToText(type, bytes, start, length).slice(0, maxLength)
}
