import type { TextEquality } from '../contract/target.ts'
import type { CensusAnswer, CensusKey, CensusQuestion, CensusRelation } from '../model/census.ts'
import type { Warning } from '../model/plan.ts'
import { type ColumnInfo, isSameName, type QualifiedName } from '../model/relation.ts'
import { ignoresCase, isCollated } from './collation.ts'
import type { PlannedTable } from './plan-table.ts'
import type { SelectedTable } from './select-tables.ts'

/** When the target finds two texts of a column the same; undefined where it holds none there, or nobody can tell. */
export type EqualityOf = (selected: SelectedTable, column: ColumnInfo) => TextEquality | undefined

/** Foreign keys between tables that are moved, of which rows without their parent are to be counted. */
export function relationsAsked(
  selected: SelectedTable,
  tables: readonly SelectedTable[],
  equalityOf: EqualityOf,
): CensusRelation[] {
  return selected.table.foreignKeys.flatMap((key): CensusRelation[] => {
    const parent = tables.find(({ table }) => isSameName(table.name, key.references))
    if (parent === undefined) return []
    const children = columnsOf(selected, key.columns)
    const parents = columnsOf(parent, key.referencedColumns)
    if (children === undefined || parents === undefined) return []
    const pairs = children.map((column, place) => {
      const ends = [equalityOf(selected, column), equalityOf(parent, parents[place]!)]
      const isText = isCollated(column.native) && !ends.includes(undefined)
      return { column, isText, isFolded: isText && !ends.includes('same characters') }
    })
    const texts = pairs.filter(({ isText }) => isText).map(({ column }) => column)
    const folded = pairs.filter(({ isFolded }) => isFolded).map(({ column }) => column)
    return [
      {
        constraint: key.name,
        columns: key.columns,
        references: key.references,
        referencedColumns: key.referencedColumns,
        ...(texts.length > 0 ? { byBytes: texts.map(({ name }) => name) } : {}),
        ...(folded.length > 0 ? { byLowerCase: folded.map(({ name }) => name) } : {}),
      },
    ]
  })
}

/** Unique keys of which the source tells values apart that differ in case alone, and the target does not. */
export function keysAsked(selected: SelectedTable, equalityOf: EqualityOf): CensusKey[] {
  return selected.table.indexes.flatMap(({ kind, name, parts }): CensusKey[] => {
    if (kind !== 'primary' && kind !== 'unique') return []
    const names = parts.flatMap(({ column, prefixLength }) => (prefixLength === undefined ? (column ?? []) : []))
    const columns = names.length === parts.length ? columnsOf(selected, names) : undefined
    if (columns === undefined) return []
    const texts = columns.filter((column) => isCollated(column.native) && equalityOf(selected, column) !== undefined)
    const folded = texts.filter((column) => equalityOf(selected, column) === 'but for case')
    if (folded.every(({ native }) => ignoresCase(native))) return []
    return [
      {
        name,
        columns: names,
        byBytes: texts.map((column) => column.name),
        byLowerCase: folded.map((column) => column.name),
      },
    ]
  })
}

/** Undefined where one of them is left out, and the key with it. */
function columnsOf({ table, config }: SelectedTable, names: readonly string[]): ColumnInfo[] | undefined {
  const found = names.flatMap((name) => table.columns.filter((column) => column.name === name))
  const isWhole = found.length === names.length && found.every(({ name }) => config?.columns[name]?.drop !== true)
  return isWhole ? found : undefined
}

/** What was counted, as far as it is bad news. @param planned What becomes of the tables */
export function rowWarnings(
  questions: readonly CensusQuestion[],
  answers: readonly CensusAnswer[],
  planned: readonly PlannedTable[],
): Warning[] {
  return questions.flatMap((question, place) => {
    const answer = answers[place]
    const table = planned.find(({ read }) => isSameName(read.table, question.table))
    if (answer === undefined || table === undefined) return []
    const { relations = [], keys = [] } = question
    return [
      ...relations.flatMap((relation, at) => orphanWarnings(table, relation, planned, countsOf(answer, at))),
      ...keys.flatMap((key, at) => keyWarnings(table, key, answer.surplusRows?.[at] ?? 0)),
    ]
  })
}

interface OrphanCounts {
  readonly own: number
  /** Beyond those: rows whose parent only the source finds. */
  readonly byCollation: number
}

function countsOf({ orphans, orphansByBytes }: CensusAnswer, place: number): OrphanCounts {
  const own = orphans?.[place] ?? 0
  return { own, byCollation: Math.max(0, (orphansByBytes?.[place] ?? own) - own) }
}

function orphanWarnings(
  table: PlannedTable,
  relation: CensusRelation,
  planned: readonly PlannedTable[],
  { own, byCollation }: OrphanCounts,
): Warning[] {
  const { from: dataset } = table
  const { constraint, references, byBytes = [], byLowerCase = [] } = relation
  const warnings: Warning[] = []
  const isCarried = table.table.foreignKeys.some(
    ({ name }) => name === constraint || name === `${constraint}_${dataset}`,
  )
  const stays = isCarried ? 'the key will stand, NOT VALID, and hold for new rows only' : 'the key is not carried'
  if (own > 0) {
    const message = `${dataset}: ${own === 1 ? '1 row has' : `${own} rows have`} no parent in ${references.name} (foreign key ${constraint}): ${stays}`
    warnings.push({ code: 'orphans', message })
  }
  // What stages make of a text nobody has compared.
  if (byCollation > 0 && !isChanged(table, byBytes) && !isChanged(parentOf(references, planned), pairsOf(relation))) {
    const collations = collationsOf(table, byBytes)
    const message =
      `${dataset}: ${byCollation === 1 ? '1 row finds its' : `${byCollation} rows find their`} parent in ${references.name} only as ${collations} of the source ` +
      `compares (foreign key ${constraint}), and will be orphans in the target: ${stays}; spell the keys alike${byLowerCase.length > 0 ? '' : ', or choose citext, where it is case alone'}`
    warnings.push({ code: 'orphans-by-collation', message })
  }
  return warnings
}

function pairsOf({ columns, referencedColumns, byBytes = [] }: CensusRelation): string[] {
  return byBytes.flatMap((column) => referencedColumns[columns.indexOf(column)] ?? [])
}

function parentOf(name: QualifiedName, planned: readonly PlannedTable[]): PlannedTable | undefined {
  return planned.find(({ read }) => isSameName(read.table, name))
}

function keyWarnings(table: PlannedTable, key: CensusKey, count: number): Warning[] {
  if (count === 0 || isChanged(table, key.byBytes)) return []
  const targets = table.columns.filter(({ from }) => key.byLowerCase.includes(from))
  const types = [...new Set(targets.map(({ targetType }) => targetType))].join(', ')
  const becomes = table.adopted ? 'where the table has such a key, they are rejected' : 'the key cannot be made'
  const message =
    `${table.from}: ${count} rows differ from others in the key ${key.name} (${key.columns.join(', ')}) by case alone, ` +
    `which ${types} does not mind: ${becomes}`
  return [{ code: 'case-duplicates', message }]
}

function isChanged(table: PlannedTable | undefined, columns: readonly string[]): boolean {
  return table?.columns.some(({ from, changedBy }) => columns.includes(from) && changedBy !== undefined) ?? false
}

function collationsOf({ selected }: PlannedTable, names: readonly string[]): string {
  const collations = selected.table.columns.flatMap(({ name, native }) => {
    return names.includes(name) ? (native.collation ?? []) : []
  })
  return [...new Set(collations)].join(', ')
}
