import { createHash } from 'node:crypto'
import type { TableDefinition } from '../../../model/plan.ts'
import type { QualifiedName } from '../../../model/relation.ts'

/** PostgreSQL cuts longer names in silence, so that two may become one. */
export const maxNameBytes = 63

export type ConstraintKind = 'check' | 'foreign key'

/** Final names of the indexes and constraints of the tables that are rendered together. */
export interface ObjectNames {
  /** Of a primary key and its index. */
  primaryKey(table: TableDefinition): string
  index(table: TableDefinition, name: string): string
  constraint(table: TableDefinition, kind: ConstraintKind, name: string): string
  /** Of a trigger's function: unique in the schema. */
  trigger(table: TableDefinition, column: string): string
}

/**
 * Gives every object a name that nothing else in its name space has: indexes share one with the tables and sequences of
 * their schema, constraints one per table.
 *
 * A table that is made beside another has the names that it would have in that one's place.
 *
 * A name that is unique is kept. Where several tables use one, every one of them becomes `table_name`, so that no name
 * hangs on the order of the tables; what is then still taken, or longer than 63 bytes, is cut between characters and
 * ends in a hash of where it comes from.
 */
export function nameObjects(tables: readonly TableDefinition[]): ObjectNames {
  const relations = new NameSpaces()
  const constraints = new NameSpaces()
  const triggers = new NameSpaces()
  const wanted = new Map<string, number>()
  const primaryKeyNames = new Map<string, string>()
  const indexNames = new Map<string, string>()
  const constraintNames = new Map<string, string>()
  const triggerNames = new Map<string, string>()
  const sorted = [...tables].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

  for (const table of sorted) {
    const { schema } = homeOf(table)
    relations.reserve(schema, table.name.name)
    for (const column of table.columns) {
      if (column.identity) relations.reserve(schema, `${table.name.name}_${column.name}_seq`)
    }
    for (const name of relationNames(table)) {
      const key = JSON.stringify([schema, name])
      wanted.set(key, (wanted.get(key) ?? 0) + 1)
    }
  }
  for (const table of sorted) {
    const home = homeOf(table)
    const own = JSON.stringify(home)
    const { schema } = home
    const takeRelation = (name: string, slot: string): string => {
      const isShared = (wanted.get(JSON.stringify([schema, name])) ?? 0) > 1
      const long = `${table.name.name}_${name}`
      return relations.take(schema, isShared ? [long] : [name, long], [own, slot, name])
    }
    if (table.primaryKey) {
      const name = takeRelation(primaryKeyName(table), 'primary key')
      constraints.reserve(own, name)
      primaryKeyNames.set(keyOf(table), name)
    }
    for (const { name } of table.indexes) indexNames.set(keyOf(table, name), takeRelation(name, 'index'))
    const nameConstraints = (kind: ConstraintKind, named: readonly { readonly name: string }[]): void => {
      for (const { name } of named) {
        constraintNames.set(keyOf(table, `${kind} ${name}`), constraints.take(own, [name], [own, kind, name]))
      }
    }
    nameConstraints('foreign key', table.foreignKeys)
    nameConstraints('check', table.checks)
    for (const { name } of table.columns.filter((column) => column.onUpdateNow !== undefined)) {
      const preferred = `${table.name.name}_${name}_on_update`
      triggerNames.set(keyOf(table, name), triggers.take(schema, [preferred], [own, 'trigger', name]))
    }
  }
  const find = (names: ReadonlyMap<string, string>, table: TableDefinition, name: string): string =>
    names.get(keyOf(table, name)) ?? name
  return {
    primaryKey: (table) => primaryKeyNames.get(keyOf(table)) ?? primaryKeyName(table),
    index: (table, name) => find(indexNames, table, name),
    constraint: (table, kind, name) => constraintNames.get(keyOf(table, `${kind} ${name}`)) ?? name,
    trigger: (table, column) => find(triggerNames, table, column),
  }
}

/** Cuts after whole characters, so that what is left has at most `maxBytes` bytes of UTF-8. */
export function cutName(name: string, maxBytes: number): string {
  let bytes = 0
  let cut = ''
  for (const character of name) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) return cut
    cut += character
  }
  return cut
}

/** Cut like any other name, where it is long. */
export function schemaBeside(schema: string): string {
  return new NameSpaces().take('', [`_transload_${schema}`], [schema])
}

/** MySQL calls every primary key PRIMARY; here its index needs a name of its own. */
function primaryKeyName(table: TableDefinition): string {
  const name = table.primaryKey?.name ?? ''
  return name === '' || name.toUpperCase() === 'PRIMARY' ? `${table.name.name}_pkey` : name
}

function relationNames(table: TableDefinition): readonly string[] {
  const indexes = table.indexes.map((index) => index.name)
  return table.primaryKey ? [primaryKeyName(table), ...indexes] : indexes
}

/** Where the table is in the end: its objects go there with it, and need names that are free there. */
export function homeOf({ name, home }: TableDefinition): QualifiedName {
  return { schema: home ?? name.schema, name: name.name }
}

/** For people: of a column or constraint, where it is in the end. */
export function fullName(table: TableDefinition, name: string): string {
  const home = homeOf(table)
  return `${home.schema}.${home.name}.${name}`
}

function keyOf(table: TableDefinition, name?: string): string {
  const home = homeOf(table)
  return JSON.stringify(name === undefined ? [home.schema, home.name] : [home.schema, home.name, name])
}

class NameSpaces {
  readonly #taken = new Set<string>()

  reserve(space: string, name: string): void {
    this.#taken.add(JSON.stringify([space, name]))
  }

  take(space: string, preferred: readonly string[], origin: readonly string[]): string {
    const hash = createHash('sha256').update(JSON.stringify(origin)).digest('hex').slice(0, 8)
    const last = preferred.at(-1) ?? ''
    const hashed = `${cutName(last, maxNameBytes - hash.length - 1)}_${hash}`
    const name = [...preferred.filter((one) => Buffer.byteLength(one) <= maxNameBytes), hashed].find(
      (one) => !this.#taken.has(JSON.stringify([space, one])),
    )
    const found = name ?? hashed
    this.reserve(space, found)
    return found
  }
}
