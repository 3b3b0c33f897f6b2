import type { ValidateConfig } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { QualifiedName } from '../model/relation.ts'
import { tableId } from './table-id.ts'
import { unknownName } from './unknown-name.ts'

/** A table of the source as people name it, and as it is. */
export interface NamedTable {
  readonly dataset: string
  readonly name: QualifiedName
  readonly columns: readonly string[]
}

/** Columns of one table. */
export interface ColumnGroup {
  readonly table: QualifiedName
  readonly columns: readonly string[]
}

export interface DeclaredRelation {
  /** As the pipeline writes it, such as `orders.customer_id -> customers.id`. */
  readonly name: string
  readonly from: ColumnGroup
  readonly to: ColumnGroup
}

export interface DeclaredKey extends ColumnGroup {
  readonly name: string
}

/**
 * The relations and keys that the pipeline declares, of the tables that are there.
 * @throws TL_C107 where a table or column is not there, TL_C105 where columns are of several tables
 */
export function declaredRelations(
  { relations = [], keys = [] }: Pick<ValidateConfig, 'relations' | 'keys'>,
  tables: readonly NamedTable[],
): { readonly relations: readonly DeclaredRelation[]; readonly keys: readonly DeclaredKey[] } {
  return {
    relations: relations.map(({ from, to }) => ({
      name: `${from.join(', ')} -> ${to.join(', ')}`,
      from: columnGroup(from, tables),
      to: columnGroup(to, tables),
    })),
    keys: keys.map((columns) => ({ name: columns.join(', '), ...columnGroup(columns, tables) })),
  }
}

function columnGroup(paths: readonly string[], tables: readonly NamedTable[]): ColumnGroup {
  const found = paths.map((path) => findColumn(path, tables))
  const [first] = found
  if (first === undefined || found.some(({ table }) => tableId(table) !== tableId(first.table))) {
    throw new TransloadError('TL_C105', {
      reason: `${paths.join(', ')} are not columns of one table`,
      cure: 'Write a relation or key for each table.',
    })
  }
  return { table: first.table, columns: found.map(({ column }) => column) }
}

/** A table may be named with its database or without. */
function findColumn(path: string, tables: readonly NamedTable[]): { table: QualifiedName; column: string } {
  const all = tables.flatMap(({ dataset, name, columns }) =>
    columns.map((column) => ({ dataset, table: name, column })),
  )
  const found = all.filter(({ dataset, table, column }) => {
    return [dataset, table.name, `${table.schema}.${table.name}`].some((name) => `${name}.${column}` === path)
  })
  const [first, second] = found
  const nameOf = ({ dataset, column }: (typeof all)[number]): string => `${dataset}.${column}`
  if (first === undefined) throw unknownName(path, all.map(nameOf))
  if (second === undefined) return first
  const reason = `${path} may be any of ${found.map(nameOf).join(', ')}`
  throw new TransloadError('TL_C105', { reason, cure: 'Write it with its database.' })
}
