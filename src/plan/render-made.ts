import type { AdoptedTable, ExistingTable, RenderedTable, Target } from '../contract/target.ts'
import type { TriggerChoice } from './assert-target.ts'
import { definedOnce, type OutputPlan, outputsOf } from '../model/plan.ts'
import { Beside } from './beside.ts'
import type { PlanScope } from './plan-identity.ts'
import { type PlannedTable, withoutGenerated } from './plan-table.ts'
import { isSameKey } from './same-key.ts'
import { tableId } from './table-id.ts'

interface MadeFor {
  readonly target: Target
  readonly scope: PlanScope
  readonly triggers?: TriggerChoice | undefined
}

interface Made {
  readonly tables: readonly PlannedTable[]
  readonly rendered: RenderedTable
}

/**
 * Statements for the tables that are to be made. A generated column that the target cannot generate becomes a plain one,
 * whose values are carried. Tables that are there keep their shape.
 *
 * @param existing Tables that are there and are loaded as they are
 * @param found All that are there, those that are replaced too
 */
export function renderMade(
  { target, scope, triggers }: MadeFor,
  planned: readonly PlannedTable[],
  existing: ReadonlyMap<string, ExistingTable>,
  found: ReadonlyMap<string, ExistingTable>,
): Made {
  const beside = new Beside(target, planned.flatMap(outputsOf), (name) => found.has(tableId(name)))
  const isMade = (table: OutputPlan): boolean => !existing.has(tableId(table.table.name))
  const render = (tables: readonly PlannedTable[]): RenderedTable => {
    const all = definedOnce(tables.flatMap(outputsOf))
    return target.render(
      all.filter(isMade).map((table) => beside.definition(table)),
      all.filter((table) => !isMade(table)).map(({ table }) => table),
    )
  }
  const first = render(planned)
  const plain = new Set(first.notCarried.filter((one) => one.kind === 'generated column').map((one) => one.name))
  const tables = planned.map((table) => {
    const { schema, name } = table.table.name
    return withoutGenerated(table, (column) => plain.has(`${schema}.${name}.${column}`))
  })
  const second = plain.size === 0 ? first : render(tables)
  const notCarried = [...first.notCarried.filter((one) => one.kind === 'generated column'), ...second.notCarried]
  const adopted =
    scope === 'schema' ? noStatements : target.adopt(adoptedTables(tables.flatMap(outputsOf), existing, triggers))
  return {
    tables: tables.map((table) => ({
      ...beside.planned(table),
      ...(table.others === undefined ? {} : { others: table.others.map((one) => beside.planned(one)) }),
    })),
    rendered: {
      prepare: [...second.prepare, ...adopted.prepare],
      finish: [...second.finish, ...adopted.finish].toSorted((a, b) => a.phase - b.phase),
      takeOut: adopted.takeOut,
      restore: adopted.restore,
      notCarried: plain.size === 0 ? first.notCarried : notCarried,
    },
  }
}

const noStatements: RenderedTable = { prepare: [], finish: [], takeOut: [], restore: [], notCarried: [] }

function adoptedTables(
  tables: readonly OutputPlan[],
  existing: ReadonlyMap<string, ExistingTable>,
  triggers: TriggerChoice | undefined,
): AdoptedTable[] {
  const adopted: AdoptedTable[] = []
  for (const [id, same] of Map.groupBy(tables, ({ table }) => tableId(table.name))) {
    const [table] = same
    const there = existing.get(id)
    if (table === undefined || there === undefined) continue
    const writes = same.flatMap((one) => one.writes)
    const written = new Set(writes.flatMap((write) => write.columns.map((column) => column.name)))
    const counters = there.columns
      .filter((column) => written.has(column.name) && (column.identity || column.hasDefault))
      .map((column) => column.name)
    const keysOfSource = there.foreignKeys
      .filter((key) => table.table.foreignKeys.some((one) => isSameKey(one, key)))
      .map((key) => key.name)
    adopted.push({ existing: there, mode: table.mode, counters, keysOfSource, disableTriggers: triggers === 'disable' })
  }
  return adopted
}
