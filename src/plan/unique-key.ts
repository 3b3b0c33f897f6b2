import type { TableInfo } from '../model/relation.ts'

/**
 * The key that tells rows apart: the primary one, else the unique one of the fewest columns, if all of its columns are
 * whole, usable, and never NULL. One whose index is not visible cannot be asked for by name, and is passed over.
 */
export function uniqueKey(
  table: TableInfo,
  isUsable: (column: string) => boolean,
): { readonly index: string; readonly columns: readonly string[] } | undefined {
  const nullable = new Set(table.columns.filter((column) => column.nullable).map(({ name }) => name))
  const keys = table.indexes.flatMap(({ kind, name, parts, visible }) => {
    if ((kind !== 'primary' && kind !== 'unique') || !visible) return []
    const columns = parts.flatMap(({ column, prefixLength }) => {
      const isWhole = column !== undefined && prefixLength === undefined
      return isWhole && !nullable.has(column) && isUsable(column) ? [column] : []
    })
    if (columns.length < parts.length) return []
    return [{ index: name, columns, rank: kind === 'primary' ? 0 : columns.length }]
  })
  const [best] = keys.toSorted((one, other) => one.rank - other.rank)
  return best && { index: best.index, columns: best.columns }
}
