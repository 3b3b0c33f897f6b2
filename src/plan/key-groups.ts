import type { QualifiedName } from '../model/relation.ts'
import type { SelectedTable } from './select-tables.ts'
import { mergedColumn, type NamingRequest } from './target-names.ts'

/**
 * Columns that foreign keys join, and those that become one in a table that several are merged in: they share one
 * decision, or the key could not be made, or the column.
 */
export class KeyGroups {
  readonly #parent = new Map<string, string>()

  constructor(tables: readonly SelectedTable[], request: NamingRequest) {
    for (const { table } of tables) {
      for (const key of table.foreignKeys) {
        for (const [i, column] of key.columns.entries()) {
          const referenced = key.referencedColumns[i]
          if (referenced !== undefined) this.#join(this.idOf(table.name, column), this.idOf(key.references, referenced))
        }
      }
    }
    const merged = new Map<string, string>()
    for (const selected of tables) {
      for (const { name } of selected.table.columns) {
        const place = mergedColumn(selected, name, tables, request)
        if (place === undefined) continue
        const id = this.idOf(selected.table.name, name)
        const first = merged.get(place)
        if (first === undefined) merged.set(place, id)
        else this.#join(id, first)
      }
    }
  }

  /** The same for all columns of one group: the id of the column that all others refer to, where there is one. */
  groupOf(table: QualifiedName, column: string): string {
    return this.#root(this.idOf(table, column))
  }

  idOf(table: QualifiedName, column: string): string {
    return `${table.schema}\u0000${table.name}\u0000${column}`
  }

  #root(id: string): string {
    let root = id
    for (let next = this.#parent.get(root); next !== undefined; next = this.#parent.get(root)) root = next
    return root
  }

  #join(a: string, b: string): void {
    const x = this.#root(a)
    const y = this.#root(b)
    if (x !== y) this.#parent.set(x, y)
  }
}
