import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { EnumType, TableDefinition } from '../model/plan.ts'
import type { QualifiedName } from '../model/relation.ts'
import type { PlannedTable } from './plan-table.ts'

/**
 * The tables of `mode: replace` as they are made beside those that are there, under the same names in another schema.
 * Foreign keys between them, and to them from tables that are made new, refer to where they are now: they move along.
 */
export class Beside {
  readonly #target: Target
  readonly #replaced: ReadonlySet<string>

  constructor(target: Target, tables: readonly PlannedTable[]) {
    this.#target = target
    const replaced = tables.filter(({ mode }) => mode === 'replace')
    this.#replaced = new Set(replaced.map(({ table }) => idOf(table.name)))
    const types = new Set(replaced.flatMap(({ table }) => table.enumTypes.map(({ name }) => idOf(name))))
    for (const { mode, table } of tables) {
      const shared = mode === 'create' ? table.enumTypes.find(({ name }) => types.has(idOf(name))) : undefined
      if (shared === undefined) continue
      throw new TransloadError('TL_T308', {
        table: target.quoteName(table.name),
        reason: `it has the type ${target.quoteName(shared.name)} in common with a table of mode replace`,
        cure: 'Give both the same mode.',
      })
    }
  }

  /** How the table is made, wherever that is. */
  definition({ mode, table }: PlannedTable): TableDefinition {
    const foreignKeys = table.foreignKeys.map((key) => {
      return this.#replaced.has(idOf(key.references)) ? { ...key, references: this.#move(key.references) } : key
    })
    if (mode !== 'replace') return { ...table, foreignKeys }
    const moved = table.enumTypes.map((type): EnumType => ({
      ...type,
      name: this.#move(type.name),
      home: type.name.schema,
    }))
    const types = new Map(
      table.enumTypes.map((type, i) => [this.#quote(type.name), this.#quote(moved[i]?.name ?? type.name)]),
    )
    return {
      ...table,
      name: this.#move(table.name),
      home: table.name.schema,
      columns: table.columns.map((column) => ({ ...column, type: types.get(column.type) ?? column.type })),
      enumTypes: moved,
      foreignKeys,
    }
  }

  /** The table as the run writes it: into the one beside, where there is one. */
  planned(table: PlannedTable): PlannedTable {
    if (table.mode !== 'replace') return table
    const beside = this.definition(table)
    return { ...table, beside, writes: table.writes.map((write) => ({ ...write, to: beside.name })) }
  }

  #move({ schema, name }: QualifiedName): QualifiedName {
    return { schema: this.#target.schemaBeside(schema), name }
  }

  #quote(name: QualifiedName): string {
    return this.#target.quoteName(name)
  }
}

function idOf({ schema, name }: QualifiedName): string {
  return JSON.stringify([schema, name])
}
