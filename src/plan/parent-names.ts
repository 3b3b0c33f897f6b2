/** What a column ends with that has the key of another table. */
const keySuffix = /^(.{2,}?)_?ids?$/i

/**
 * How a table may be called, as {@link foldedName} has it, whose key a column of this name has: `customer_id` and
 * `customerIds` that of `customer` or `customers`.
 *
 * @param isPlain The name alone may say it: `customer`
 */
export function parentNames(column: string, isPlain = false): readonly string[] {
  const stem = keySuffix.exec(column)?.[1] ?? (isPlain ? column : undefined)
  if (stem === undefined) return []
  const name = foldedName(stem)
  return [...new Set([name, `${name}s`, `${name}es`, name.replace(/y$/, 'ies')])]
}

/** In lower case, without `_` and `-`. */
export function foldedName(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '')
}
