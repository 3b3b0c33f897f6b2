import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { keepsRows, type OutputPlan, type WriteMode } from '../model/plan.ts'
import { isSameName, type QualifiedName } from '../model/relation.ts'

/** What is done with triggers of tables that are there: they fire, or are switched off during the load. */
export type TriggerChoice = 'keep' | 'disable'

/** A table of the run that is there. */
export interface PresentTable {
  readonly mode: WriteMode
  readonly existing: ExistingTable
}

/**
 * The target is not surprised (law 10): tables that have rows are refused unless the pipeline says what to do with them.
 *
 * @param existingOf The table that is there in the place of a planned one
 * @throws TL_T307 that names the first of them, and how many there are
 */
export function assertEmpty(
  target: Target,
  tables: readonly OutputPlan[],
  existingOf: (table: OutputPlan) => ExistingTable | undefined,
): void {
  const full = tables.filter((table) => table.mode === 'create' && existingOf(table)?.isEmpty === false)
  const [first] = full
  if (first === undefined) return
  const others = full.length === 1 ? '' : ` (and ${full.length - 1} more)`
  throw new TransloadError('TL_T307', { table: `${target.quoteName(first.table.name)}${others}` })
}

/**
 * A table that is there has to be able to take what is sent.
 *
 * @param present Tables of the run that are there
 * @throws TL_T308, TL_C110
 */
export function assertTargetTakes(
  target: Target,
  table: OutputPlan,
  existing: ExistingTable | undefined,
  present: readonly PresentTable[],
  triggers: TriggerChoice | undefined,
): void {
  const shown = target.quoteName(table.table.name)
  if (table.mode === 'replace') return assertEncodable(target, table, shown)
  if (existing === undefined) {
    if (table.mode === 'create') return assertEncodable(target, table, shown)
    throw new TransloadError('TL_T308', {
      table: shown,
      reason: `it is not there, and mode is ${table.mode}`,
      cure: 'Leave mode out to have it made.',
    })
  }
  if (table.mode === 'merge') assertMayMerge(table, existing, shown)
  if (existing.triggers.length > 0 && triggers === undefined) {
    throw new TransloadError('TL_C110', { table: shown, triggers: existing.triggers.join(', ') })
  }
  if (table.mode === 'truncate') {
    const kept = present.filter(({ mode }) => keepsRows(mode) || mode === 'replace')
    assertMayEmpty(existing, kept, shown)
  }
  assertColumnsFit(table, existing, shown)
  assertEncodable(target, table, shown)
}

function assertMayMerge(table: OutputPlan, existing: ExistingTable, shown: string): void {
  const written = new Set(table.writes.flatMap((write) => write.columns.map((column) => column.name)))
  const missing = existing.primaryKey.filter((name) => !written.has(name))
  if (existing.primaryKey.length > 0 && missing.length === 0) return
  throw new TransloadError('TL_T308', {
    table: shown,
    reason:
      missing.length > 0
        ? `mode is merge, and nothing fills ${missing.join(', ')} of its primary key`
        : 'mode is merge, and it has no primary key to merge by',
    cure: 'Give it a primary key of columns that the source has, or use append.',
  })
}

/** `truncate` never cascades: a table that refers to this one and keeps its rows keeps it from being emptied. */
function assertMayEmpty({ name, dependents }: ExistingTable, kept: readonly PresentTable[], shown: string): void {
  const outside = dependents.filter((dependent) => dependent.startsWith('foreign key'))
  const inside = keysTo(name, kept)
  const [referring, where] =
    outside.length > 0 ? [outside, 'is outside the run'] : [inside, 'keeps its rows, or is replaced only at the end']
  if (referring.length === 0) return
  throw new TransloadError('TL_T308', {
    table: shown,
    reason: `mode is truncate, and it is referred to from a table that ${where}: ${referring.join(', ')}`,
    cure: 'Truncate the other table in the same run, replace both, or empty this one by hand.',
  })
}

/** Foreign keys of the tables that refer to this one, for people. */
export function keysTo(name: QualifiedName, tables: readonly PresentTable[]): readonly string[] {
  return tables.flatMap(({ existing }) =>
    existing.foreignKeys
      .filter(({ references }) => isSameName(references, name))
      .map((key) => `foreign key ${key.name} of ${existing.name.schema}.${existing.name.name}`),
  )
}

function assertColumnsFit(table: OutputPlan, existing: ExistingTable, shown: string): void {
  const written = new Set(table.writes.flatMap((write) => write.columns.map((column) => column.name)))
  const missing = [...written].filter((name) => !existing.columns.some((column) => column.name === name))
  if (missing.length > 0) {
    throw new TransloadError('TL_T308', {
      table: shown,
      reason: `it has no column ${missing.join(', ')}`,
      cure: 'Add the column, rename it (columns: {NAME: {to: …}}), or leave it out (columns: {NAME: {drop: true}}).',
    })
  }
  const generated = existing.columns.filter((column) => written.has(column.name) && column.generated)
  if (generated.length > 0) {
    throw new TransloadError('TL_T308', {
      table: shown,
      reason: `it makes ${generated.map((column) => column.name).join(', ')} itself (GENERATED)`,
      cure: 'Leave the column out (columns: {NAME: {drop: true}}), or rename it (columns: {NAME: {to: …}}).',
    })
  }
  const unfilled = existing.columns.filter((column) => {
    return !written.has(column.name) && !column.nullable && !column.hasDefault && !column.generated && !column.identity
  })
  if (unfilled.length === 0) return
  throw new TransloadError('TL_T308', {
    table: shown,
    reason: `nothing fills its column ${unfilled.map((column) => column.name).join(', ')}, which is NOT NULL without a default`,
    cure: 'Give the column a default, or let it be NULL.',
  })
}

function assertEncodable(target: Target, table: OutputPlan, shown: string): void {
  const enums = new Set(table.table.enumTypes.map((type) => target.quoteName(type.name)))
  const reasons = table.columns.flatMap(({ type, targetType, to }) => {
    const reason = enums.has(targetType) ? undefined : target.cannotEncode(type, targetType)
    return reason === undefined ? [] : [`${to} is ${targetType}: ${reason}`]
  })
  if (reasons.length === 0) return
  throw new TransloadError('TL_T308', {
    table: shown,
    reason: reasons.join('; '),
    cure: 'Choose another type (columns: {NAME: {type: …}}), or leave the column out.',
  })
}
