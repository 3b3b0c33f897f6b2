/** What JSON can hold: the only thing that is stored, sent to a worker or hashed. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain | undefined }

/** A place inside one split: the row it names is the last one that was read. Written and read by the source alone. */
export type Cursor = Plain

export function isPlainObject(value: Plain | undefined): value is { readonly [key: string]: Plain | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
