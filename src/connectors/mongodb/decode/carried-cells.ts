import type { RowFrame } from './places.ts'

/** Keeps which of the parent's rows a row of the document stands in; of a parent that is frame 0 it is its only one. */
export function rememberParent(frame: RowFrame, row: number, parentRow: number): void {
  const at = row - frame.firstRow
  if (at >= frame.parentRows.length) {
    const larger = new Int32Array(at * 2)
    larger.set(frame.parentRows)
    frame.parentRows = larger
  }
  frame.parentRows[at] = parentRow
}

/** Gives the document's rows of a child the cells that they have of their parents', which are complete by now. */
export function carryCells({ frame, parent, carried, firstRow, parentRows }: RowFrame, documentRow: number): void {
  const from = parent?.frame
  if (frame === undefined || from === undefined || carried.length === 0) return
  const width = frame.layout.columns.length * 2
  const parentWidth = from.layout.columns.length * 2
  const isOfDocument = parent?.number === 0
  const { cells, rowCount } = frame
  const parentCells = from.cells
  for (let row = firstRow; row < rowCount; row++) {
    const parentBase = (isOfDocument ? documentRow : parentRows[row - firstRow]!) * parentWidth
    for (let slot = 0; slot < carried.length; slot++) {
      const cell = row * width + slot * 2
      const parentCell = parentBase + carried[slot]! * 2
      cells[cell] = parentCells[parentCell]!
      cells[cell + 1] = parentCells[parentCell + 1]!
    }
  }
}
