import type { Expression } from '../model/expression.ts'
import type { IndexDefinition, NotCarried, TableDefinition, TargetColumn } from '../model/plan.ts'
import type { CheckInfo, ColumnInfo, ForeignKeyInfo, QualifiedName, TableInfo } from '../model/relation.ts'
import type { PlannedColumn } from './plan-column.ts'
import { renameColumns } from './rename-columns.ts'
import type { SelectedTable } from './select-tables.ts'

export interface DefinitionContext {
  /** Where a source table goes; undefined where it does not. */
  readonly targetOf: (table: QualifiedName) => QualifiedName | undefined
  /** How a column of any selected table is called in the target. */
  readonly columnName: (table: QualifiedName, column: string) => string
  readonly notCarried: NotCarried[]
}

/** The table as the target is to have it. What of it has no place there is noted as not carried. */
export function defineTable(
  selected: SelectedTable,
  to: QualifiedName,
  planned: readonly PlannedColumn[],
  nameOf: (column: string) => string | undefined,
  context: DefinitionContext,
): TableDefinition {
  const { table, dataset } = selected
  const primary = table.indexes.find((index) => index.kind === 'primary')
  const lose = (kind: string, name: string, reason: string, sql?: string): void => {
    context.notCarried.push({ kind, name: `${dataset}.${name}`, reason, sql })
  }
  const primaryColumns = primary?.parts.map((part) => (part.column === undefined ? undefined : nameOf(part.column)))
  const columns = planned.map((one) => targetColumn(one, nameOf, lose))
  const definition: TableDefinition = {
    name: to,
    columns,
    enumTypes: planned.map(({ enumType }) => enumType).filter((type) => type !== undefined),
    indexes: defineIndexes(table, nameOf, lose),
    foreignKeys: defineForeignKeys(table.foreignKeys, nameOf, context, lose),
    checks: defineChecks(table, planned, nameOf, lose),
    comment: table.comment,
  }
  if (primaryColumns === undefined) return definition
  if (primaryColumns.includes(undefined) || primary?.parts.some((part) => part.prefixLength !== undefined)) {
    lose('primary key', 'primary key', 'a column of it is left out, or it is over the beginning of a column')
    return definition
  }
  return {
    ...definition,
    primaryKey: { name: `${to.name}_pkey`, columns: primaryColumns.filter((name) => name !== undefined) },
  }
}

type Lose = (kind: string, name: string, reason: string, sql?: string) => void
/** A column's name in the target; undefined where it has none. */
export type NameOf = (column: string) => string | undefined

function targetColumn({ source, target }: PlannedColumn, nameOf: NameOf, lose: Lose): TargetColumn {
  let column = target
  if (source.default?.kind === 'expression' && source.default.expression !== undefined) {
    const expression = renameColumns(source.default.expression, nameOf)
    if (expression === undefined) lose('default', source.name, 'it names a column that is left out', source.default.sql)
    column = { ...column, default: expression === undefined ? undefined : { ...source.default, expression } }
  }
  if (source.generated === undefined) return column
  const expression = renamed(source.generated.expression, nameOf)
  return { ...column, generated: { stored: source.generated.stored, sql: source.generated.sql, expression } }
}

function renamed(expression: Expression | undefined, nameOf: NameOf): Expression | undefined {
  return expression === undefined ? undefined : renameColumns(expression, nameOf)
}

function defineIndexes(table: TableInfo, nameOf: NameOf, lose: Lose): IndexDefinition[] {
  const indexes: IndexDefinition[] = []
  for (const index of table.indexes) {
    if (index.kind === 'primary') continue
    const { name, own } = index
    if (own !== undefined) {
      indexes.push({ name, unique: index.kind === 'unique', parts: [], comment: '', own })
      continue
    }
    if (index.kind !== 'unique' && index.kind !== 'index') {
      lose(`${index.kind} index`, index.name, `a ${index.kind} index has no equal in the target`)
      continue
    }
    const parts = index.parts.map((part) => ({
      ...part,
      column: part.column === undefined ? undefined : nameOf(part.column),
      expression: renamed(part.expression, nameOf),
    }))
    if (parts.some((part, i) => part.column === undefined && index.parts[i]?.column !== undefined)) {
      lose('index', index.name, 'it has a column that is left out')
      continue
    }
    indexes.push({ name: index.name, unique: index.kind === 'unique', parts, comment: index.comment })
  }
  return indexes
}

/** Foreign keys of the source by the names that the target has. */
export function defineForeignKeys(
  all: readonly ForeignKeyInfo[],
  nameOf: NameOf,
  context: DefinitionContext,
  lose: Lose,
): ForeignKeyInfo[] {
  const keys: ForeignKeyInfo[] = []
  for (const key of all) {
    const references = context.targetOf(key.references)
    const columns = key.columns.map(nameOf).filter((name) => name !== undefined)
    if (references === undefined || columns.length < key.columns.length) {
      lose(
        'foreign key',
        key.name,
        `${key.references.schema}.${key.references.name} or a column of the key is left out`,
      )
      continue
    }
    const referencedColumns = key.referencedColumns.map((name) => context.columnName(key.references, name))
    keys.push({ ...key, columns, references, referencedColumns })
  }
  return keys
}

function defineChecks(table: TableInfo, planned: readonly PlannedColumn[], nameOf: NameOf, lose: Lose): CheckInfo[] {
  const checks: CheckInfo[] = []
  for (const check of table.checks) {
    if (!check.enforced) {
      lose('check', check.name, 'it is not enforced at the source', check.sql)
      continue
    }
    const changed = changedIn(check.expression, planned)
    if (changed === undefined) checks.push({ ...check, expression: renamed(check.expression, nameOf) })
    else lose('check', check.name, `a stage may change ${changed}`, check.sql)
  }
  for (const { source, plan, enumType } of planned) {
    if (plan.rule === 'existing-column') continue
    if (source.native.unsigned === true && isFraction(plan) && plan.changedBy === undefined)
      checks.push(notNegative(table, source, plan.to))
    if (plan.type.kind !== 'enum' || enumType !== undefined) continue
    checks.push({
      name: `${table.name.name}_${plan.to}_label`,
      sql: source.native.text,
      enforced: true,
      expression: {
        kind: 'in',
        operand: { kind: 'column', name: plan.to, qualifier: [] },
        items: plan.type.labels.map((value) => ({ kind: 'literal', type: 'string', value, charset: undefined })),
        negated: false,
      },
    })
  }
  return checks
}

/** A column of the expression whose values a stage may change. */
function changedIn(expression: Expression | undefined, planned: readonly PlannedColumn[]): string | undefined {
  if (expression === undefined) return undefined
  let found: string | undefined
  renameColumns(expression, (name) => {
    const column = planned.find(({ plan }) => plan.from === name && plan.isMade !== true)
    if (column?.plan.changedBy !== undefined) found ??= name
    return name
  })
  return found
}

function isFraction({ type }: PlannedColumn['plan']): boolean {
  return type.kind === 'decimal' || type.kind === 'float32' || type.kind === 'float64'
}

/** No wider type tells that an unsigned number with a fraction is not negative: a check does. */
function notNegative(table: TableInfo, { native }: ColumnInfo, column: string): CheckInfo {
  return {
    name: `${table.name.name}_${column}_unsigned`,
    sql: native.text,
    enforced: true,
    expression: {
      kind: 'binary',
      operator: '>=',
      left: { kind: 'column', name: column, qualifier: [] },
      right: { kind: 'literal', type: 'number', text: '0' },
    },
  }
}
