import type { FinishStep, TableDefinition } from '../../../model/plan.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import { homeOf, type ObjectNames } from './names.ts'
import { onUpdateStatements } from './on-update.ts'
import { stepId } from './step-id.ts'
import { targetType } from './target-type.ts'

/** What is made beside, by what it is, quoted: where it is, and its name in the schema where it goes. */
interface Moved {
  readonly kind: 'TABLE' | 'TYPE' | 'FUNCTION'
  readonly from: string
  readonly schema: string
  readonly to: string
}

/**
 * Puts tables that were made beside others in their places, all in one transaction: drops those that are there, with enum
 * types and trigger functions of the names that are needed, and moves the new ones with all that belongs to them. Never
 * CASCADE. What must not be gone with them is looked for before: see `lockPlaces`. Undefined where no table has a `home`.
 */
export function swapStep(tables: readonly TableDefinition[], names: ObjectNames): FinishStep | undefined {
  const moving = tables.filter(({ home }) => home !== undefined)
  const [first] = moving
  if (first === undefined) return undefined
  const moved = movedBy(tables, names)
  const ofKind = (kind: Moved['kind']): string => listOf(moved, kind, ({ to }) => to)
  return {
    id: stepId('swap', homeOf(first), first.name.name),
    phase: 6,
    kind: 'swap',
    name: first.name.name,
    table: homeOf(first),
    places: moving.map((table) => ({ ...homeOf(table), isTaken: table.replaces === true })),
    statements: [
      // One statement, since they may refer to each other.
      `DROP TABLE IF EXISTS ${ofKind('TABLE')}`,
      ...moved.filter(({ kind }) => kind === 'FUNCTION').map(({ to }) => dropTriggerFunction(to)),
      ...(ofKind('TYPE') === '' ? [] : [`DROP TYPE IF EXISTS ${ofKind('TYPE')}`]),
      ...moved.map(({ kind, from, schema }) => `ALTER ${kind} ${from} SET SCHEMA ${schema}`),
      ...schemasOf(tables).map(dropEmptySchema),
    ],
  }
}

/** That of a trigger that went with its table, or one that nothing uses. A function of another kind stays, and is in the way. */
function dropTriggerFunction(name: string): string {
  const body = `BEGIN
  IF (SELECT prorettype = 'trigger'::regtype FROM pg_catalog.pg_proc WHERE oid = to_regprocedure(${quoteLiteral(name).trim()})) THEN
    DROP FUNCTION ${name};
  END IF;
END`
  return `DO ${quoteLiteral(body).trim()}`
}

function listOf(moved: readonly Moved[], kind: Moved['kind'], nameOf: (one: Moved) => string): string {
  return moved
    .filter((one) => one.kind === kind)
    .map(nameOf)
    .join(', ')
}

/** A table's keys, indexes and triggers go with it, and its identities' sequences; types and triggers' functions do not. */
function movedBy(tables: readonly TableDefinition[], names: ObjectNames): readonly Moved[] {
  const moved = new Map<string, Moved>()
  const add = (kind: Moved['kind'], schema: string, home: string, name: string): void => {
    const brackets = kind === 'FUNCTION' ? '()' : ''
    const from = `${quoteQualified({ schema, name })}${brackets}`
    const to = `${quoteQualified({ schema: home, name })}${brackets}`
    // Columns that a foreign key joins share a type.
    moved.set(`${kind} ${from}`, { kind, from, schema: quoteName(home), to })
  }
  for (const table of tables) {
    const { home } = table
    if (home === undefined) continue
    const { schema, name } = table.name
    for (const type of table.enumTypes) add('TYPE', type.name.schema, type.home ?? type.name.schema, type.name.name)
    add('TABLE', schema, home, name)
    for (const column of table.columns) {
      const type = targetType(column.type, table.enumTypes)
      if (onUpdateStatements(table, column, type, '') !== undefined)
        add('FUNCTION', schema, home, names.trigger(table, column.name))
    }
  }
  return [...moved.values()]
}

function schemasOf(tables: readonly TableDefinition[]): readonly string[] {
  return [...new Set(tables.filter(({ home }) => home !== undefined).map(({ name }) => name.schema))]
}

/** Another run may have tables there. */
function dropEmptySchema(schema: string): string {
  const name = quoteLiteral(schema).trim()
  const body = `BEGIN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_namespace AS n WHERE n.nspname = ${name} AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend AS d WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid)
  ) THEN
    DROP SCHEMA ${quoteName(schema)};
  END IF;
EXCEPTION WHEN dependent_objects_still_exist THEN
  NULL;
END`
  return `DO ${quoteLiteral(body).trim()}`
}
