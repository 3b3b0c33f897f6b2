import type { RowKey } from '../model/loss.ts'

/** A row's key in one line, such as `id=7 kind=NULL`. */
export function keyText(key: RowKey): string {
  return Object.entries(key)
    .map(([column, value]) => `${column}=${value ?? 'NULL'}`)
    .join(' ')
}
