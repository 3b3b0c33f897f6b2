import type { Source } from '../contract/source.ts'
import { decide, factsAsked } from '../mapping/decide.ts'
import { factOfFault, faultsOf } from '../mapping/policies.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { CensusAnswer, CensusColumn, CensusFact, CensusQuestion } from '../model/census.ts'
import type { Warning } from '../model/plan.ts'
import type { ColumnInfo } from '../model/relation.ts'
import type { KeyGroups } from './key-groups.ts'
import type { SelectedTable } from './select-tables.ts'

/** Charsets whose text may be UTF-8 that was stored twice over. */
const doubleEncodable: ReadonlySet<string> = new Set(['latin1', 'utf8', 'utf8mb3', 'utf8mb4'])

/**
 * Asks the source what the rules want to know of the values. A table above `limit` rows is left out and gets the safe
 * type, which is said.
 */
export async function takeCensus(
  source: Source,
  tables: readonly SelectedTable[],
  rules: RuleSet,
  groups: KeyGroups,
  limit: number,
  warnings: Warning[],
  signal: AbortSignal,
): Promise<readonly CensusAnswer[]> {
  const autoIncrement = new Set(
    tables.flatMap(({ table }) =>
      table.columns.filter((column) => column.autoIncrement).map((column) => groups.groupOf(table.name, column.name)),
    ),
  )
  const questions: CensusQuestion[] = []
  for (const { table, dataset, config } of tables) {
    if (table.rowEstimate > limit) {
      const message = `${dataset} has about ${table.rowEstimate} rows, over the limit of ${limit}: no census, safe types`
      warnings.push({ code: 'census-left-out', message })
      continue
    }
    const columns = table.columns
      .filter((column) => config?.columns[column.name]?.drop !== true)
      .map((column) => {
        const isCounter = autoIncrement.has(groups.groupOf(table.name, column.name))
        return { column: column.name, native: column.native, facts: factsWanted(rules, dataset, column, isCounter) }
      })
      .filter((column: CensusColumn) => column.facts.length > 0)
    if (columns.length > 0) questions.push({ table: table.name, rowEstimate: table.rowEstimate, columns })
  }
  return questions.length === 0 ? [] : await source.census(questions, signal)
}

function factsWanted(rules: RuleSet, dataset: string, column: ColumnInfo, autoIncrement: boolean): CensusFact[] {
  const mapped = { table: dataset, column: column.name, native: column.native, autoIncrement }
  const wanted = new Set(factsAsked(rules, mapped))
  const { type } = decide(rules, { ...mapped, facts: {} })
  for (const fault of faultsOf(column.native, type)) {
    const fact = factOfFault[fault]
    if (fact !== undefined) wanted.add(fact)
  }
  if (type.kind === 'text' && column.native.readAs === undefined && doubleEncodable.has(column.native.charset ?? ''))
    wanted.add('double-encoded')
  return [...wanted]
}
