import { createHash } from 'node:crypto'
import type { Shape, ShapeColumn } from './shape.ts'
import { StageFault, type StageScope } from './stage-kind.ts'
import type { StageRows } from './stage-rows.ts'

/** Characters of a row's own key that are kept as they are. */
const maxIdLength = 200

/**
 * Under which something is kept: a hash of one value's text, or of several as a JSON array. Values may be such as nobody is
 * to see, or longer than an index has room for.
 */
export function keyText(texts: readonly (string | null)[]): string {
  return createHash('sha256').update(oneText(texts)).digest('base64url')
}

function oneText(texts: readonly (string | null)[]): string {
  return texts.length === 1 ? (texts[0] ?? '') : JSON.stringify(texts)
}

/** Columns of the source's key, as they were read. @throws StageFault where it has none */
export function sourceKey(scope: StageScope, path: readonly PropertyKey[]): ReadColumnOf[] {
  const { key } = scope.source
  if (key === undefined) {
    throw new StageFault(
      path,
      'the table has no key that tells its rows apart',
      'Give it a primary key at the source, or leave the stage out.',
    )
  }
  return key.columns.map((name) => readColumnOf(scope, name, path))
}

/** A column as it was read. */
export type ReadColumnOf = Pick<ShapeColumn, 'name' | 'slot' | 'type'>

/** @throws StageFault where the source has no such column */
export function readColumnOf(scope: StageScope, name: string, path: readonly PropertyKey[]): ReadColumnOf {
  const { source } = scope
  const slot = source.columns.findIndex((column) => column.name === name)
  const column = source.columns[slot]
  if (column === undefined) {
    const names = source.columns.map((one) => one.name).join(', ')
    throw new StageFault(path, `the source has no column ${name}`, `It has ${names}.`)
  }
  scope.touchRead(slot)
  return { name, slot, type: column.type }
}

/** What tells a row from another, as it was read: of a key of one column its text. */
export function readKeyText(rows: StageRows, row: number, key: readonly ReadColumnOf[]): string {
  const texts = key.map((column) => rows.readText(row, column))
  const text = oneText(texts)
  // No text of PostgreSQL holds a NUL, and its index has no room for more.
  return text.length <= maxIdLength && !holdsNul(text) ? text : keyText(texts)
}

/** The same, however long it is: as others look it up. */
export function readKeyValue(rows: StageRows, row: number, key: readonly ReadColumnOf[]): string {
  const texts = key.map((column) => rows.readText(row, column))
  const text = oneText(texts)
  return holdsNul(text) ? keyText(texts) : text
}

/** Whether a value cannot be kept. */
export function holdsNul(text: string | null): boolean {
  return text?.includes('\u0000') === true
}

export const nulReason = 'nothing that can be kept: it holds a NUL character'

/** Why a row is rejected that the pass over all rows has not seen. */
export const unseen =
  'the row was not there, or was refused, when all rows were looked at: only another run can tell whether it is the one that stays'

/** Of the columns that a stage finds; undefined where one is NULL: nothing is kept under such. */
export function keyTextOf(rows: StageRows, row: number, columns: Shape['columns']): string | undefined {
  const texts = columns.map((column) => rows.text(row, column))
  return texts.includes(null) ? undefined : keyText(texts)
}
