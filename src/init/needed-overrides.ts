import { TransloadError } from '../errors/transload-error.ts'
import { decide, type RuleSet } from '../mapping/decide.ts'
import type { ColumnInfo } from '../model/relation.ts'
import type { SelectedTable } from '../plan/select-tables.ts'

/** What a pipeline has to say of a column, since there is no plan without it. */
export interface NeededOverride {
  readonly column: string
  readonly type?: string | undefined
  readonly drop?: boolean | undefined
  readonly reason: string
}

/** By dataset. A column that can be kept in another type is kept; one that no rule knows is left out, and said so. */
export function neededOverrides(
  tables: readonly SelectedTable[],
  rules: RuleSet,
): ReadonlyMap<string, readonly NeededOverride[]> {
  return new Map(
    tables.map(({ dataset, table }) => [
      dataset,
      table.columns.flatMap((column): NeededOverride[] => {
        const why = refusal(dataset, column, rules)
        if (why === undefined) return []
        const asBytes = refusal(dataset, column, rules, 'bytes') === undefined
        const reason = `${column.native.text}: ${why}`
        return asBytes
          ? [{ column: column.name, type: 'bytes', reason: `${reason}; its bytes are kept` }]
          : [{ column: column.name, drop: true, reason: `${reason}; it is left out` }]
      }),
    ]),
  )
}

/** Why the rules have no type for a column; undefined where they have one. */
function refusal(table: string, column: ColumnInfo, rules: RuleSet, wanted?: string): string | undefined {
  const { name, native, autoIncrement } = column
  try {
    return decide(rules, { table, column: name, native, autoIncrement, facts: {} }, wanted).refused?.reason
  } catch (error) {
    if (error instanceof TransloadError && error.code === 'TL_C105') return 'no rule knows the type'
    throw error
  }
}

/** Names of columns that the rules make truth values where all that is in them is 0 and 1. */
export function wouldBeTruths({ dataset, table }: SelectedTable, rules: RuleSet): ReadonlySet<string> {
  const names = table.columns
    .filter((column) => refusal(dataset, column, rules) === undefined)
    .filter(({ name, native, autoIncrement }) => {
      const mapped = { table: dataset, column: name, native, autoIncrement }
      const either = decide(rules, { ...mapped, facts: { min: '0', max: '1' } }).type.kind
      return either === 'bool' && decide(rules, { ...mapped, facts: {} }).type.kind !== 'bool'
    })
    .map(({ name }) => name)
  return new Set(names)
}
