import { isDeepStrictEqual } from 'node:util'
import { joinedType } from '../canonical/joined-type.ts'
import { typeText } from '../canonical/type-text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { decideWrite } from '../mapping/decide.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { TargetColumn } from '../model/plan.ts'

/** A column of one of the datasets that are merged. */
export interface MemberColumn {
  /** The dataset. */
  readonly from: string
  readonly column: TargetColumn
  readonly type: CanonicalType
}

/** The type that a column of several datasets has in the target. */
export interface MergedType {
  readonly targetType: string
  /** For people: where it is from. */
  readonly why: string
}

/**
 * A type that holds the values of the column in all of the datasets: one of theirs, or one that is wider than each.
 *
 * @param name With its table, for people
 * @param found One or more
 * @throws TL_C105 where there is none, or two target types hold the same values
 */
export function mergedType(found: readonly MemberColumn[], name: string, rules: RuleSet): MergedType {
  const [first, ...others] = found
  if (first === undefined) throw new TransloadError('TL_X901', { reason: `${name} is of no dataset` })
  const other = others.find(({ column }) => column.type !== first.column.type)
  if (other === undefined) return { targetType: first.column.type, why: '' }
  let joined: CanonicalType = first.type
  for (const one of others) {
    const wider = joinedType(joined, one.type)
    if (wider === undefined) throw noType(name, first, one)
    joined = wider
  }
  const fitting = found.filter(({ type }) => isDeepStrictEqual(type, joined))
  const [own] = fitting
  if (own !== undefined) {
    const rival = fitting.find(({ column }) => column.type !== own.column.type)
    if (rival !== undefined) throw noType(name, own, rival)
    return { targetType: own.column.type, why: `the type is that of ${own.from}, which it is merged with` }
  }
  const { targetType, refused } = decideWrite(rules, { table: name, column: '' }, joined)
  if (refused !== undefined) throw noType(name, first, other)
  const from = found.map((one) => one.from).join(', ')
  return { targetType, why: `the type is ${typeText(joined)}, which holds the values of ${from}` }
}

function noType(name: string, one: MemberColumn, other: MemberColumn): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `${name} would be ${one.column.type} of ${one.from} and ${other.column.type} of ${other.from}, and no type is chosen for both`,
    cure: 'Give both the same (columns: {NAME: {type: …}}, or a cast), or names of their own.',
  })
}
