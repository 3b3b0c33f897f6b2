import type { CensusAnswer, CensusFact } from '../model/census.ts'
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

/** Facts of which the group's is the greatest; of `min` it is the least; all others are counts and add up. */
const greatest: ReadonlySet<CensusFact> = new Set<CensusFact>(['max', 'max-length'])

export function gatherKnowledge(
  tables: readonly SelectedTable[],
  answers: readonly CensusAnswer[],
  groups: KeyGroups,
): (table: QualifiedName, column: ColumnInfo) => ColumnKnowledge {
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
    merged[fact] = mergeValues(
      fact,
      values.filter((value) => typeof value === 'string'),
    )
  }
  return merged
}

function mergeValues(fact: CensusFact, values: readonly string[]): string | null {
  const [first] = values
  if (first === undefined) return null
  if (values.length === 1 || !values.every((value) => /^-?\d+$/.test(value))) return first
  const numbers = values.map(BigInt)
  if (fact === 'min') return String(numbers.reduce((a, b) => (b < a ? b : a)))
  if (greatest.has(fact)) return String(numbers.reduce((a, b) => (b > a ? b : a)))
  return String(numbers.reduce((a, b) => a + b))
}

function idOf(table: QualifiedName, column: string): string {
  return `${table.schema}\u0000${table.name}\u0000${column}`
}
