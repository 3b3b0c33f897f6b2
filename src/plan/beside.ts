import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { OutputPlan, TableDefinition } from '../model/plan.ts'
import type { QualifiedName } from '../model/relation.ts'
import { tableId } from './table-id.ts'

/**
 * The tables of `mode: replace` as they are made beside those that are there, under the same names in another schema.
 * Foreign keys between them, and to them from tables that are made new, refer to where they are now: they move along.
 */
export class Beside {
  readonly #target: Target
  readonly #replaced: ReadonlySet<string>
  readonly #isThere: (name: QualifiedName) => boolean

  /** @throws TL_T308 where a table that is made in its place has an enum type in common with one that is made beside */
  constructor(target: Target, tables: readonly OutputPlan[], isThere: (name: QualifiedName) => boolean) {
    this.#target = target
    this.#isThere = isThere
    const replaced = tables.filter(({ mode }) => mode === 'replace')
    this.#replaced = new Set(replaced.map(({ table }) => tableId(table.name)))
    const types = new Set(replaced.flatMap(({ table }) => table.enumTypes.map(({ name }) => tableId(name))))
    for (const { mode, table } of tables) {
      const shared = mode === 'create' ? table.enumTypes.find(({ name }) => types.has(tableId(name))) : undefined
      if (shared === undefined) continue
      throw new TransloadError('TL_T308', {
        table: target.quoteName(table.name),
        reason: `it has the type ${target.quoteName(shared.name)} in common with a table of mode replace`,
        cure: 'Give both the same mode.',
      })
    }
  }

  /** How the table is made, wherever that is. */
  definition({ mode, table }: OutputPlan): TableDefinition {
    const foreignKeys = table.foreignKeys.map((key) => {
      return this.#replaced.has(tableId(key.references)) ? { ...key, references: this.#move(key.references) } : key
    })
    if (mode !== 'replace') return { ...table, foreignKeys }
    const types = new Map(
      table.enumTypes.map(({ name }) => [this.#target.quoteName(name), this.#target.quoteName(this.#move(name))]),
    )
    return {
      ...table,
      name: this.#move(table.name),
      home: table.name.schema,
      replaces: this.#isThere(table.name),
      columns: table.columns.map((column) => ({ ...column, type: types.get(column.type) ?? column.type })),
      enumTypes: table.enumTypes.map((type) => ({ ...type, name: this.#move(type.name), home: type.name.schema })),
      foreignKeys,
    }
  }

  /** The table as the run writes it: into the one beside, where there is one. */
  planned<T extends OutputPlan>(table: T): T {
    if (table.mode !== 'replace') return table
    const beside = this.definition(table)
    return { ...table, beside, writes: table.writes.map((write) => ({ ...write, to: beside.name })) }
  }

  #move({ schema, name }: QualifiedName): QualifiedName {
    return { schema: this.#target.schemaBeside(schema), name }
  }
}
