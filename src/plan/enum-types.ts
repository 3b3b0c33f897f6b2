import { createHash } from 'node:crypto'
import type { EnumType } from '../model/plan.ts'
import type { ColumnInfo, QualifiedName, TableInfo } from '../model/relation.ts'
import type { KeyGroups } from './key-groups.ts'
import { shorten } from './names.ts'
import type { SelectedTable } from './select-tables.ts'

export interface EnumTypesContext {
  /** Tables that are going to be made; those that are there have types of their own. */
  readonly tables: readonly SelectedTable[]
  readonly groups: KeyGroups
  readonly targetOf: (table: QualifiedName) => QualifiedName | undefined
  readonly columnName: (table: QualifiedName, column: string) => string
  readonly maxNameBytes: number
}

interface Member {
  readonly table: TableInfo
  readonly column: ColumnInfo
}

/**
 * One enum type per column, named `table_column`, but for columns that foreign keys join: two enum types are never
 * compared, so those with the same labels share the type of the one that is referred to.
 *
 * A table has a type of its own name, and `a_b.c` asks for the same name as `a.b_c`: a name that is taken gets a hash of
 * where it comes from. Names are the same in every run, as long as the tables come in the same order.
 */
export class EnumTypes {
  readonly #context: EnumTypesContext
  readonly #members = new Map<string, Member[]>()
  readonly #types = new Map<string, EnumType>()
  readonly #taken = new Set<string>()

  constructor(context: EnumTypesContext) {
    this.#context = context
    for (const { table } of context.tables) {
      const to = context.targetOf(table.name)
      if (to !== undefined) this.#taken.add(idOf(to.schema, to.name))
      for (const column of table.columns) this.#add({ table, column })
    }
  }

  #add(member: Member): void {
    const { table, column } = member
    if (column.native.labels === undefined) return
    const { groups } = this.#context
    const group = groups.groupOf(table.name, column.name)
    const members = this.#members.get(group) ?? []
    // What the others refer to comes first.
    if (group === groups.idOf(table.name, column.name)) members.unshift(member)
    else members.push(member)
    this.#members.set(group, members)
  }

  typeOf(table: TableInfo, column: ColumnInfo): EnumType {
    const labels = column.native.labels ?? []
    const group = this.#members.get(this.#context.groups.groupOf(table.name, column.name)) ?? []
    const owner = group.find((member) => isSame(member.column.native.labels ?? [], labels)) ?? { table, column }
    const id = this.#context.groups.idOf(owner.table.name, owner.column.name)
    const known = this.#types.get(id)
    if (known !== undefined) return known
    const type = { name: this.#nameFor(owner), labels }
    this.#types.set(id, type)
    return type
  }

  #nameFor({ table, column }: Member): QualifiedName {
    const { targetOf, columnName, maxNameBytes } = this.#context
    const { schema, name } = targetOf(table.name) ?? table.name
    const wanted = `${name}_${columnName(table.name, column.name)}`
    const plain = shorten(wanted, maxNameBytes)
    const hash = createHash('sha256').update(idOf(name, column.name)).digest('hex').slice(0, 8)
    const found = this.#taken.has(idOf(schema, plain)) ? shorten(`${plain}_${hash}`, maxNameBytes) : plain
    this.#taken.add(idOf(schema, found))
    return { schema, name: found }
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i])
}

function idOf(schema: string, name: string): string {
  return `${schema}\u0000${name}`
}
