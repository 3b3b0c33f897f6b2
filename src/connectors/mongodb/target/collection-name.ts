import { createHash } from 'node:crypto'
import type { QualifiedName } from '../../../model/relation.ts'

/** Collections of transload's own, which no table is ever called like. */
export const statePrefix = 'transload_state.'

/** What stands behind the database's name in the schema of tables that are made beside others: no database is called so. */
const besideMark = '/beside'
/** Of collections that are to take another's place. Without a dot: FerretDB renames no collection that has one. */
export const besidePrefix = 'transload_beside_'

/** Longest name of a table: with the database's and what is put before it, it is below MongoDB's 255 bytes. */
export const maxNameBytes = 170

/** Where tables are made that are to take the place of others. */
export function schemaBeside(schema: string): string {
  return schema + besideMark
}

/**
 * The collection of a table. MongoDB takes neither a dollar nor a NUL in it, and keeps `system.` for itself: such a
 * character is written as `%` and its two hexadecimal digits, as is a `%` that would be taken for one of these.
 */
export function collectionOf({ schema, name }: QualifiedName): string {
  const escaped = name
    .replaceAll(/%(?=[0-9A-F]{2})|[$\0]/g, (character) => escape(character))
    .replace(/^(?:s(?=ystem\.)|t(?=ransload_))/, (character) => escape(character))
  return schema.endsWith(besideMark) ? besidePrefix + escaped : escaped
}

function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

/** What collections are called that hold a run's rows of splits without a cursor until the last of them is there. */
export function stagedPrefix(run: string): string {
  return `${statePrefix}staged.${createHash('sha256').update(run).digest('hex').slice(0, 16)}.`
}
