import type { NativeType } from '../model/relation.ts'

/** Labels of an ENUM or SET are told apart whatever their collation says. */
const labelled: ReadonlySet<string> = new Set(['enum', 'set', 'json'])

/** Whether the source compares the column's text without minding case. */
export function ignoresCase({ name, collation }: NativeType): boolean {
  return !labelled.has(name) && (collation?.includes('_ci') ?? false)
}

/** Whether the source may find two texts of the column equal that are not the same, by case, accents or trailing blanks. */
export function isCollated({ name, collation }: NativeType): boolean {
  return !labelled.has(name) && collation !== undefined && collation !== 'binary'
}
