import { createHash } from 'node:crypto'
import type { Shape, ShapeColumn } from './shape.ts'
import { StageFault, type StageScope } from './stage-kind.ts'
import type { StageRows } from './stage-rows.ts'

/** A longer key is kept as its hash: an index has no room for it. */
const maxKeyLength = 200

/** Under which something is kept: the text of one value, or of several as a JSON array. */
export function keyText(texts: readonly (string | null)[]): string {
  const text = keyValue(texts)
  // No text of PostgreSQL holds a NUL.
  if (text.length <= maxKeyLength && !holdsNul(text)) return text
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** The text of one value, or of several as a JSON array, however long it is. */
function keyValue(texts: readonly (string | null)[]): string {
  const [first = null, ...others] = texts
  return others.length === 0 ? (first ?? '') : JSON.stringify(texts)
}

/** Whether a value cannot be kept. */
export function holdsNul(text: string | null): boolean {
  return text?.includes('\u0000') === true
}

export const nulReason = 'nothing that can be kept: it holds a NUL character'

/** Why a row is rejected that the pass over all rows has not seen. */
export const unseen =
  'the row was not there, or was refused, when all rows were looked at: only another run can tell whether it is the one that stays'

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

/** What tells a row from another, as it was read. */
export function readKeyText(rows: StageRows, row: number, key: readonly ReadColumnOf[]): string {
  return keyText(key.map((column) => rows.readText(row, column)))
}

/** The key as others look it up: whole, where {@link readKeyText} is a hash of it. */
export function readKeyValue(rows: StageRows, row: number, key: readonly ReadColumnOf[]): string {
  return keyValue(key.map((column) => rows.readText(row, column)))
}

/** Of the columns that a stage finds; undefined where one is NULL: nothing is kept under such. */
export function keyTextOf(rows: StageRows, row: number, columns: Shape['columns']): string | undefined {
  const texts = columns.map((column) => rows.text(row, column))
  return texts.includes(null) ? undefined : keyText(texts)
}
