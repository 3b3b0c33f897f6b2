/** How one canonical type turns its bytes into its text and back. Never called on the main way: cells stay bytes there. */
export interface CanonicalForm {
  /** The canonical text of the cell at [start, start + length). */
  toText(bytes: Uint8Array, start: number, length: number): string
  /** The cell's bytes, or undefined where the text is not of the type. The inverse of `toText`. */
  fromText(text: string): Uint8Array | undefined
}

/** A view over a cell's bytes; cells are not aligned. */
export function viewOf(bytes: Uint8Array, start: number, length: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + start, length)
}
