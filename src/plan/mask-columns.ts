import { globMatches } from '../mapping/glob.ts'
import type { QualifiedName } from '../model/relation.ts'
import { unknownName } from './unknown-name.ts'

/**
 * Whether a pattern of `mask` means the column: `email`, or, with its table, `customers.email` and `shop.customers.email`.
 * In a pattern without a dot `*` stands for characters of a column's name, not for a table.
 */
export function masksColumn(pattern: string, table: QualifiedName, column: string): boolean {
  if (globMatches(pattern, column)) return true
  const owners = [table.name, `${table.schema}.${table.name}`]
  return pattern.includes('.') && owners.some((owner) => globMatches(pattern, `${owner}.${column}`))
}

/** A pattern that means nothing would leave what it was to hide for all to see. @throws TL_C107 */
export function assertMasksKnown(
  patterns: readonly string[],
  tables: readonly { readonly name: QualifiedName; readonly columns: readonly { readonly name: string }[] }[],
): void {
  for (const pattern of patterns) {
    const isKnown = tables.some(({ name, columns }) =>
      columns.some((column) => masksColumn(pattern, name, column.name)),
    )
    if (isKnown) continue
    const known = tables.flatMap(({ name, columns }) => columns.map((column) => `${name.name}.${column.name}`))
    throw unknownName(pattern, known)
  }
}
