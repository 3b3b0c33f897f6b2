import { isDeepStrictEqual } from 'node:util'
import { TransloadError } from '../errors/transload-error.ts'
import type { NotCarried, OutputPlan, Warning } from '../model/plan.ts'
import type { ForeignKeyInfo } from '../model/relation.ts'
import { type DefinitionContext, MergedDefinition } from './merged-definition.ts'
import { type PlannedTable, withoutGenerated } from './plan-table.ts'
import { tableId } from './table-id.ts'

export interface MergeContext extends DefinitionContext {
  readonly warnings: Warning[]
}

/**
 * Datasets that go to one table get one definition of it, which has room for the rows of each: every column of any of them,
 * of a type that holds the values of all, and NULL where a dataset does not have it. Keys that the sources hold each for
 * itself begin with the discriminator. What only some of them promise is not carried.
 *
 * Foreign keys that refer to such a table are carried where its primary key is theirs.
 *
 * @throws TL_C105 where no type holds the values of a column, TL_T308 where rows of several would be merged by one key
 */
export function mergeTables(tables: readonly PlannedTable[], context: MergeContext): PlannedTable[] {
  const groups = Map.groupBy(
    tables.filter(({ discriminator }) => discriminator !== undefined),
    ({ table }) => tableId(table.name),
  )
  if (groups.size === 0) return [...tables]
  const merged = new Map([...groups].map(([id, members]) => [id, mergeGroup(members, context)]))
  const reachable = <T extends OutputPlan>(output: T, name: string): T => {
    const foreignKeys = output.table.foreignKeys.filter((key) => {
      const [parent] = merged.get(tableId(key.references))?.values() ?? []
      const reason = parent && outOfReach(key, parent)
      if (reason !== undefined) note(context, { kind: 'foreign key', name: `${name}.${key.name}`, reason })
      return reason === undefined
    })
    return { ...output, table: { ...output.table, foreignKeys } }
  }
  return tables.map((one) => {
    const own = merged.get(tableId(one.table.name))?.get(one.from) ?? one
    const others = (made: readonly OutputPlan[]): OutputPlan[] => made.map((output) => reachable(output, one.from))
    return {
      ...reachable(own, own.discriminator === undefined ? one.from : own.to),
      ...(own.others === undefined ? {} : { others: others(own.others) }),
      planOthers: (rows, sourced) => others(own.planOthers(rows, sourced)),
    }
  })
}

/** Why a foreign key to a table that several are merged into cannot be, for people; undefined where it can. */
function outOfReach({ referencedColumns }: ForeignKeyInfo, { table, discriminator }: PlannedTable): string | undefined {
  const key = table.primaryKey?.columns ?? []
  if (isDeepStrictEqual([...key].toSorted(), [...referencedColumns].toSorted())) return undefined
  const column = discriminator?.column ?? ''
  return key.includes(column)
    ? `the key of ${table.name.name} begins with ${column}, which the rows that refer to it do not have`
    : `${referencedColumns.join(', ')} may be the same in several of the tables that are merged into ${table.name.name}`
}

function note({ notCarried }: MergeContext, one: NotCarried): void {
  if (!notCarried.some((other) => isDeepStrictEqual(other, one))) notCarried.push(one)
}

function mergeGroup(members: readonly PlannedTable[], context: MergeContext): ReadonlyMap<string, PlannedTable> {
  const [first] = members
  if (first !== undefined) assertKeyTellsApart(first, context)
  if (first !== undefined && members.length === 1) {
    const message = `${first.from} is merged into ${first.to}, and no other dataset is`
    context.warnings.push({ code: 'merged-alone', message })
  }
  const plain = members.map((one) => withoutGenerated(one, (column) => !isGeneratedInAll(column, members)))
  const { table, types } = new MergedDefinition(plain, context)
  return new Map(
    plain.map((one) => {
      const columns = one.columns.map((column) => {
        const there = table.columns.find(({ name }) => name === column.to)
        if (there === undefined) return column
        const { targetType = column.targetType, why } = types.get(column.to) ?? {}
        const notes = [
          ...(targetType === column.targetType || why === undefined ? [] : [why]),
          ...(there.nullable && !column.nullable
            ? ['NOT NULL is dropped: not all tables that are merged have it']
            : []),
        ]
        return { ...column, targetType, nullable: there.nullable, notes: [...column.notes, ...notes] }
      })
      return [one.from, { ...one, columns, table }]
    }),
  )
}

/** Rows of two datasets that have the same key at their sources would take each other's place. */
function assertKeyTellsApart(
  { mode, adopted, selected, discriminator, writes, table }: PlannedTable,
  { target }: MergeContext,
): void {
  const key = writes.flatMap(({ mergeKey }) => mergeKey)
  const column = discriminator?.column ?? ''
  if (mode !== 'merge' || !adopted || selected.config?.discriminator?.inKey === false || key.includes(column)) return
  throw new TransloadError('TL_T308', {
    table: target.quoteName(table.name),
    reason: `mode is merge, and its primary key (${key.join(', ')}) is without ${column}, which tells the rows of the datasets apart`,
    cure: 'Begin its key with that column, or say inKey: false, where keys of the sources do not overlap.',
  })
}

function isGeneratedInAll(column: string, members: readonly PlannedTable[]): boolean {
  const found = members.map(({ table }) => table.columns.find(({ name }) => name === column)?.generated)
  return found.every((one) => one !== undefined && isDeepStrictEqual(one.expression, found[0]?.expression))
}
