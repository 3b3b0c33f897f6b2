import type { FinishStep, IndexDefinition, NotCarried, TableDefinition } from '../../../model/plan.ts'
import type { IndexPart } from '../../../model/relation.ts'
import { type RenderedExpression, renderIndexPart } from '../expression.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import type { CarriedSteps } from './carried-steps.ts'
import type { ColumnTypes } from './column-types.ts'
import { fullName, type ObjectNames } from './names.ts'
import { stepId } from './step-id.ts'
import type { TypeClass } from './target-type.ts'

/** Types without an order, which a B-tree cannot take. Of an unknown type the server decides. */
const unordered: ReadonlySet<TypeClass> = new Set(['json'])

/**
 * The primary key, in one step of two statements. The index is built first, since CREATE INDEX lets the table's other
 * indexes be built at the same time, where ADD PRIMARY KEY would shut them out for as long as it takes. Of the steps of
 * a table only this one raises its lock afterwards, so that no two can wait for each other.
 */
export function primaryKeyStep(table: TableDefinition, names: ObjectNames): FinishStep | undefined {
  if (!table.primaryKey) return undefined
  const name = names.primaryKey(table)
  const columns = table.primaryKey.columns.map(quoteName).join(', ')
  const own = quoteQualified(table.name)
  return {
    id: stepId('primary key', table.name, name),
    phase: 1,
    kind: 'primary key',
    name,
    table: table.name,
    statements: [
      `CREATE UNIQUE INDEX ${quoteName(name)} ON ${own} (${columns})`,
      `ALTER TABLE ${own} ADD CONSTRAINT ${quoteName(name)} PRIMARY KEY USING INDEX ${quoteName(name)}`,
    ],
  }
}

/**
 * A secondary index, built after the load. A prefix index becomes one over `left(column, n)`, which only queries that
 * say so can use; a unique one over a prefix is not carried: over the whole column it would be another guarantee.
 */
export function indexSteps(
  table: TableDefinition,
  index: IndexDefinition,
  names: ObjectNames,
  types: ColumnTypes,
): CarriedSteps {
  const kind = index.unique ? 'unique' : 'index'
  const note = (noteKind: string, reason: string): NotCarried => {
    const sql = index.parts.map((part) => part.sql ?? part.column).join(', ')
    const name = fullName(table, index.name)
    return { kind: noteKind, name, reason, sql: `${index.name} (${sql})` }
  }
  const notCarried = (reason: string): CarriedSteps => ({ steps: [], notCarried: [note(kind, reason)] })
  if (index.parts.length === 0) return notCarried('it has no parts')
  if (index.parts.length > 32) return notCarried('it has more than 32 parts')

  const parts: string[] = []
  const caveats = new Set<string>()
  for (const part of index.parts) {
    if (index.unique && part.prefixLength !== undefined && isShortened(part, types)) {
      return notCarried(
        `it is unique over the first ${part.prefixLength} of ${part.column ?? ''} only, which PostgreSQL has no constraint for`,
      )
    }
    const rendered = renderPart(part, types)
    if ('reason' in rendered) return notCarried(rendered.reason)
    parts.push(rendered.sql)
    for (const caveat of rendered.caveats) caveats.add(caveat)
  }
  const name = names.index(table, index.name)
  const unique = index.unique ? 'UNIQUE ' : ''
  const qualified = quoteQualified({ schema: table.name.schema, name })
  const statements = [
    `CREATE ${unique}INDEX ${quoteName(name)} ON ${quoteQualified(table.name)} (${parts.join(', ')})`,
    ...(index.comment === '' ? [] : [`COMMENT ON INDEX ${qualified} IS ${quoteLiteral(index.comment).trim()}`]),
  ]
  return {
    steps: [{ id: stepId(kind, table.name, name), phase: 1, kind, name, table: table.name, statements }],
    // Only of a unique index does the meaning decide what rows there may be.
    notCarried: index.unique ? [...caveats].map((caveat) => note('unique in part', caveat)) : [],
  }
}

function renderPart(part: IndexPart, types: ColumnTypes): RenderedExpression {
  const direction = part.descending ? ' DESC' : ''
  const carried = (sql: string): RenderedExpression => ({ sql: `${sql}${direction}`, caveats: [] })
  if (part.column === undefined) {
    const rendered = renderIndexPart(part.expression, types)
    return 'reason' in rendered ? rendered : { ...rendered, sql: `(${rendered.sql})${direction}` }
  }
  const type = types(part.column)
  if (type === undefined) return { reason: `the target has no column ${part.column}` }
  if (unordered.has(type.class)) return { reason: `${part.column} is ${type.text}, which has no order` }
  const column = quoteName(part.column)
  if (!isShortened(part, types)) return carried(column)
  const length = part.prefixLength ?? 0
  if (type.class === 'bytea') return carried(`substring(${column} FROM 1 FOR ${length})`)
  if (type.class === 'text') return carried(`left(${column}, ${length})`)
  return { reason: `it covers the first ${length} of ${part.column}, and ${type.text} has no beginning` }
}

/** Whether the prefix leaves anything out: one as long as the column's longest value is the whole column. */
function isShortened(part: IndexPart, types: ColumnTypes): boolean {
  if (part.prefixLength === undefined || part.column === undefined) return false
  const type = types(part.column)
  const longest = type?.class === 'text' ? type.args[0] : undefined
  return longest === undefined || longest > part.prefixLength
}
