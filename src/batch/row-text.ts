import { cellToText } from '../canonical/text.ts'
import type { EncodedValue, RowKey } from '../model/loss.ts'
import type { Batch, Frame } from './batch.ts'
import type { RejectNote } from './notes.ts'

/** A larger value is left out of a rejected row: kept, it would be there twice more, as text and as a statement. */
export const maxKeptBytes = 16 * 1024 * 1024

interface Original {
  readonly column: string
  readonly value: EncodedValue | undefined
}

/** What stands in the place of a hidden value. */
const hiddenText = '***'

/** The key of row `row` of frame 0, as reports print it. */
export function rowKey(batch: Batch, row: number): RowKey {
  const frame = batch.frames[0]
  const key: Record<string, string | null> = {}
  if (frame === undefined) return key
  for (const slot of frame.layout.identify) {
    const column = frame.layout.columns[slot]
    if (column === undefined) continue
    const text = cellText(batch, frame, row, slot)
    key[column.name] = text !== null && isHidden(frame, column.name) ? hiddenText : text
  }
  return key
}

/**
 * Row `row` of frame 0 without loss: canonical text, base64 for bytes, and what the notes hold of the rest. Of a column
 * that a declared loss has changed it has the value that was kept of it, as the source prints it, or nothing: the cell is
 * no longer what the source gave. A value of more than {@link maxKeptBytes} is left out, and one that is hidden.
 */
export function encodeRow(batch: Batch, row: number): Record<string, EncodedValue> {
  const frame = batch.frames[0]
  const encoded: Record<string, EncodedValue> = {}
  if (frame === undefined) return encoded
  for (const [slot, column] of frame.layout.columns.entries()) {
    if (isHidden(frame, column.name)) continue
    const length = frame.cells[(row * frame.layout.columns.length + slot) * 2 + 1] ?? -1
    if (length <= maxKeptBytes) encoded[column.name] = encodeCell(batch, frame, row, slot)
  }
  for (const { column, value } of keptOriginals(batch, row)) {
    if (isHidden(frame, column)) continue
    if (value === undefined) delete encoded[column]
    else encoded[column] = value
  }
  return encoded
}

/** Columns of {@link encodeRow} that are not in canonical text; undefined where there are none. */
export function printedColumns(batch: Batch, row: number): readonly string[] | undefined {
  const names = new Set(keptOriginals(batch, row).flatMap(({ column, value }) => (value === undefined ? [] : [column])))
  return names.size === 0 ? undefined : [...names]
}

/** What notes have in the place of cells; undefined: the value is not to be had any more. */
function keptOriginals(batch: Batch, row: number): Original[] {
  const found = lostOriginals(batch, row)
  for (const note of batch.rejects) {
    if (note.row !== row || note.column === undefined || note.original === undefined) continue
    found.push({ column: note.column, value: note.original })
  }
  return found
}

/** What declared losses have changed in row `row` of frame 0; undefined: the value is not to be had any more. */
export function lostOriginals({ bytes, losses }: Pick<Batch, 'bytes' | 'losses'>, row: number): Original[] {
  const found: Original[] = []
  for (const { column, rows, originals, show } of losses) {
    const place = rows.indexOf(row)
    if (place < 0) continue
    const [at = -1, length = 0] = originals.slice(place * 2, place * 2 + 2)
    found.push({ column, value: at < 0 || show === undefined ? undefined : show(bytes, at, length) })
  }
  return found
}

/** Why a row is not going over, without a hidden value. */
export function rejectReason({ frames: [frame] }: Batch, { stage, column, reason }: RejectNote): string {
  // Stages know by themselves; from then on the value is another.
  if (stage !== 'read' || column === undefined || frame === undefined || !isHidden(frame, column)) return reason
  return 'a value that is hidden cannot be read'
}

function isHidden({ layout: { hidden } }: Frame, column: string): boolean {
  return hidden?.includes(column) === true
}

function encodeCell(batch: Batch, frame: Frame, row: number, slot: number): EncodedValue {
  const cell = (row * frame.layout.columns.length + slot) * 2
  const length = frame.cells[cell + 1] ?? -1
  if (length < 0) return null
  const start = frame.cells[cell] ?? 0
  const type = frame.layout.columns[slot]?.type
  if (type === undefined) return null
  if (type.kind === 'bytes' || type.kind === 'geometry' || type.kind === 'native') {
    return { base64: Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + start, length).toString('base64') }
  }
  return { text: cellToText(type, batch.bytes, start, length) }
}

/** Canonical text of a cell, or null where it is NULL or absent. */
function cellText(batch: Batch, frame: Frame, row: number, slot: number): string | null {
  const cell = (row * frame.layout.columns.length + slot) * 2
  const length = frame.cells[cell + 1] ?? -1
  const type = frame.layout.columns[slot]?.type
  if (length < 0 || type === undefined) return null
  return cellToText(type, batch.bytes, frame.cells[cell] ?? 0, length)
}
