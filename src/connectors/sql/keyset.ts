/** How one column of a key is compared with one value, in an engine's own SQL. */
export interface KeyComparison {
  readonly equal: string
  readonly greater: string
  readonly greaterOrEqual: string
  readonly less: string
  readonly lessOrEqual: string
}

/**
 * The rows whose key comes after the one that is compared with. Written `a >= x AND (a > x OR (a = x AND b > y))`, which
 * says the same as the row comparison `(a, b) > (x, y)` and which every engine can use as a range of its index.
 */
export function keyAfter(columns: readonly KeyComparison[]): string {
  return lexicographic(columns, (column) => [column.greaterOrEqual, column.greater, column.greater])
}

/** The rows up to the key, itself included. */
export function keyUpTo(columns: readonly KeyComparison[]): string {
  return lexicographic(columns, (column) => [column.lessOrEqual, column.less, column.lessOrEqual])
}

/** The rows before the key. */
export function keyBefore(columns: readonly KeyComparison[]): string {
  return lexicographic(columns, (column) => [column.lessOrEqual, column.less, column.less])
}

/** The rows from the key on, itself included. */
export function keyFrom(columns: readonly KeyComparison[]): string {
  return lexicographic(columns, (column) => [column.greaterOrEqual, column.greater, column.greaterOrEqual])
}

/** The row of the key. */
export function keyEquals(columns: readonly KeyComparison[]): string {
  return columns.map((column) => column.equal).join(' AND ')
}

/** `parts`: what holds where more columns follow, what decides at once, and what decides at the last column. */
function lexicographic(
  columns: readonly KeyComparison[],
  parts: (column: KeyComparison) => readonly [string, string, string],
): string {
  const [first, ...rest] = columns
  if (first === undefined) return '1 = 1'
  const [loose, decided, last] = parts(first)
  if (rest.length === 0) return last
  return `${loose} AND (${decided} OR (${first.equal} AND ${lexicographic(rest, parts)}))`
}
