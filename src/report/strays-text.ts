import type { StrayRows } from '../model/run-summary.ts'

/** As a sentence without its end. */
export function straysText({ to, column, noneOf, rows }: StrayRows): string {
  const values = noneOf.map((value) => JSON.stringify(value)).join(', ')
  return rows === 1
    ? `${to}: 1 row is of no dataset: its ${column} is none of ${values}`
    : `${to}: ${rows} rows are of no dataset: their ${column} is none of ${values}`
}
