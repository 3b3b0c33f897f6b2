import type { FinishStep, TableDefinition } from '../../../model/plan.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import { homeOf, type ObjectNames } from './names.ts'
import { onUpdateStatements } from './on-update.ts'
import { stepId } from './step-id.ts'
import { targetType } from './target-type.ts'

/** How long the swap waits for sessions that use one of the tables, while others queue behind it, before it lets go. */
const patience = '2s'

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
 * CASCADE: what has come to depend on a table since the plan was made keeps it, and nothing is moved. Undefined where no
 * table has a `home`.
 */
export function swapStep(tables: readonly TableDefinition[], names: ObjectNames): FinishStep | undefined {
  const [first] = tables.filter(({ home }) => home !== undefined)
  if (first === undefined) return undefined
  const moved = movedBy(tables, names)
  const ofKind = (kind: Moved['kind']): string => listOf(moved, kind, ({ to }) => to)
  return {
    id: stepId('swap', homeOf(first), first.name.name),
    phase: 6,
    kind: 'swap',
    name: first.name.name,
    table: homeOf(first),
    statements: [
      `SET LOCAL lock_timeout = '${patience}'`,
      // One statement each, since they may refer to each other.
      ...kinds.filter((kind) => ofKind(kind) !== '').map((kind) => `DROP ${kind} IF EXISTS ${ofKind(kind)}`),
      ...moved.map(({ kind, from, schema }) => `ALTER ${kind} ${from} SET SCHEMA ${schema}`),
      ...schemasOf(tables).map(dropEmptySchema),
    ],
  }
}

/** Removes what was made beside, as far as it is there. */
export function removeBeside(tables: readonly TableDefinition[], names: ObjectNames): string[] {
  const moved = movedBy(tables, names)
  const ofKind = (kind: Moved['kind']): string => listOf(moved, kind, ({ from }) => from)
  return [
    ...kinds.filter((kind) => ofKind(kind) !== '').map((kind) => `DROP ${kind} IF EXISTS ${ofKind(kind)}`),
    ...schemasOf(tables).map(dropEmptySchema),
  ]
}

/** In the order in which they can be dropped. */
const kinds: readonly Moved['kind'][] = ['TABLE', 'FUNCTION', 'TYPE']

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
END`
  return `DO ${quoteLiteral(body).trim()}`
}
