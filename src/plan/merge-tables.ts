import { isDeepStrictEqual } from 'node:util'
import { TransloadError } from '../errors/transload-error.ts'
import { holdsType } from '../canonical/holds-type.ts'
import type { Target } from '../contract/target.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import {
  type IndexDefinition,
  type NotCarried,
  type OutputPlan,
  type TableDefinition,
  type TargetColumn,
} from '../model/plan.ts'
import { type CheckInfo, type ForeignKeyInfo, isSameName } from '../model/relation.ts'
import type { TablePart } from '../model/table-part.ts'
import { type PlannedTable, withoutGenerated } from './plan-table.ts'
import { partOf, type SelectedTable } from './select-tables.ts'
import { tableId } from './table-id.ts'

interface MergeContext {
  readonly target: Pick<Target, 'quoteName'>
  readonly notCarried: NotCarried[]
}

/**
 * Datasets that go to one table get one definition of it, which has room for the rows of each: every column of any of them,
 * of the type that holds the others' values, and NULL where a dataset does not have it. Keys that the sources hold each for
 * itself begin with the discriminator. What only some of them promise is not carried.
 *
 * Foreign keys that refer to such a table are not carried either, unless its key is the sources' own.
 *
 * @throws TL_C105 where datasets differ in their mode, or in a column whose types do not hold each other's values
 */
export function mergeTables(tables: readonly PlannedTable[], context: MergeContext): PlannedTable[] {
  const groups = Map.groupBy(
    tables.filter(({ part }) => part !== undefined),
    ({ table }) => tableId(table.name),
  )
  if (groups.size === 0) return [...tables]
  const merged = new Map([...groups].map(([id, members]) => [id, mergeGroup(members, context)]))
  const isOutOfReach = ({ references, referencedColumns }: ForeignKeyInfo): boolean => {
    const parts = groups.get(tableId(references)) ?? []
    return parts.some((one) => isInKey(one) && !referencedColumns.includes(one.part?.column ?? ''))
  }
  const reachable = <T extends OutputPlan & { readonly part?: TablePart | undefined }>(output: T, from: string): T => {
    const name = output.part === undefined ? from : output.to
    const foreignKeys = output.table.foreignKeys.filter((key) => {
      if (!isOutOfReach(key)) return true
      const reason = `rows of ${key.references.name} are told apart by another column besides: several tables are merged in it`
      note(context, { kind: 'foreign key', name: `${name}.${key.name}`, reason })
      return false
    })
    return { ...output, table: { ...output.table, foreignKeys } }
  }
  return tables.map((one) => {
    const own = merged.get(tableId(one.table.name))?.get(one.from) ?? one
    const others = (made: readonly OutputPlan[]): OutputPlan[] => made.map((output) => reachable(output, one.from))
    return {
      ...reachable(own, one.from),
      ...(own.others === undefined ? {} : { others: others(own.others) }),
      planOthers: (rows, sourced) => others(own.planOthers(rows, sourced)),
    }
  })
}

function isInKey({ selected }: PlannedTable): boolean {
  return selected.config?.discriminator?.inKey === true
}

function note({ notCarried }: MergeContext, one: NotCarried): void {
  const isNoted = notCarried.some(
    ({ kind, name, reason }) => kind === one.kind && name === one.name && reason === one.reason,
  )
  if (!isNoted) notCarried.push(one)
}

function mergeGroup(members: readonly PlannedTable[], context: MergeContext): ReadonlyMap<string, PlannedTable> {
  const [first] = members
  const other = members.find(({ mode }) => mode !== first?.mode)
  if (first !== undefined && other !== undefined) {
    throw new TransloadError('TL_C105', {
      reason: `${first.from} (mode ${first.mode}) and ${other.from} (mode ${other.mode}) are merged in ${first.to}`,
      cure: 'Give both the same mode.',
    })
  }
  const plain = members.map((one) => withoutGenerated(one, (column) => !isGeneratedInAll(column, members)))
  const { table, types } = new Merged(plain, context)
  return new Map(
    plain.map((one) => {
      const columns = one.columns.map((column) => {
        const there = table.columns.find(({ name }) => name === column.to)
        const { targetType = column.targetType, from } = types.get(column.to) ?? {}
        if (there === undefined) return column
        const wider = targetType === column.targetType ? [] : [`the type is that of ${from}, which it is merged with`]
        return { ...column, targetType, nullable: there.nullable, notes: [...column.notes, ...wider] }
      })
      return [one.from, { ...one, columns, table }]
    }),
  )
}

function isGeneratedInAll(column: string, members: readonly PlannedTable[]): boolean {
  const found = members.map(({ table }) => table.columns.find(({ name }) => name === column)?.generated)
  return found.every((one) => one !== undefined && isDeepStrictEqual(one.expression, found[0]?.expression))
}

interface MemberColumn {
  readonly from: string
  readonly column: TargetColumn
  readonly type: CanonicalType
}

/** One definition of the table that several datasets go to. */
class Merged {
  readonly #members: readonly PlannedTable[]
  readonly #context: MergeContext
  readonly #discriminator: string
  readonly #isInKey: boolean
  readonly #to: string
  /** By column: the type that it has, and whose that is. */
  readonly types = new Map<string, { readonly targetType: string; readonly from: string }>()
  readonly table: TableDefinition

  constructor(members: readonly PlannedTable[], context: MergeContext) {
    const [first] = members
    if (first === undefined) throw new TransloadError('TL_X901', { reason: 'nothing is merged' })
    this.#members = members
    this.#context = context
    this.#discriminator = partOf(first.selected)?.column ?? ''
    this.#isInKey = members.some(isInKey)
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
    note(this.#context, { kind, name: `${this.#to}.${name}`, reason, ...(sql === undefined ? {} : { sql }) })
  }

  #column(name: string): TargetColumn | undefined {
    const found = this.#members.flatMap((one): MemberColumn[] => {
      const column = one.table.columns.find((column) => column.name === name)
      const type = one.columns.find(({ to }) => to === name)?.type
      return column === undefined || type === undefined ? [] : [{ from: one.from, column, type }]
    })
    const [first] = found
    if (first === undefined) return undefined
    const widest = this.#widest(name, found)
    this.types.set(name, { targetType: widest.column.type, from: widest.from })
    const isEverywhere = found.length === this.#members.length
    const { default: value, onUpdateNow, identityNext: _, ...column } = widest.column
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
    const nexts = found.flatMap((one) => one.column.identityNext ?? [])
    const next = nexts.reduce((most, one) => (BigInt(one) > BigInt(most) ? one : most), '0')
    return {
      ...column,
      nullable: !isEverywhere || found.some((one) => one.column.nullable),
      ...(keepsDefault && value !== undefined ? { default: value } : {}),
      ...(keepsNow && onUpdateNow !== undefined ? { onUpdateNow } : {}),
      identity: inAll((one) => one.identity),
      ...(inAll((one) => one.identity) && nexts.length > 0 ? { identityNext: next } : {}),
      comment: found.map((one) => one.column.comment).find((comment) => comment !== '') ?? '',
    }
  }

  #widest(name: string, found: readonly MemberColumn[]): MemberColumn {
    const widest = found.find((one) =>
      found.every((other) => one.column.type === other.column.type || holdsType(one.type, other.type)),
    )
    if (widest !== undefined) return widest
    const [one, other] = found.flatMap((a) => {
      const b = found.find(
        (b) => a.column.type !== b.column.type && !holdsType(a.type, b.type) && !holdsType(b.type, a.type),
      )
      return b === undefined ? [] : [[a, b]]
    })[0] ?? [found[0], found[1]]
    throw new TransloadError('TL_C105', {
      reason: `${this.#to}.${name} would be ${one?.column.type} of ${one?.from} and ${other?.column.type} of ${other?.from}, and neither holds the other’s values`,
      cure: `Give both the same type (columns: {NAME: {type: …}}, or a cast), or names of their own.`,
    })
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

  /** What is unique in each source is with the discriminator. */
  #indexes(): IndexDefinition[] {
    const indexes: IndexDefinition[] = []
    for (const { from, table } of this.#members) {
      for (const one of table.indexes) {
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
    const keys: ForeignKeyInfo[] = []
    for (const { from, table, selected } of this.#members) {
      for (const plain of table.foreignKeys) {
        const key = this.#isToOwnRows(plain, selected) ? this.#withDiscriminator(plain) : plain
        if (keys.some((other) => isSameReference(other, key))) continue
        const against = this.#members.find((one) => {
          const has = one.table.columns.some(({ name }) => plain.columns.includes(name))
          return has && !one.table.foreignKeys.some((other) => isSameReference(other, plain))
        })
        if (against === undefined) keys.push({ ...key, name: freeName(key.name, from, keys) })
        else this.#lose('foreign key', key.name, `${against.from}, which it is merged with, does not have it`)
      }
    }
    return keys
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

function freeName(name: string, from: string, taken: readonly { readonly name: string }[]): string {
  return taken.some((one) => one.name === name) ? `${name}_${from}` : name
}

function isSameReference(one: ForeignKeyInfo, other: ForeignKeyInfo): boolean {
  const parts = ({ columns, references, referencedColumns }: ForeignKeyInfo): unknown => [
    columns,
    references,
    referencedColumns,
  ]
  return isDeepStrictEqual(parts(one), parts(other))
}
