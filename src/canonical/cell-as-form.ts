import type { CanonicalType } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import { cellToText } from './text.ts'

/** Whether a cell of the type is what a server would write in the form. */
export function isOwnForm({ kind }: CanonicalType, form: DigestForm): boolean {
  return form === 'bytes' || kind === 'text' || kind === 'json' || kind === 'document' || kind === 'decimal'
}

/** A cell as a server would write it in the form. The cell is not NULL. */
export function cellAsForm(
  type: CanonicalType,
  form: DigestForm,
  cells: Buffer,
  start: number,
  length: number,
): Uint8Array {
  if (isOwnForm(type, form)) return cells.subarray(start, start + length)
  switch (type.kind) {
    case 'bool':
      return Buffer.from(cells[start] === 0 ? '0' : '1')
    case 'float32':
      return Buffer.from(
        form === 'float64' ? widened(cells.readFloatLE(start)) : cellToText(type, cells, start, length),
      )
    default:
      return Buffer.from(cellToText(type, cells, start, length))
  }
}

/** With 64 bits a float has more digits than it takes to tell it from its neighbours of 32. */
function widened(value: number): string {
  const wide = Buffer.alloc(8)
  wide.writeDoubleLE(value)
  return cellToText({ kind: 'float64' }, wide, 0, 8)
}
