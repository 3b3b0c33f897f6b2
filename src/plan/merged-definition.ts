import { isDeepStrictEqual } from 'node:util'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { IndexDefinition, NotCarried, TableDefinition, TargetColumn } from '../model/plan.ts'
import { type CheckInfo, type ForeignKeyInfo, isSameName } from '../model/relation.ts'
import { type MemberColumn, type MergedType, mergedType } from './merged-type.ts'
import type { PlannedTable } from './plan-table.ts'
import type { SelectedTable } from './select-tables.ts'
import { tableId } from './table-id.ts'

export interface DefinitionContext {
  readonly target: Pick<Target, 'quoteName'>
  readonly rules: RuleSet
  readonly notCarried: NotCarried[]
}

/** One definition of the table that several datasets are merged into. */
export class MergedDefinition {
  readonly #members: readonly PlannedTable[]
  readonly #context: DefinitionContext
  readonly #discriminator: string
  readonly #isInKey: boolean
  readonly #to: string
  /** By column. */
  readonly types = new Map<string, MergedType>()
  readonly table: TableDefinition

  constructor(members: readonly PlannedTable[], context: DefinitionContext) {
    const [first] = members
    if (first === undefined) throw new TransloadError('TL_X901', { reason: 'nothing is merged' })
    this.#members = members
    this.#context = context
    this.#discriminator = first.discriminator?.column ?? ''
    this.#isInKey = first.selected.config?.discriminator?.inKey !== false
    this.#to = first.to
    const names = new Set(members.flatMap(({ table }) => table.columns.map(({ name }) => name)))
    const columns = [...new Set([this.#discriminator, ...names])].flatMap((name) => this.#column(name) ?? [])
    const types = new Set(columns.map(({ type }) => type))
    const enumTypes = members.flatMap(({ table }) => table.enumTypes)
    const primaryKey = this.#primaryKey()
    this.table = {
      ...first.table,
      columns: columns.map((one) => (primaryKey?.columns.includes(one.name) ? { ...one, nullable: false } : one)),
      enumTypes: enumTypes.filter(({ name }, place) => {
        const isFirst = enumTypes.findIndex((one) => tableId(one.name) === tableId(name)) === place
        return isFirst && types.has(context.target.quoteName(name))
      }),
      primaryKey,
      indexes: this.#indexes(),
      foreignKeys: this.#foreignKeys(),
      checks: this.#checks(),
      comment: members.map(({ table }) => table.comment).find((comment) => comment !== '') ?? '',
    }
  }

  #lose(kind: string, name: string, reason: string, sql?: string): void {
    this.#context.notCarried.push({ kind, name: `${this.#to}.${name}`, reason, ...(sql === undefined ? {} : { sql }) })
  }

  #column(name: string): TargetColumn | undefined {
    const found = this.#members.flatMap((one): MemberColumn[] => {
      const column = one.table.columns.find((column) => column.name === name)
      const type = one.columns.find(({ to }) => to === name)?.type
      return column === undefined || type === undefined ? [] : [{ from: one.from, column, type }]
    })
    const [first] = found
    if (first === undefined) return undefined
    const merged = mergedType(found, `${this.#to}.${name}`, this.#context.rules)
    this.types.set(name, merged)
    const isEverywhere = found.length === this.#members.length
    const { default: value, onUpdateNow, identityNext: _, ...column } = first.column
    const inAll = (isSame: (one: TargetColumn) => boolean): boolean => {
      return isEverywhere && found.every((one) => isSame(one.column))
    }
    const keepsDefault = inAll((one) => isDeepStrictEqual(one.default, value))
    const lost = found.map((one) => one.column.default).find((one) => one !== undefined)
    if (!keepsDefault && lost !== undefined)
      this.#lose('default', name, 'not all tables that are merged have it', lost.sql)
    const keepsNow = inAll((one) => one.onUpdateNow === onUpdateNow)
    if (!keepsNow && found.some((one) => one.column.onUpdateNow !== undefined)) {
      this.#lose('on update', name, 'not all tables that are merged have it')
    }
    const identity = inAll((one) => one.identity)
    const nexts = identity ? found.flatMap((one) => one.column.identityNext ?? []) : []
    const next = nexts.reduce((most, one) => (BigInt(one) > BigInt(most) ? one : most), '0')
    return {
      ...column,
      type: merged.targetType,
      nullable: !isEverywhere || found.some((one) => one.column.nullable),
      ...(keepsDefault && value !== undefined ? { default: value } : {}),
      ...(keepsNow && onUpdateNow !== undefined ? { onUpdateNow } : {}),
      identity,
      ...(nexts.length > 0 ? { identityNext: next } : {}),
      comment: found.map((one) => one.column.comment).find((comment) => comment !== '') ?? '',
    }
  }

  #primaryKey(): TableDefinition['primaryKey'] {
    const keys = this.#members.map(({ table }) => table.primaryKey)
    const [first] = keys
    if (first === undefined || keys.some((key) => !isDeepStrictEqual(key?.columns, first.columns))) {
      if (keys.some((key) => key !== undefined)) {
        this.#lose('primary key', 'primary key', 'the tables that are merged do not have the same')
      }
      return undefined
    }
    return this.#isInKey ? { ...first, columns: [this.#discriminator, ...first.columns] } : first
  }

  /** What is unique in each source is with the discriminator. Rows that do not have all of its columns are let by. */
  #indexes(): IndexDefinition[] {
    const indexes: IndexDefinition[] = []
    for (const { from, table } of this.#members) {
      for (const one of table.indexes) {
        const against = one.unique ? this.#members.find((other) => mayHaveTwice(other, one)) : undefined
        if (against !== undefined) {
          this.#lose(
            'unique index',
            one.name,
            `${against.from}, which it is merged with, may have the same values twice`,
          )
          continue
        }
        const parts = one.unique ? [{ column: this.#discriminator, descending: false }, ...one.parts] : one.parts
        const isThere = indexes.some((other) => other.unique === one.unique && isDeepStrictEqual(other.parts, parts))
        if (!isThere) indexes.push({ ...one, name: freeName(one.name, from, indexes), parts })
      }
    }
    return indexes
  }

  /**
   * One holds for rows of all datasets that have values in its columns. One to the dataset's own rows takes the
   * discriminator along, save where the database would empty that, too.
   */
  #foreignKeys(): ForeignKeyInfo[] {
    const all = this.#members.map((one) => {
      const { table, selected } = one
      const keys = table.foreignKeys.map((key) => {
        return this.#isToOwnRows(key, selected) ? this.#withDiscriminator(key) : key
      })
      return { from: one.from, columns: table.columns.map(({ name }) => name), keys }
    })
    const carried: ForeignKeyInfo[] = []
    for (const { from, keys } of all) {
      for (const key of keys) {
        if (carried.some((other) => isSameKey(other, key))) continue
        const own = key.columns.filter((name) => name !== this.#discriminator)
        const against = all.find((one) => {
          return one.columns.some((name) => own.includes(name)) && !one.keys.some((other) => isSameKey(other, key))
        })
        if (against === undefined) carried.push({ ...key, name: freeName(key.name, from, carried) })
        else this.#lose('foreign key', key.name, `${against.from}, which it is merged with, does not have the same`)
      }
    }
    return carried
  }

  #isToOwnRows({ name, onDelete, onUpdate }: ForeignKeyInfo, { table }: SelectedTable): boolean {
    const empties = [onDelete, onUpdate].some((action) => action === 'set null' || action === 'set default')
    const source = table.foreignKeys.find((key) => key.name === name)?.references
    return this.#isInKey && !empties && source !== undefined && isSameName(source, table.name)
  }

  #withDiscriminator(key: ForeignKeyInfo): ForeignKeyInfo {
    return {
      ...key,
      columns: [this.#discriminator, ...key.columns],
      referencedColumns: [this.#discriminator, ...key.referencedColumns],
    }
  }

  #checks(): CheckInfo[] {
    const checks: CheckInfo[] = []
    for (const { from, table } of this.#members) {
      for (const check of table.checks) {
        const isSame = (other: CheckInfo): boolean => {
          return check.expression === undefined
            ? other.expression === undefined && other.sql === check.sql
            : isDeepStrictEqual(other.expression, check.expression)
        }
        if (checks.some(isSame)) continue
        if (this.#members.every((one) => one.table.checks.some(isSame))) {
          checks.push({ ...check, name: freeName(check.name, from, checks) })
        } else this.#lose('check', check.name, 'not all tables that are merged have it', check.sql)
      }
    }
    return checks
  }
}

/** Whether a dataset has all columns of a unique index, and nothing that keeps their values apart. */
function mayHaveTwice({ table }: PlannedTable, { parts }: IndexDefinition): boolean {
  const names = table.columns.map(({ name }) => name)
  const hasAll = parts.every(({ column }) => column === undefined || names.includes(column))
  return hasAll && !table.indexes.some((one) => one.unique && isDeepStrictEqual(one.parts, parts))
}

function freeName(name: string, from: string, taken: readonly { readonly name: string }[]): string {
  return taken.some((one) => one.name === name) ? `${name}_${from}` : name
}

/** What is done with rows whose parent goes is a part of it. */
function isSameKey(one: ForeignKeyInfo, other: ForeignKeyInfo): boolean {
  return isDeepStrictEqual({ ...one, name: '' }, { ...other, name: '' })
}
