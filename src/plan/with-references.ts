import { typeText } from '../canonical/type-text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CanonicalKind } from '../model/canonical-type.ts'
import type { NotCarried, OutputPlan, Warning } from '../model/plan.ts'
import type { ForeignKeyInfo, QualifiedName } from '../model/relation.ts'
import type { PlannedColumn } from './plan-column.ts'
import type { PlannedTable } from './plan-table.ts'
import { tableId } from './table-id.ts'

/**
 * Foreign keys by the names that stages of the tables which they refer to have given those columns. One whose column a
 * stage has left out is not carried.
 *
 * @throws TL_C105 where stages make two columns of types that no foreign key compares
 */
export function withReferences(
  tables: readonly PlannedTable[],
  notCarried: NotCarried[],
  warnings: Warning[],
): PlannedTable[] {
  const bySource = new Map(tables.map((table) => [tableId(table.selected.table.name), table]))
  return tables.map((one) => {
    const carriedKeys = (keys: readonly ForeignKeyInfo[], isMain: boolean): ForeignKeyInfo[] =>
      keys.flatMap((key) => {
        // What stages make refers to its own rows by names that it has already.
        const name = sourceOf(key, one) ?? (isMain ? key.references : undefined)
        const parent = name && bySource.get(tableId(name))
        if (parent === undefined) return [key]
        const carried = parent.stage === undefined ? key : renamed(key, parent)
        if (carried === undefined) {
          const reason = `a stage leaves a column of ${parent.from} out that it refers to`
          notCarried.push({ kind: 'foreign key', name: `${one.from}.${key.name}`, reason })
          return []
        }
        for (const [place, name] of carried.columns.entries()) {
          const pair = pairOf(one, name, parent, carried.referencedColumns[place])
          if (pair !== undefined) checkPair(pair, warnings)
        }
        return [carried]
      })
    const withCarried = <Output extends OutputPlan>(output: Output, isMain: boolean): Output => {
      return { ...output, table: { ...output.table, foreignKeys: carriedKeys(output.table.foreignKeys, isMain) } }
    }
    const { others } = one
    return {
      ...withCarried(one, true),
      ...(others === undefined ? {} : { others: others.map((other) => withCarried(other, false)) }),
    }
  })
}

/** The table of the source that the key refers to there: several may become the one that it refers to in the target. */
function sourceOf({ name }: ForeignKeyInfo, { selected: { table } }: PlannedTable): QualifiedName | undefined {
  const within = (table.children ?? []).flatMap(({ foreignKeys = [] }) => foreignKeys)
  return [...table.foreignKeys, ...within].find((key) => key.name === name)?.references
}

function renamed(key: ForeignKeyInfo, parent: PlannedTable): ForeignKeyInfo | undefined {
  const named = key.referencedColumns.flatMap((name) => {
    const source = parent.sourced.find(({ plan }) => plan.to === name)?.plan.from
    return parent.planned.find(({ plan }) => plan.isMade !== true && plan.from === source)?.plan.to ?? []
  })
  return named.length === key.referencedColumns.length ? { ...key, referencedColumns: named } : undefined
}

interface Pair {
  /** With their tables, for people. */
  readonly names: readonly [child: string, parent: string]
  readonly child: PlannedColumn['plan']
  readonly parent: PlannedColumn['plan']
}

function pairOf(one: PlannedTable, name: string, other: PlannedTable, otherName: string | undefined): Pair | undefined {
  const child = one.planned.find(({ plan }) => plan.to === name)?.plan
  const parent = other.planned.find(({ plan }) => plan.to === otherName)?.plan
  if (child === undefined || parent === undefined) return undefined
  return { names: [`${one.from}.${child.from}`, `${other.from}.${parent.from}`], child, parent }
}

/** Kinds whose values are compared with each other, whichever of them a column is. */
const alike: readonly ReadonlySet<CanonicalKind>[] = [
  new Set(['int', 'decimal', 'float32', 'float64']),
  new Set(['date', 'timestamp', 'instant']),
]

/** Stages that put values in the place of others which no row of the source has. */
const replacing: ReadonlySet<string> = new Set(['hash', 'mask', 'id'])

function checkPair({ names: [name, parentName], child, parent }: Pair, warnings: Warning[]): void {
  const isStaged = child.changedBy !== undefined || parent.changedBy !== undefined
  if (!isStaged) return
  const [kind, parentKind] = [child.type.kind, parent.type.kind]
  if (kind !== parentKind && !alike.some((kinds) => kinds.has(kind) && kinds.has(parentKind))) {
    throw new TransloadError('TL_C105', {
      reason: `${name}, which becomes ${typeText(child.type)}, refers to ${parentName}, which becomes ${typeText(parent.type)}`,
      cure: 'Give both the same stages, or leave one of them out.',
    })
  }
  const [ways, parentWays] = [child, parent].map(({ changedBy = [] }) => changedBy.filter((one) => replacing.has(one)))
  if (ways?.join() === parentWays?.join()) return
  const message =
    `${name} refers to ${parentName}, and ${[...new Set([...(ways ?? []), ...(parentWays ?? [])])].join(', ')} ` +
    'changes one of them and not the other: rows will be without their parent'
  warnings.push({ code: 'reference-changed', message })
}
