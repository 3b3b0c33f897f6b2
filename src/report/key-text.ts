import type { RowKey, RowPlace } from '../model/loss.ts'

/** A row's key in one line, such as `id=7 kind=NULL`. */
export function keyText(key: RowKey): string {
  return Object.entries(key)
    .map(([column, value]) => `${column}=${value ?? 'NULL'}`)
    .join(' ')
}

/** Where the first and the last of some rows stand; empty where nobody wrote it down. */
export function placesText(first: RowPlace | undefined, last: RowPlace | undefined): string {
  if (first === undefined || last === undefined) return ''
  const ends = [first, last].map(({ split, position }) => `row ${position} of ${split}`)
  return ends[0] === ends[1] ? `at ${ends[0]}` : `from ${ends.join(' to ')}`
}
