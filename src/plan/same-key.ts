import type { ExistingForeignKey } from '../contract/target.ts'
import { type ForeignKeyInfo, isSameName } from '../model/relation.ts'

/** Whether a foreign key refers by the same columns to the same ones: their order and its name do not matter. */
export function isSameKey(one: ForeignKeyInfo, other: ExistingForeignKey): boolean {
  const pairs = (columns: readonly string[], referenced: readonly string[]): string =>
    JSON.stringify(columns.map((column, i) => `${column}\u0000${referenced[i] ?? ''}`).toSorted())
  return (
    isSameName(one.references, other.references) &&
    pairs(one.columns, one.referencedColumns) === pairs(other.columns, other.referencedColumns)
  )
}
