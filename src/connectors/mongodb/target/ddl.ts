import type { AdoptedTable, RenderedTable } from '../../../contract/target.ts'
import type { FinishKind, FinishStep, IndexDefinition, NotCarried, TableDefinition } from '../../../model/plan.ts'
import type { QualifiedName } from '../../../model/relation.ts'
import type { OwnIndex } from '../own-index.ts'
import { definitionOf, pathOf } from './definition.ts'
import { statementText } from './statements.ts'

const indexPhase = 1
const swapPhase = 6

/** Collections are made empty; indexes are built when the rows are there; the swap comes last. */
export function renderTables(tables: readonly TableDefinition[]): RenderedTable {
  const indexes = tables.map((table) => ({ table, ...renderIndexes(table) }))
  return {
    prepare: tables.map((table) => statementText({ create: table.name, definition: definitionOf(table) })),
    finish: [...indexes.flatMap(({ steps }) => steps), ...swapSteps(tables)],
    takeOut: [],
    restore: [],
    notCarried: indexes.flatMap(({ table, notCarried }) => [...notCarried, ...whatHasNoEqual(table)]),
  }
}

/** Collections that are there keep their indexes; one that is loaded whole may have to be emptied, before or in the end. */
export function adoptTables(tables: readonly AdoptedTable[]): RenderedTable {
  const whole = tables.filter(({ mode }) => mode === 'create' || mode === 'truncate')
  const empty = ({ existing }: AdoptedTable): string => statementText({ empty: existing.name })
  return {
    prepare: whole.filter(({ mode }) => mode === 'truncate').map(empty),
    finish: [],
    takeOut: whole.map(empty),
    restore: [],
    notCarried: [],
  }
}

interface RenderedIndexes {
  readonly steps: readonly FinishStep[]
  readonly notCarried: readonly NotCarried[]
}

function renderIndexes(table: TableDefinition): RenderedIndexes {
  const steps: FinishStep[] = []
  const notCarried: NotCarried[] = []
  for (const index of table.indexes) {
    const reason = problemOf(index)
    if (reason !== undefined) {
      notCarried.push({
        kind: index.unique ? 'unique index' : 'index',
        name: `${table.name.name}.${index.name}`,
        reason,
      })
      continue
    }
    steps.push(indexStep(table, index))
  }
  return { steps, notCarried }
}

function problemOf({ parts }: IndexDefinition): string | undefined {
  if (parts.some(({ column }) => column === undefined)) return 'it is over an expression'
  if (parts.some(({ prefixLength }) => prefixLength !== undefined)) return 'it is over the beginning of a value'
  const dotted = parts.find(({ column }) => column?.includes('.') === true || column?.startsWith('$') === true)
  if (dotted !== undefined) return `MongoDB has no index over a field called ${dotted.column}`
  return undefined
}

function indexStep(table: TableDefinition, { name, unique, parts, own }: IndexDefinition): FinishStep {
  if (own !== undefined) {
    const text = statementText({ ownIndex: table.name, of: JSON.parse(own) as OwnIndex })
    return step('index', indexPhase, table.name, name, [text])
  }
  const definition = definitionOf(table)
  const columns = parts.flatMap(({ column, descending }) => (column === undefined ? [] : [{ column, descending }]))
  const nullable = columns.filter(({ column }) => {
    return definition.columns.find((one) => one.name === column)?.nullable === true && !definition.key.includes(column)
  })
  const statement = {
    index: table.name,
    of: {
      name,
      unique,
      key: columns.map(({ column, descending }) => [pathOf(definition, column), descending ? -1 : 1] as const),
      // A NULL is like no other, in SQL: documents that have one are left out of the index.
      whereNotNull: unique ? nullable.map(({ column }) => pathOf(definition, column)) : [],
    },
  }
  return step(unique ? 'unique' : 'index', indexPhase, table.name, name, [statementText(statement)])
}

function swapSteps(tables: readonly TableDefinition[]): readonly FinishStep[] {
  const moves = tables.flatMap(({ name, home, replaces = false }) => {
    return home === undefined ? [] : [{ name, to: { schema: home, name: name.name }, isTaken: replaces }]
  })
  const [first] = moves
  if (first === undefined) return []
  const statements = moves.map(({ name, to }) => statementText({ move: name, to }))
  const places = moves.map(({ to, isTaken }) => ({ ...to, isTaken }))
  return [{ ...step('swap', swapPhase, first.to, first.to.name, statements), places }]
}

function step(
  kind: FinishKind,
  phase: number,
  table: QualifiedName,
  name: string,
  statements: readonly string[],
): FinishStep {
  return { id: `${kind}/${table.schema}.${table.name}/${name}`, phase, kind, name, table, statements }
}

/** What a collection does not have: all of it is told. */
function whatHasNoEqual({ name, columns, foreignKeys, checks, comment }: TableDefinition): NotCarried[] {
  const of = (part: string): string => `${name.name}.${part}`
  return [
    ...foreignKeys.map((key) => ({ kind: 'foreign key', name: of(key.name), reason: 'MongoDB has no foreign keys' })),
    ...checks.map((check) => ({
      kind: 'check',
      name: of(check.name),
      reason: 'it is not made a validator',
      sql: check.sql,
    })),
    ...columns.flatMap((column): NotCarried[] => {
      const { default: value, generated, identity, onUpdateNow, comment: remark } = column
      const part = of(column.name)
      const told = (kind: string, reason: string, sql?: string): NotCarried => ({ kind, name: part, reason, sql })
      return [
        ...(value === undefined ? [] : [told('default', 'a collection has no defaults', value.sql)]),
        ...(generated === undefined ? [] : [told('generated column', 'MongoDB makes no values itself', generated.sql)]),
        ...(identity ? [told('identity', 'MongoDB counts no numbers: whoever inserts gives the key')] : []),
        ...(onUpdateNow === undefined ? [] : [told('on update', 'MongoDB changes no value itself')]),
        ...(remark === '' ? [] : [told('comment', 'a field has no comment')]),
      ]
    }),
    ...(comment === '' ? [] : [{ kind: 'comment', name: name.name, reason: 'a collection has no comment' }]),
  ]
}
