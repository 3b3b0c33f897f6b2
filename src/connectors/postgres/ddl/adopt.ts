import type { AdoptedTable, ExistingForeignKey, ExistingTable, RenderedTable } from '../../../contract/target.ts'
import { type FinishStep, keepsRows } from '../../../model/plan.ts'
import { isSameName } from '../../../model/relation.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import { raiseSequence } from './sequence-step.ts'
import { stepId } from './step-id.ts'

/**
 * How tables that are there are loaded as they are.
 *
 * A table that is loaded whole (empty, or emptied first) has its foreign keys dropped before and made again after, NOT
 * VALID and then validated: rows then come in any order, and cycles do not matter. A key that was valid and that the
 * source has no equal of has to be valid again. Tables that keep their rows keep their foreign keys too. Triggers are
 * switched off only where the user said so. Sequences are never set back.
 *
 * `takeOut` takes the run's rows out of the tables that are loaded whole; `restore` brings back what was set aside, and does
 * nothing where it is there already.
 */
export function adoptTables(tables: readonly AdoptedTable[]): RenderedTable {
  const whole = tables.filter(({ mode }) => mode === 'create' || mode === 'truncate')
  const keys = whole.flatMap((table) => table.existing.foreignKeys.map((key) => ({ table, key })))
  const triggers = tables
    .filter((table) => table.disableTriggers)
    .flatMap(({ existing }) => existing.triggers.map((trigger) => ({ existing, trigger })))
  const emptied = whole.filter(({ mode }) => mode === 'truncate').map(({ existing }) => quoteQualified(existing.name))
  return {
    prepare: [
      ...keys.map(({ table, key }) => dropKey(table.existing, key)),
      // One statement, so that they may refer to each other; never CASCADE: what else refers to them is refused.
      ...(emptied.length > 0 ? [`TRUNCATE ${emptied.join(', ')}`] : []),
      ...triggers.map(({ existing, trigger }) => alterTrigger(existing, trigger, 'DISABLE')),
    ],
    finish: [
      ...keys.flatMap(({ table, key }) => foreignKeySteps(table, key)),
      ...triggers.map(({ existing, trigger }) => {
        return step(existing, 4, 'trigger', trigger, alterTrigger(existing, trigger, 'ENABLE'))
      }),
      ...tables.flatMap(({ existing, counters }) => [
        ...sequences(existing, counters),
        step(existing, 5, 'analyze', existing.name.name, `ANALYZE ${quoteQualified(existing.name)}`),
      ]),
    ],
    takeOut: [
      ...keys.map(({ table, key }) => dropKey(table.existing, key)),
      ...whole.map(({ existing }) => empty(existing, tables)),
    ],
    restore: [
      ...keys.map(({ table, key }) => bringBack(table.existing, key)),
      ...triggers.map(({ existing, trigger }) => alterTrigger(existing, trigger, 'ENABLE')),
    ],
    notCarried: [],
  }
}

/**
 * TRUNCATE is refused where another table refers to this one, even if no row does. DELETE is not, and so would take rows of
 * other tables with it, or change them, where their keys say so: then it is TRUNCATE that is asked for, and refused.
 */
function empty({ name, dependents }: ExistingTable, tables: readonly AdoptedTable[]): string {
  const isReferred =
    dependents.some((dependent) => dependent.startsWith('foreign key')) ||
    tables.some(({ existing, mode }) => {
      return keepsRows(mode) && existing.foreignKeys.some((key) => isSameName(key.references, name))
    })
  const table = quoteQualified(name)
  if (!isReferred) return `TRUNCATE ${table}`
  return block(`BEGIN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_constraint
    WHERE contype = 'f' AND confrelid = ${quoteLiteral(table)}::pg_catalog.regclass AND confdeltype NOT IN ('a', 'r')
  ) THEN
    TRUNCATE ${table};
  ELSE
    DELETE FROM ${table};
  END IF;
END`)
}

function dropKey(table: ExistingTable, key: ExistingForeignKey): string {
  return `ALTER TABLE ${quoteQualified(table.name)} DROP CONSTRAINT IF EXISTS ${quoteName(key.name)}`
}

function alterTrigger(table: ExistingTable, trigger: string, verb: 'ENABLE' | 'DISABLE'): string {
  return `ALTER TABLE ${quoteQualified(table.name)} ${verb} TRIGGER ${quoteName(trigger)}`
}

function foreignKeySteps({ existing, keysOfSource }: AdoptedTable, key: ExistingForeignKey): FinishStep[] {
  const add = step(existing, 2, 'foreign key', key.name, addKey(existing, key))
  if (!key.validated || !key.canWait) return [add]
  // Of the kind `validate` rows without a parent are no more than told; of the kind `foreign key` they are in the way.
  const kind = keysOfSource.includes(key.name) ? 'validate' : 'foreign key'
  const validate = step(existing, 3, kind, key.name, validateKey(existing, key))
  return [add, { ...validate, id: stepId('validate', existing.name, key.name) }]
}

function addKey(table: ExistingTable, { name, definition, validated, canWait }: ExistingForeignKey): string {
  const notValid = validated && canWait ? ' NOT VALID' : ''
  return `ALTER TABLE ${quoteQualified(table.name)} ADD CONSTRAINT ${quoteName(name)} ${definition}${notValid}`
}

function validateKey(table: ExistingTable, { name }: ExistingForeignKey): string {
  return `ALTER TABLE ${quoteQualified(table.name)} VALIDATE CONSTRAINT ${quoteName(name)}`
}

/** A key that the rows which are there do not allow comes back for new ones at least, where the server has such keys. */
function bringBack(table: ExistingTable, key: ExistingForeignKey): string {
  const validate = `
  BEGIN
    ${validateKey(table, key)};
  EXCEPTION WHEN foreign_key_violation THEN
    NULL;
  END;`
  return block(`BEGIN
  BEGIN
    ${addKey(table, key)};
  EXCEPTION WHEN duplicate_object THEN
    NULL;
  END;${key.validated && key.canWait ? validate : ''}
END`)
}

function block(body: string): string {
  return `DO ${quoteLiteral(body)}`
}

const integers: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint'])

function sequences(existing: ExistingTable, counters: readonly string[]): FinishStep[] {
  return existing.columns
    .filter((column) => counters.includes(column.name) && integers.has(column.type))
    .map(({ name }) => step(existing, 4, 'sequence', name, raiseSequence(existing.name, name)))
}

function step(
  table: ExistingTable,
  phase: number,
  kind: FinishStep['kind'],
  name: string,
  statement: string,
): FinishStep {
  return { id: stepId(kind, table.name, name), phase, kind, name, table: table.name, statements: [statement] }
}
