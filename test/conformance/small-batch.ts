import { ArenaBatch } from '../../src/batch/batch.ts'
import type { Layout } from '../../src/batch/layout.ts'
import { cellToText, textToCell } from '../../src/canonical/text.ts'
import type { SeedRow } from '../support/harness.ts'

/** A batch that is full at so many rows, so that few rows make many batches. */
export class SmallBatch extends ArenaBatch {
  readonly #maxRowCount: number
  readonly #onRow: (rowCount: number) => void

  constructor(layouts: readonly Layout[], maxRowCount: number, onRow: (rowCount: number) => void = () => {}) {
    super(layouts)
    this.#maxRowCount = maxRowCount
    this.#onRow = onRow
  }

  override addRow(frame: number, origin?: number): number {
    const row = super.addRow(frame, origin)
    if (frame === 0) this.#onRow(row + 1)
    return row
  }

  override isFull(): boolean {
    return (this.frames[0]?.rowCount ?? 0) >= this.#maxRowCount || super.isFull()
  }
}

/** Rows of a frame in canonical text. */
export function rowsOf(batch: ArenaBatch, frameNumber = 0): SeedRow[] {
  const frame = batch.frames[frameNumber]
  if (frame === undefined) return []
  const { columns } = frame.layout
  return Array.from({ length: frame.rowCount }, (_, row) =>
    columns.map(({ type }, slot) => {
      const cell = (row * columns.length + slot) * 2
      const [start = 0, length = -1] = frame.cells.subarray(cell, cell + 2)
      if (length < 0) return null
      if (start < 0 || start + length > batch.used) throw new Error(`a cell of row ${row} lies outside of the arena`)
      return cellToText(type, batch.bytes, start, length)
    }),
  )
}

/** Adds rows to a frame, given in canonical text. `originOf` says which row of frame 0 each came of. */
export function fillFrame(
  batch: ArenaBatch,
  rows: readonly SeedRow[],
  frameNumber = 0,
  originOf: (index: number) => number | undefined = () => undefined,
): void {
  for (const [index, row] of rows.entries()) {
    const at = batch.addRow(frameNumber, originOf(index))
    const frame = batch.frames[frameNumber]
    if (frame === undefined) throw new Error(`no frame ${frameNumber}`)
    for (const [slot, text] of row.entries()) {
      const type = frame.layout.columns[slot]?.type
      if (text === null || type === undefined) continue
      const cell = textToCell(type, text)
      const start = batch.reserve(cell.length)
      batch.bytes.set(cell, start)
      batch.used += cell.length
      frame.cells.set([start, cell.length], (at * row.length + slot) * 2)
    }
  }
}
