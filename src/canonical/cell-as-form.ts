import type { CanonicalType } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import { cellToText } from './text.ts'

/** Whether a cell of the type is what a server would write in the form. */
export function isOwnForm({ kind }: CanonicalType, form: DigestForm): boolean {
  return form === 'bytes' || kind === 'text' || kind === 'json' || kind === 'document' || kind === 'decimal'
}

/** A cell that is not of its own form ({@link isOwnForm}), nor NULL, as a server would write it in the form. */
export function cellAsForm(
  type: CanonicalType,
  form: DigestForm,
  cells: Buffer,
  start: number,
  length: number,
): string {
  if (type.kind === 'bool') return cells[start] === 0 ? '0' : '1'
  if (type.kind === 'float32' && form === 'float64') return widened(cells.readFloatLE(start))
  return cellToText(type, cells, start, length)
}

/** With 64 bits a float has more digits than it takes to tell it from its neighbours of 32. */
function widened(value: number): string {
  const wide = Buffer.alloc(8)
  wide.writeDoubleLE(value)
  return cellToText({ kind: 'float64' }, wide, 0, 8)
}
