import { compareFacts } from '../mapping/condition.ts'
import { type CensusAnswer, type CensusFact, greatestFacts } from '../model/census.ts'
import type { ColumnInfo, QualifiedName } from '../model/relation.ts'
import type { KeyGroups } from './key-groups.ts'
import type { SelectedTable } from './select-tables.ts'

export type Facts = { readonly [fact in CensusFact]?: string | null }

/** What is known of a column and of all those that foreign keys join with it. */
export interface ColumnKnowledge {
  /** The column's own. */
  readonly facts: Facts
  /** Of the group: the least minimum, the greatest maximum, and the sums. Absent where one of them is not known. */
  readonly groupFacts: Facts
  readonly autoIncrement: boolean
}

/** What is known of a column's values. */
export type Knowledge = (table: QualifiedName, column: ColumnInfo) => ColumnKnowledge

export function gatherKnowledge(
  tables: readonly SelectedTable[],
  answers: readonly CensusAnswer[],
  groups: KeyGroups,
): Knowledge {
  const own = new Map<string, Facts>()
  for (const answer of answers) {
    for (const [column, facts] of Object.entries(answer.facts)) own.set(idOf(answer.table, column), facts)
  }
  const members = new Map<string, { facts: Facts; autoIncrement: boolean }[]>()
  for (const { table } of tables) {
    for (const column of table.columns) {
      const group = groups.groupOf(table.name, column.name)
      const list = members.get(group) ?? []
      list.push({ facts: own.get(idOf(table.name, column.name)) ?? {}, autoIncrement: column.autoIncrement })
      members.set(group, list)
    }
  }
  return (table, column) => {
    const group = members.get(groups.groupOf(table, column.name)) ?? []
    return {
      facts: own.get(idOf(table, column.name)) ?? {},
      groupFacts: mergeFacts(group.map((member) => member.facts)),
      autoIncrement: group.some((member) => member.autoIncrement),
    }
  }
}

function mergeFacts(all: readonly Facts[]): Facts {
  const merged: { [fact in CensusFact]?: string | null } = {}
  for (const fact of Object.keys(all[0] ?? {}) as CensusFact[]) {
    const values = all.map((facts) => facts[fact])
    if (values.includes(undefined)) continue
    const value = mergeValues(
      fact,
      values.filter((one) => typeof one === 'string'),
    )
    if (value !== undefined) merged[fact] = value
  }
  return merged
}

/** Undefined where the values have no order that is known: nothing is then known of the group. */
function mergeValues(fact: CensusFact, values: readonly string[]): string | null | undefined {
  const [first, ...others] = values
  if (first === undefined) return null
  if (fact !== 'min' && !greatestFacts.has(fact)) return String(values.map(BigInt).reduce((a, b) => a + b))
  let extreme = first
  for (const other of others) {
    const order = compareFacts(other, extreme)
    if (order === undefined) return undefined
    if (fact === 'min' ? order < 0 : order > 0) extreme = other
  }
  return extreme
}

function idOf(table: QualifiedName, column: string): string {
  return `${table.schema}\u0000${table.name}\u0000${column}`
}
