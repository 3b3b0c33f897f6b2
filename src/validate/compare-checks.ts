import type { CheckShape } from '../contract/table-shape.ts'
import type { CheckInfo } from '../model/relation.ts'
import { renameColumns } from '../plan/rename-columns.ts'
import type { ComparedTable } from './compared-table.ts'
import type { SchemaComparison, SchemaDifference } from './schema-difference.ts'

/**
 * Whether each CHECK of the source has one at the target: of the same name, or over all of its columns. What the two say
 * is not compared. One whose columns nobody can tell, and that may be any of those that are there, is not compared at all.
 */
export function compareChecks(
  table: ComparedTable,
  checks: readonly CheckInfo[],
  there: readonly CheckShape[],
): SchemaComparison {
  const differences: SchemaDifference[] = []
  const notCompared: string[] = []
  const names = new Set(checks.map(({ name }) => name))
  for (const check of checks) {
    if (!check.enforced || seesToItself(check, table)) continue
    const { name } = check
    const columns = columnsOf(check, table)
    const others = there.filter((one) => !names.has(one.name))
    const namesake = there.find((one) => one.name === name)
    const found = namesake ?? others.find((one) => columns?.every((column) => one.columns.includes(column)))
    if (found === undefined) {
      if (columns === undefined && others.length > 0) notCompared.push(`the check ${name} of ${table.from}`)
      else differences.push({ kind: 'check', name, problem: 'is not there' })
    } else if (!found.enforced) {
      differences.push({ kind: 'check', name, problem: 'is there, and is not enforced' })
    } else {
      notCompared.push(`what the check ${name} of ${table.from} says`)
      if (!found.validated) notCompared.push(`whether the check ${name} of ${table.from} holds for all rows`)
    }
  }
  return { differences, notCompared }
}

/** A type that holds nothing but JSON needs no check for it. */
function seesToItself({ expression }: CheckInfo, { columns }: ComparedTable): boolean {
  if (expression?.kind !== 'call' || expression.name !== 'json_valid') return false
  const [term] = expression.args
  const column =
    term?.kind === 'column' ? columns.find(({ from, isMade }) => from === term.name && isMade !== true) : undefined
  return column?.targetType === 'json' || column?.targetType === 'jsonb'
}

/** The target's names of the columns that it speaks of; undefined where that cannot be told. */
function columnsOf({ expression }: CheckInfo, { columns }: ComparedTable): readonly string[] | undefined {
  if (expression === undefined) return undefined
  const names = new Set<string>()
  const renamed = renameColumns(expression, (name) => {
    const to = columns.find(({ from, isMade }) => from === name && isMade !== true)?.to
    if (to !== undefined) names.add(to)
    return to
  })
  return renamed === undefined || names.size === 0 ? undefined : [...names]
}
