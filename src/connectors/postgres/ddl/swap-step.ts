import type { FinishStep, TableDefinition } from '../../../model/plan.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import { homeOf, type ObjectNames } from './names.ts'
import { hasOnUpdate, loadingSetting } from './on-update.ts'
import { stepId } from './step-id.ts'

/** What is made beside, quoted, and the schema where it goes. */
interface Moved {
  readonly kind: 'TABLE' | 'TYPE' | 'FUNCTION'
  readonly from: string
  readonly schema: string
}

/**
 * Puts tables that were made beside others in their places, all in one transaction: drops those that are there, and moves
 * the new ones with all that belongs to them. Never CASCADE; where a name is taken by something else, nothing is moved. What must not be gone with them is looked for before: see `lockPlaces`. Undefined where no table has a `home`.
 */
export function swapStep(tables: readonly TableDefinition[], names: ObjectNames): FinishStep | undefined {
  const moving = tables.filter(({ home }) => home !== undefined)
  const [first] = moving
  if (first === undefined) return undefined
  const moved = movedBy(tables, names)
  return {
    id: stepId('swap', homeOf(first), first.name.name),
    phase: 6,
    kind: 'swap',
    name: first.name.name,
    table: homeOf(first),
    places: moving.map((table) => ({ ...homeOf(table), isTaken: table.replaces === true })),
    statements: [
      dropReplaced(moving.map((table) => quoteQualified(homeOf(table)))),
      ...moved.map(({ kind, from, schema }) => `ALTER ${kind} ${from} SET SCHEMA ${schema}`),
      ...schemasOf(tables).map(dropEmptySchema),
    ],
  }
}

/**
 * Drops the tables, in one statement, since they may refer to each other; then the enum types of their columns and the
 * functions of their ON UPDATE triggers, but for those that something else uses.
 */
function dropReplaced(tables: readonly string[]): string {
  const ids = tables.map((table) => `to_regclass(${quoteLiteral(table).trim()})`).join(', ')
  const body = `DECLARE
  own text[];
  statement text;
BEGIN
  SELECT array_agg(d.statement) INTO own FROM (
    SELECT format('DROP FUNCTION %s', g.tgfoid::regprocedure) AS statement FROM pg_catalog.pg_trigger AS g
    WHERE g.tgrelid IN (${ids}) AND NOT g.tgisinternal AND position('${loadingSetting}' IN pg_catalog.pg_get_triggerdef(g.oid)) > 0
    UNION
    SELECT format('DROP TYPE %s', e.oid::regtype) FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_type AS e ON e.oid = a.atttypid AND e.typtype = 'e'
    WHERE a.attrelid IN (${ids}) AND a.attnum > 0 AND NOT a.attisdropped
  ) AS d;
  DROP TABLE IF EXISTS ${tables.join(', ')};
  FOREACH statement IN ARRAY COALESCE(own, '{}') LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL;
    END;
  END LOOP;
END`
  return `DO ${quoteLiteral(body).trim()}`
}

/** A table's keys, indexes and triggers go with it, and its identities' sequences; types and triggers' functions do not. */
function movedBy(tables: readonly TableDefinition[], names: ObjectNames): readonly Moved[] {
  const moved = new Map<string, Moved>()
  const add = (kind: Moved['kind'], schema: string, home: string, name: string): void => {
    const brackets = kind === 'FUNCTION' ? '()' : ''
    const from = `${quoteQualified({ schema, name })}${brackets}`
    // Columns that a foreign key joins share a type.
    moved.set(`${kind} ${from}`, { kind, from, schema: quoteName(home) })
  }
  for (const table of tables) {
    const { home } = table
    if (home === undefined) continue
    const { schema, name } = table.name
    for (const type of table.enumTypes) add('TYPE', type.name.schema, type.home ?? type.name.schema, type.name.name)
    add('TABLE', schema, home, name)
    for (const column of table.columns.filter((one) => hasOnUpdate(table, one))) {
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
