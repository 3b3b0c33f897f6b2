import { TransloadError } from '../errors/transload-error.ts'
import { decide, type Decision } from '../mapping/decide.ts'
import type { MappedColumn } from '../mapping/match.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { ColumnInfo } from '../model/relation.ts'
import type { SelectedTable } from '../plan/select-tables.ts'

/** What a pipeline has to say of a column, since there is no plan without it. */
export interface NeededOverride {
  readonly column: string
  readonly type?: string | undefined
  readonly drop?: boolean | undefined
  readonly reason: string
}

/**
 * By dataset. A column whose type the target does not have is kept as bytes; one of a type that no rule knows cannot even
 * be read, and is left out.
 */
export function neededOverrides(
  tables: readonly SelectedTable[],
  rules: RuleSet,
): ReadonlyMap<string, readonly NeededOverride[]> {
  return new Map(
    tables.map(({ dataset, table }) => [
      dataset,
      table.columns.flatMap((column): NeededOverride[] => {
        const { name, native } = column
        const decision = decisionOf(dataset, column, rules)
        if (decision === undefined) {
          return [{ column: name, drop: true, reason: `${native.text}: no rule knows the type; it is left out` }]
        }
        if (decision.refused === undefined) return []
        return [
          { column: name, type: 'bytes', reason: `${native.text}: ${decision.refused.reason}; its bytes are kept` },
        ]
      }),
    ]),
  )
}

/** Undefined where no rule knows the type. */
function decisionOf(
  table: string,
  { name, native, autoIncrement }: ColumnInfo,
  rules: RuleSet,
  facts: MappedColumn['facts'] = {},
): Decision | undefined {
  try {
    return decide(rules, { table, column: name, native, autoIncrement, facts })
  } catch (error) {
    if (error instanceof TransloadError && error.code === 'TL_C105') return undefined
    throw error
  }
}

/** Names of columns that the rules make truth values where all that is in them is 0 and 1. */
export function wouldBeTruths({ dataset, table }: SelectedTable, rules: RuleSet): ReadonlySet<string> {
  const isTruth = (column: ColumnInfo, facts: MappedColumn['facts']): boolean =>
    decisionOf(dataset, column, rules, facts)?.type.kind === 'bool'
  const names = table.columns
    .filter((column) => isTruth(column, { min: '0', max: '1' }) && !isTruth(column, {}))
    .map(({ name }) => name)
  return new Set(names)
}
