import type { FinishStep, NotCarried, TableDefinition } from '../../../model/plan.ts'
import type { CheckInfo, ForeignKeyInfo, QualifiedName, ReferentialAction } from '../../../model/relation.ts'
import { renderCheck } from '../expression.ts'
import { quoteName, quoteQualified } from '../quote.ts'
import type { CarriedSteps } from './carried-steps.ts'
import { type ColumnTypes, columnTypes } from './column-types.ts'
import { isComparable } from './comparable.ts'
import { fullName, homeOf, type ObjectNames } from './names.ts'
import { stepId } from './step-id.ts'

/**
 * A check, added NOT VALID in phase 2 and validated in phase 3: rows that break it show as counted violations, never as
 * a table that could not be finished.
 */
export function checkSteps(
  table: TableDefinition,
  check: CheckInfo,
  names: ObjectNames,
  types: ColumnTypes,
): CarriedSteps {
  const note = (kind: string, reason: string): NotCarried => ({
    kind,
    name: fullName(table, check.name),
    reason,
    sql: check.sql,
  })
  if (!check.enforced) return { steps: [], notCarried: [note('check', 'the source does not enforce it')] }
  const rendered = renderCheck(check.expression, types)
  if ('reason' in rendered) return { steps: [], notCarried: [note('check', rendered.reason)] }
  // The column's own type sees to it.
  if (rendered.isAlwaysTrue) return { steps: [], notCarried: [] }
  const name = names.constraint(table, 'check', check.name)
  const statement = `ADD CONSTRAINT ${quoteName(name)} CHECK (${rendered.sql}) NOT VALID`
  return {
    steps: [addStep(table.name, 'check', name, statement), validateStep(table.name, name)],
    notCarried: rendered.caveats.map((caveat) => note('check in part', caveat)),
  }
}

/** A foreign key, added NOT VALID in phase 2, which holds for new rows, and validated in phase 3. */
export function foreignKeySteps(
  table: TableDefinition,
  key: ForeignKeyInfo,
  tables: ReadonlyMap<string, TableDefinition>,
  names: ObjectNames,
): CarriedSteps {
  const reason = whyNotReferable(table, key, tables)
  if (reason !== undefined) {
    return {
      steps: [],
      notCarried: [{ kind: 'foreign key', name: fullName(table, key.name), reason, sql: describe(key) }],
    }
  }
  const name = names.constraint(table, 'foreign key', key.name)
  const actions = `${action('UPDATE', key.onUpdate)}${action('DELETE', key.onDelete)}`
  const statement =
    `ADD CONSTRAINT ${quoteName(name)} FOREIGN KEY (${list(key.columns)})` +
    ` REFERENCES ${quoteQualified(key.references)} (${list(key.referencedColumns)})${actions} NOT VALID`
  return {
    steps: [addStep(table.name, 'foreign key', name, statement), validateStep(table.name, name)],
    notCarried: [],
  }
}

export function tableKey(name: QualifiedName): string {
  return JSON.stringify([name.schema, name.name])
}

function addStep(table: QualifiedName, kind: 'check' | 'foreign key', name: string, statement: string): FinishStep {
  const statements = [`ALTER TABLE ${quoteQualified(table)} ${statement}`]
  return { id: stepId(kind, table, name), phase: 2, kind, name, table, statements }
}

function validateStep(table: QualifiedName, name: string): FinishStep {
  return {
    id: stepId('validate', table, name),
    phase: 3,
    kind: 'validate',
    name,
    table,
    statements: [`ALTER TABLE ${quoteQualified(table)} VALIDATE CONSTRAINT ${quoteName(name)}`],
  }
}

/** PostgreSQL wants a unique key over exactly the columns referred to; InnoDB takes any index, or the start of one. */
function whyNotReferable(
  table: TableDefinition,
  key: ForeignKeyInfo,
  tables: ReadonlyMap<string, TableDefinition>,
): string | undefined {
  const parent = tables.get(tableKey(key.references))
  const { schema, name } = parent === undefined ? key.references : homeOf(parent)
  const parentName = `${schema}.${name}`
  if (!parent) return `it refers to ${parentName}, which this run does not make`
  const wanted = key.referencedColumns.toSorted().join('\u0000')
  const keys = [
    ...(parent.primaryKey ? [parent.primaryKey.columns] : []),
    ...parent.indexes
      .filter((index) => index.unique && index.parts.every((part) => part.prefixLength === undefined))
      .map((index) => index.parts.map((part) => part.column ?? '\u0000')),
  ]
  if (!keys.some((columns) => columns.toSorted().join('\u0000') === wanted)) {
    return `it refers to columns of ${parentName} that are not together a unique key, which PostgreSQL asks for`
  }
  return whyNotComparable(columnTypes(table), columnTypes(parent), key)
}

function whyNotComparable(child: ColumnTypes, parent: ColumnTypes, key: ForeignKeyInfo): string | undefined {
  for (const [i, column] of key.columns.entries()) {
    const type = child(column)
    const other = parent(key.referencedColumns[i] ?? '')
    if (type === undefined || other === undefined || isComparable(type, other)) continue
    return `${column} is ${type.text}, which PostgreSQL does not compare with the ${other.text} that it refers to`
  }
  return undefined
}

function action(event: 'UPDATE' | 'DELETE', what: ReferentialAction): string {
  return what === 'no action' ? '' : ` ON ${event} ${what.toUpperCase()}`
}

function describe(key: ForeignKeyInfo): string {
  const target = quoteQualified(key.references)
  return `FOREIGN KEY (${list(key.columns)}) REFERENCES ${target} (${list(key.referencedColumns)})`
}

function list(columns: readonly string[]): string {
  return columns.map(quoteName).join(', ')
}
