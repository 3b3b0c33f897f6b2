import type { DigestQuestion, ContentRange } from '../contract/contents.ts'
import type { NativeType } from '../model/relation.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'
import { sourceColumn, targetColumn, type TwoContents } from './read-rows.ts'

/** How a table's columns are compared where its digests are: places of the table's columns. */
export interface DigestColumns {
  /** Whose text is the same in both engines where the value is. */
  readonly exact: readonly number[]
  /** Whose text is likely to be. */
  readonly tried: readonly number[]
  /** Of which no statement can say the value: they are read beside. */
  readonly beside: readonly number[]
}

/** Characters, or bytes, up to which a text enters a digest as it is: beyond it enters as its own hash. */
const maxShort = 255

/** Each is said twice in a statement, and PostgreSQL takes 1,664 expressions. */
const mostColumns = 800

/** Undefined: no digest tells the table's rows apart. */
export function digestColumnsOf(table: ComparedTable, { source, target }: TwoContents): DigestColumns | undefined {
  if (!table.isOrdered || source.digest === undefined || target.digest === undefined) return undefined
  // What no statement of the source can say: its rows go through stages.
  if (table.staging !== undefined) return undefined
  if (table.columns.length > mostColumns) return undefined
  const exact: number[] = []
  const tried: number[] = []
  const beside: number[] = []
  for (const [slot, { form, sourceType, targetType, strength }] of table.columns.entries()) {
    const both = [source.digestible?.(sourceType, form), target.digestible?.(targetType, form)]
    if (strength === 'normalised' || both.includes(undefined)) beside.push(slot)
    else (both.includes('tried') ? tried : exact).push(slot)
  }
  return table.key.every((slot) => exact.includes(slot)) ? { exact, tried, beside } : undefined
}

/** The questions for the digest of the rows of a range. NULLs are counted of all columns. */
export function digestQuestions(
  table: ComparedTable,
  slots: readonly number[],
  range: ContentRange,
): { readonly source: DigestQuestion<NativeType>; readonly target: DigestQuestion<string> } {
  const isLong = (slot: number): boolean => isLongColumn(table.columns[slot]!)
  return {
    source: {
      table: table.source,
      columns: slots.map((slot) => ({ ...sourceColumn(table, slot), isLong: isLong(slot) })),
      counted: table.columns.map(({ from }) => from),
      order: table.key.map((slot) => table.columns[slot]!.from),
      index: table.index,
      range,
    },
    target: {
      table: table.target,
      part: table.part,
      columns: slots.map((slot) => ({ ...targetColumn(table, slot), isLong: isLong(slot) })),
      counted: table.columns.map(({ to }) => to),
      order: table.key.map((slot) => table.columns[slot]!.to),
      range,
    },
  }
}

/** Both ends go by the source's type: they have to say the same. */
function isLongColumn({ form, sourceType }: ComparedColumn): boolean {
  if (form === 'json-text') return true
  if (form !== 'text' && form !== 'bytes') return false
  const isBounded = ['char', 'varchar', 'binary', 'varbinary', 'enum'].includes(sourceType.name)
  return !isBounded || (sourceType.args[0] ?? 0) > maxShort
}
