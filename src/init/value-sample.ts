/** The first rows of a table, by column, as text. */
export interface ValueSample {
  readonly rowCount: number
  /** There are no more rows than these. */
  readonly isWhole: boolean
  /** By name in the source; columns that were not looked at are absent. Long texts are cut. */
  readonly columns: ReadonlyMap<string, readonly (string | null)[]>
}

export const noSample: ValueSample = { rowCount: 0, isWhole: false, columns: new Map() }

/** The column's values that are not NULL. */
export function valuesOf({ columns }: ValueSample, column: string): readonly string[] {
  return (columns.get(column) ?? []).filter((value) => value !== null)
}

/** `12 of 40 values`, and which, where not all were looked at. */
export function share(found: number, looked: number, sample: ValueSample): string {
  return `${amount(found)} of ${counted(looked, 'value')}${within(sample)}`
}

/** Where the figures come from, if not from the whole table. */
export function within({ isWhole, rowCount }: ValueSample): string {
  return isWhole ? '' : ` in the first ${counted(rowCount, 'row')}`
}

/** `1 value`, `2 values`. */
export function counted(count: number, thing: string): string {
  return `${amount(count)} ${thing}${count === 1 ? '' : 's'}`
}

export function amount(count: number): string {
  return count.toLocaleString('en-US')
}
