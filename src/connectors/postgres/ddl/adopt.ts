import type { AdoptedTable, ExistingTable, RenderedTable } from '../../../contract/target.ts'
import type { FinishStep } from '../../../model/plan.ts'
import { quoteName, quoteQualified } from '../quote.ts'
import { sequenceStatement } from './sequence-step.ts'
import { stepId } from './step-id.ts'

/**
 * How tables that are there are loaded as they are.
 *
 * A table that is loaded whole (empty, or emptied first) has its foreign keys dropped before and made again after, NOT
 * VALID and then validated: rows then come in any order, and cycles do not matter. Tables that keep their rows keep
 * their foreign keys too. Triggers are switched off only where the user said so. Everything that was set aside can be
 * brought back by `restore`, which does nothing where it is there already.
 */
export function adoptTables(tables: readonly AdoptedTable[]): RenderedTable {
  const prepare: string[] = []
  const restore: string[] = []
  const finish: FinishStep[] = []
  const whole = tables.filter(({ mode }) => mode === 'create' || mode === 'truncate')
  for (const { existing } of whole) {
    for (const key of existing.foreignKeys) {
      prepare.push(`ALTER TABLE ${quoteQualified(existing.name)} DROP CONSTRAINT ${quoteName(key.name)}`)
    }
  }
  const emptied = tables.filter(({ mode }) => mode === 'truncate').map(({ existing }) => quoteQualified(existing.name))
  // One statement, so that they may refer to each other; never CASCADE: what else refers to them is refused.
  if (emptied.length > 0) prepare.push(`TRUNCATE ${emptied.join(', ')}`)
  for (const { existing, disableTriggers } of tables) {
    if (!disableTriggers) continue
    for (const trigger of existing.triggers) {
      const alter = (verb: string): string =>
        `ALTER TABLE ${quoteQualified(existing.name)} ${verb} TRIGGER ${quoteName(trigger)}`
      prepare.push(alter('DISABLE'))
      restore.push(alter('ENABLE'))
      finish.push(step(existing, 4, 'trigger', trigger, alter('ENABLE')))
    }
  }
  const added = whole.filter(({ mode }) => mode === 'create').map(({ existing }) => quoteQualified(existing.name))
  // They were empty before: what the run has written is all there is in them.
  if (added.length > 0) restore.unshift(`TRUNCATE ${added.join(', ')}`)
  for (const { existing } of whole) {
    for (const key of existing.foreignKeys) {
      const [add, validate] = foreignKeySteps(existing, key)
      finish.push(add)
      if (key.validated) finish.push(validate)
      restore.push(addUnlessThere(existing, key))
    }
  }
  for (const { existing, counters } of tables) {
    for (const counter of counters) {
      finish.push(step(existing, 4, 'sequence', counter, sequenceStatement(existing.name, counter)))
    }
    finish.push(step(existing, 5, 'analyze', existing.name.name, `ANALYZE ${quoteQualified(existing.name)}`))
  }
  return { prepare, finish, restore, notCarried: [] }
}

type ForeignKey = ExistingTable['foreignKeys'][number]

function foreignKeySteps(table: ExistingTable, key: ForeignKey): [FinishStep, FinishStep] {
  const own = quoteQualified(table.name)
  return [
    step(
      table,
      2,
      'foreign key',
      key.name,
      `ALTER TABLE ${own} ADD CONSTRAINT ${quoteName(key.name)} ${notValid(key)}`,
    ),
    step(table, 3, 'validate', key.name, `ALTER TABLE ${own} VALIDATE CONSTRAINT ${quoteName(key.name)}`),
  ]
}

function notValid({ definition, validated }: ForeignKey): string {
  return validated ? `${definition} NOT VALID` : definition
}

function addUnlessThere(table: ExistingTable, key: ForeignKey): string {
  const own = quoteQualified(table.name)
  return `DO $body$
BEGIN
  ALTER TABLE ${own} ADD CONSTRAINT ${quoteName(key.name)} ${key.definition};
EXCEPTION WHEN duplicate_object THEN
  NULL;
END
$body$`
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
