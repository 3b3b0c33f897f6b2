import type { RenderedTable } from '../../contract/target.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { EnumType, FinishStep, NotCarried, TableDefinition, TargetColumn } from '../../model/plan.ts'
import { type ColumnTypes, columnTypes } from './ddl/column-types.ts'
import { commentStep } from './ddl/comment-step.ts'
import { checkSteps, foreignKeySteps, tableKey } from './ddl/constraint-steps.ts'
import { defaultFor } from './ddl/default.ts'
import { indexSteps, primaryKeyStep } from './ddl/index-steps.ts'
import { fullName, nameObjects, type ObjectNames } from './ddl/names.ts'
import { onUpdateStatements, onUpdateStep } from './ddl/on-update.ts'
import { sequenceStep } from './ddl/sequence-step.ts'
import type { CarriedSteps } from './ddl/carried-steps.ts'
import { stepId } from './ddl/step-id.ts'
import { swapStep } from './ddl/swap-step.ts'
import { integerBits, targetType } from './ddl/target-type.ts'
import { renderGenerated } from './expression.ts'
import { quoteLiteral, quoteName, quoteQualified } from './quote.ts'

/**
 * How the tables are made and finished in PostgreSQL. Asks nothing of a server.
 *
 * Before the load: schemas, enum types, and tables with their columns, without a key. After it, in phases: 1 primary
 * keys and indexes · 2 checks and foreign keys, NOT VALID · 3 their validation · 4 sequences, comments, triggers ·
 * 5 ANALYZE · 6 tables that were made beside others take their places. Names of indexes and constraints are made unique and never longer than 63 bytes, the same in every run.
 *
 * What cannot be carried is listed with its reason and the source's own text. A `generated column` in the list is made
 * as a plain column, and so has to be *loaded*. A kind that ends in `in part` is carried, save for what the reason says.
 *
 * The tables are rendered together, since names are unique per schema and a foreign key needs its parent's unique key.
 */
export function renderTables(
  tables: readonly TableDefinition[],
  others: readonly TableDefinition[] = [],
): RenderedTable {
  const names = nameObjects([...tables, ...others])
  const byName = new Map(tables.map((table) => [tableKey(table.name), table]))
  const notCarried: NotCarried[] = []
  const create = tables.map((table) => createTable(table, notCarried))
  const finish = tables.flatMap((table) => finishTable(table, byName, names, notCarried))
  const swap = swapStep(tables, names)
  if (swap !== undefined) finish.push(swap)
  return {
    prepare: [...createSchemas(tables), ...createEnums(tables), ...create],
    finish: finish.toSorted((a, b) => a.phase - b.phase),
    takeOut: [],
    restore: [],
    notCarried,
  }
}

/** CREATE SCHEMA IF NOT EXISTS asks for the right to create one even where the schema is there: so this looks first. */
function createSchemas(tables: readonly TableDefinition[]): readonly string[] {
  const placed = tables.flatMap((table) => [table, ...table.enumTypes])
  const schemas = new Set(
    placed.flatMap(({ name, home }) => (home === undefined ? [name.schema] : [name.schema, home])),
  )
  schemas.delete('public')
  return [...schemas].map(
    (schema) => `DO $body$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ${quoteLiteral(schema).trim()}) THEN
    CREATE SCHEMA ${quoteName(schema)};
  END IF;
END
$body$`,
  )
}

function createEnums(tables: readonly TableDefinition[]): readonly string[] {
  const types = new Map<string, EnumType>()
  for (const type of tables.flatMap((table) => table.enumTypes)) {
    const known = types.get(tableKey(type.name))
    if (known && JSON.stringify(known.labels) !== JSON.stringify(type.labels)) {
      throw new TransloadError('TL_X901', { reason: `the plan has two enum types ${quoteQualified(type.name)}` })
    }
    types.set(tableKey(type.name), type)
  }
  return [...types.values()].map((type) => {
    const labels = type.labels.map((label) => quoteLiteral(label).trim())
    return `CREATE TYPE ${quoteQualified(type.name)} AS ENUM (${labels.join(', ')})`
  })
}

function createTable(table: TableDefinition, notCarried: NotCarried[]): string {
  const types = columnTypes(table)
  const columns = table.columns.map((column) => `  ${createColumn(table, column, types, notCarried)}`)
  return `CREATE TABLE ${quoteQualified(table.name)} (\n${columns.join(',\n')}\n)`
}

function createColumn(
  table: TableDefinition,
  column: TargetColumn,
  types: ColumnTypes,
  notCarried: NotCarried[],
): string {
  const type = targetType(column.type, table.enumTypes)
  const name = fullName(table, column.name)
  const parts = [quoteName(column.name), column.type]
  if (column.generated) {
    // One generated column may not build on another here.
    const plain: ColumnTypes = (other) => (generatedColumns(table).has(other) ? undefined : types(other))
    const rendered = renderGenerated(column.generated.expression, plain, type)
    if ('reason' in rendered) {
      const reason = `${rendered.reason}; it becomes a plain column`
      notCarried.push({ kind: 'generated column', name, reason, sql: column.generated.sql })
    } else {
      parts.push(`GENERATED ALWAYS AS (${rendered.sql}) STORED`)
      const { sql } = column.generated
      for (const reason of rendered.caveats) notCarried.push({ kind: 'generated column in part', name, reason, sql })
    }
  } else if (column.identity) {
    if (integerBits(column.type) === undefined) {
      notCarried.push({
        kind: 'identity',
        name,
        reason: `PostgreSQL has identities of integers only, not of ${column.type}`,
      })
    } else {
      parts.push('GENERATED BY DEFAULT AS IDENTITY')
    }
  } else if (column.default) {
    const rendered = defaultFor(column.default, type)
    if ('dropped' in rendered)
      notCarried.push({ kind: 'default', name, reason: rendered.dropped, sql: column.default.sql })
    else if (rendered.sql !== undefined) parts.push(`DEFAULT ${rendered.sql.trim()}`)
  }
  const isKey = table.primaryKey?.columns.includes(column.name) ?? false
  if (!column.nullable || isKey) parts.push('NOT NULL')
  return parts.join(' ')
}

function generatedColumns(table: TableDefinition): ReadonlySet<string> {
  return new Set(table.columns.filter((column) => column.generated).map((column) => column.name))
}

function finishTable(
  table: TableDefinition,
  tables: ReadonlyMap<string, TableDefinition>,
  names: ObjectNames,
  notCarried: NotCarried[],
): readonly FinishStep[] {
  const types = columnTypes(table)
  const steps: FinishStep[] = []
  const add = (step: FinishStep | undefined): void => {
    if (step) steps.push(step)
  }
  const addAll = (carried: CarriedSteps): void => {
    steps.push(...carried.steps)
    notCarried.push(...carried.notCarried)
  }
  add(primaryKeyStep(table, names))
  for (const index of table.indexes) {
    addAll(indexSteps(table, index, names, types))
  }
  for (const check of table.checks) addAll(checkSteps(table, check, names, types))
  for (const key of table.foreignKeys) addAll(foreignKeySteps(table, key, tables, names))
  for (const column of table.columns) {
    if (column.identity && integerBits(column.type) !== undefined)
      steps.push(sequenceStep(table, column, column.identityNext))
    if (column.onUpdateNow !== undefined) addOnUpdate(table, column, names, steps, notCarried)
  }
  add(commentStep(table))
  steps.push({
    id: stepId('analyze', table.name, table.name.name),
    phase: 5,
    kind: 'analyze',
    name: table.name.name,
    table: table.name,
    statements: [`ANALYZE ${quoteQualified(table.name)}`],
  })
  return steps
}

function addOnUpdate(
  table: TableDefinition,
  column: TargetColumn,
  names: ObjectNames,
  steps: FinishStep[],
  notCarried: NotCarried[],
): void {
  const type = targetType(column.type, table.enumTypes)
  const name = names.trigger(table, column.name)
  const statements = onUpdateStatements(table, column, type, name)
  if (statements) {
    steps.push(onUpdateStep(table, column.name, stepId('trigger', table.name, name), statements))
  } else {
    notCarried.push({
      kind: 'on update',
      name: fullName(table, column.name),
      reason: `ON UPDATE CURRENT_TIMESTAMP cannot set a column of type ${column.type}`,
      sql: 'ON UPDATE CURRENT_TIMESTAMP',
    })
  }
}
