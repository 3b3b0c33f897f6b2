import type { Source } from '../contract/source.ts'
import { decide, factsAsked } from '../mapping/decide.ts'
import { factOfFault, faultsOf } from '../mapping/policies.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import {
  type CensusAnswer,
  type CensusColumn,
  type CensusFact,
  type CensusQuestion,
  greatestFacts,
} from '../model/census.ts'
import type { Warning } from '../model/plan.ts'
import type { ColumnInfo, TableInfo } from '../model/relation.ts'
import { type EqualityOf, keysAsked, relationsAsked } from './census-rows.ts'
import type { KeyGroups } from './key-groups.ts'
import type { SelectedTable } from './select-tables.ts'

/** Charsets whose text may be UTF-8 that was stored twice over. */
const doubleEncodable: ReadonlySet<string> = new Set(['latin1', 'utf8', 'utf8mb3', 'utf8mb4'])

/** Rows at either end of a table that a sample looks at. */
const sampleRows = 10_000

export interface CensusRequest {
  readonly source: Source
  readonly tables: readonly SelectedTable[]
  readonly rules: RuleSet
  readonly groups: KeyGroups
  /** Rows above which a table gets the safe type in place of a census. */
  readonly limit: number
  readonly mode: 'full' | 'sample'
  /** Absent: rows without their parent and keys are not counted. */
  readonly equalityOf?: EqualityOf | undefined
  readonly signal: AbortSignal
}

export interface Census {
  readonly questions: readonly CensusQuestion[]
  /** In the order of the questions. */
  readonly answers: readonly CensusAnswer[]
  readonly warnings: readonly Warning[]
}

/**
 * Asks the source what the rules want to know of the values. A table above `limit` rows is left out and gets the safe
 * type, which is said. Of a sample only what was found is told, and never that something was not: no type is narrowed,
 * and no NOT NULL kept, by it.
 */
export async function takeCensus(request: CensusRequest): Promise<Census> {
  const { source, tables, rules, groups, limit, mode, equalityOf, signal } = request
  const autoIncrement = new Set(
    tables.flatMap(({ table }) =>
      table.columns.filter((column) => column.autoIncrement).map((column) => groups.groupOf(table.name, column.name)),
    ),
  )
  const warnings: Warning[] = []
  const questions: CensusQuestion[] = []
  for (const selected of tables) {
    const { table, dataset, config } = selected
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
    const isCounted = mode === 'full' && equalityOf !== undefined
    const relations = isCounted ? relationsAsked(selected, tables, equalityOf) : []
    const keys = isCounted ? keysAsked(selected, equalityOf) : []
    if (columns.length === 0 && relations.length === 0 && keys.length === 0) continue
    questions.push({
      table: table.name,
      rowEstimate: table.rowEstimate,
      columns,
      ...(mode === 'sample' ? { sample: { rowCount: sampleRows, key: keyOf(table) } } : {}),
      ...(relations.length > 0 ? { relations } : {}),
      ...(keys.length > 0 ? { keys } : {}),
    })
  }
  const found = questions.length === 0 ? [] : await source.census(questions, signal)
  return { questions, answers: mode === 'sample' ? found.map(whatWasFound) : found, warnings }
}

function keyOf({ indexes }: TableInfo): string[] {
  const parts = indexes.find(({ kind }) => kind === 'primary')?.parts ?? []
  return parts.flatMap(({ column }) => column ?? [])
}

/** Counts of what there is. Extremes and zeros are those of the sample, and say nothing of other rows. */
function whatWasFound({ table, rows, facts }: CensusAnswer): CensusAnswer {
  const found = Object.entries(facts).map(([column, known]) => {
    const some = Object.entries(known).filter(
      ([fact, value]) => !isExtreme(fact as CensusFact) && value !== null && value !== '0',
    )
    return [column, Object.fromEntries(some)] as const
  })
  return { table, rows, facts: Object.fromEntries(found) }
}

function isExtreme(fact: CensusFact): boolean {
  return fact === 'min' || greatestFacts.has(fact)
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
