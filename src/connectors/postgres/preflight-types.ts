import type { Finding, OutputPlan } from '../../model/plan.ts'
import { isSameName } from '../../model/relation.ts'
import { targetType } from './ddl/target-type.ts'
import type { TargetFacts } from './preflight-facts.ts'
import { quoteQualified } from './quote.ts'

/** Types that are missing, and names of enum types that are taken. */
export function typeFindings(facts: TargetFacts, outputs: readonly OutputPlan[]): readonly Finding[] {
  const findings: Finding[] = facts.missingTypes.map((type) => ({
    level: 'error',
    code: 'TL_T308',
    message: `The database has no type ${type}`,
    cure: `CREATE EXTENSION the one that brings it, such as postgis for geometry; or choose another type under columns:. It is looked for under the very name, so write its schema too.`,
  }))
  const enums = new Map(
    outputs
      .filter((output) => isMade(output, facts))
      .flatMap(({ table, beside }) => (beside ?? table).enumTypes)
      .map((type) => [quoteQualified(type.name), type.name]),
  )
  for (const [own, name] of enums) {
    if (facts.types.some((one) => isSameName(one, name))) findings.push(takenType(own, 'is there already'))
  }
  return [...findings, ...replacedTypeFindings(facts, outputs)]
}

/** A type goes with the tables that are replaced, if it is theirs and nobody else's. */
function replacedTypeFindings(facts: TargetFacts, outputs: readonly OutputPlan[]): readonly Finding[] {
  const replaced = outputs.filter(({ beside }) => beside !== undefined)
  const types = new Map(
    replaced.flatMap(({ table }) => table.enumTypes).map(({ name }) => [quoteQualified(name), name]),
  )
  return [...types].flatMap(([own, name]) => {
    const there = facts.types.find((one) => isSameName(one, name))
    if (there === undefined) return []
    const others = there.users.filter((user) => !replaced.some(({ table }) => isSameName(user, table.name)))
    if (there.users.length > 0 && others.length === 0) return []
    const names = others.map((user) => quoteQualified(user)).join(', ')
    if (others.length === 0) return [takenType(own, 'is there, and no table uses it')]
    const cure = `Give the columns of ${names} another type, or use mode truncate.`
    return [takenType(own, `is used by ${names} too`, cure)]
  })
}

function takenType(
  own: string,
  how: string,
  cure = `DROP TYPE ${own}; or name another schema (?schema=NAME).`,
): Finding {
  return {
    level: 'error',
    code: 'TL_T308',
    message: `A type ${own} ${how}`,
    cure,
  }
}

/** Types that no server has of itself, without their lengths. */
export function foreignTypesOf(outputs: readonly OutputPlan[]): readonly string[] {
  const types = outputs.flatMap(({ table }) =>
    table.columns
      .filter((column) => targetType(column.type, table.enumTypes).class === 'other')
      .map((column) => column.type),
  )
  return [...new Set(types.map((type) => type.replace(/\([\d\s,]*\)/, '')))]
}

/** Whether the run makes the table: beside another one, or where none is. */
export function isMade({ table, beside }: OutputPlan, facts: TargetFacts): boolean {
  return beside !== undefined || !facts.relations.some((one) => isSameName(one, table.name))
}
