import { nullLength } from '../../../batch/layout.ts'
import type { RowFrame } from './places.ts'

/**
 * Takes back what was read of a document: the rows within it are gone, and of its own are left the cells of its key.
 * @param row Of frame 0
 * @returns Where those cells end in the arena; 0: there are none
 */
export function takeBackRows(frames: readonly RowFrame[], row: number, keySlots: readonly number[]): number {
  let end = 0
  for (const { frame, firstRow, number } of frames) {
    if (frame === undefined) continue
    if (number !== 0) {
      frame.rowCount = firstRow
      continue
    }
    const width = frame.layout.columns.length * 2
    for (let slot = 0; slot < width / 2; slot++) {
      const cell = row * width + slot * 2
      const length = frame.cells[cell + 1]!
      if (length < 0 || !keySlots.includes(slot)) frame.cells[cell + 1] = nullLength
      else end = Math.max(end, frame.cells[cell]! + length)
    }
  }
  return end
}
