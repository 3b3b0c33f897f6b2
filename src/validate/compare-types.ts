import type { Contents } from '../contract/contents.ts'
import type { ValuePolicies } from '../model/plan.ts'
import type { NativeType } from '../model/relation.ts'
import type { ComparedColumn } from './compared-table.ts'

/** How values of two columns are compared, or why they cannot be. */
export function compareTypes(
  pair: Pick<ComparedColumn, 'from' | 'to' | 'sourceType' | 'targetType'>,
  policies: ValuePolicies,
  { source, contents }: { readonly source: Contents<NativeType>; readonly contents: Contents<string> },
): ComparedColumn | string {
  const { sourceType, targetType } = pair
  const there = contents.formsOf(targetType)
  const form = source.formsOf(sourceType).find((one) => there.includes(one))
  if (form === undefined) return `${sourceType.text} and ${targetType} have no form in common that is compared`
  const isLoose = form === 'json'
  return {
    ...pair,
    form,
    strength: isLoose ? 'normalised' : 'exact',
    reason: isLoose ? 'order of keys and spacing mean nothing in this type' : undefined,
    policies,
  }
}
