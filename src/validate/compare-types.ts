import type { Contents } from '../contract/contents.ts'
import type { ExistingTable } from '../contract/target.ts'
import { type DigestForm, elementForm, isListForm } from '../model/digest-form.ts'
import type { ValuePolicies } from '../model/plan.ts'
import type { NativeType } from '../model/relation.ts'
import { type ComparedColumn, mayBecomeNull } from './compared-table.ts'
import { orderOf } from './key-order.ts'

/** Charsets whose every character has one in UTF-8. */
const wholeCharsets: ReadonlySet<string> = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'ascii', 'latin1', 'binary'])

/** Why equal values need not be the same to the last digit or sign; undefined where they are. */
export function reasonForLess(form: DigestForm, there: readonly DigestForm[]): string | undefined {
  if (isListForm(form)) return reasonForLess(elementForm(form), there.filter(isListForm).map(elementForm))
  if (form === 'json') return 'order of keys and spacing mean nothing in this type'
  if (form === 'json-value') return 'numbers are compared by value, as order of keys and spacing are not'
  if (form === 'timestamp' && there[0] === 'instant')
    return 'the target has it as a moment: its clock in UTC is compared'
  if (form === 'instant' && there[0] === 'timestamp') return 'the target has it as a clock without a zone: taken as UTC'
  const isFloat = form === 'float32' || form === 'float64'
  if (isFloat && there[0] !== 'float32' && there[0] !== 'float64')
    return 'digits beyond those of a float are not compared'
  return undefined
}

/** Why a text of the type may not be as the source has it; undefined where it is. */
export function reasonForWeak({ charset: own, readAs }: NativeType): string | undefined {
  const charset = readAs ?? own
  if (charset === undefined || wholeCharsets.has(charset)) return undefined
  return `characters of ${charset} that the server has no UTF-8 for come as ?, or are cut`
}

/** How values of two columns are compared, or why they cannot be. */
export function compareTypes(
  pair: Pick<ComparedColumn, 'from' | 'to' | 'sourceType' | 'targetType' | 'readType'>,
  policies: ValuePolicies,
  { source, contents }: { readonly source: Contents<NativeType>; readonly contents: Contents<string> },
): ComparedColumn | string {
  const { sourceType, targetType } = pair
  const there = contents.formsOf(targetType)
  const form = source.formsOf(sourceType).find((one) => there.includes(one))
  if (form === undefined) return `${sourceType.text} and ${targetType} have no form in common that is compared`
  const cut = contents.cutOf?.(targetType, form)
  const why = form === 'text' ? reasonForWeak(sourceType) : undefined
  if (why !== undefined) return { ...pair, form, strength: 'weak', reason: why, policies, cut }
  const reason = reasonForLess(form, there)
  return { ...pair, form, strength: reason === undefined ? 'exact' : 'normalised', reason, policies, cut }
}

/**
 * Whether rows of both ends can be read in the order of the key's columns, and come in the same.
 * @param there The target's columns: a key that may be NULL there lies in no range
 */
export function isOrderedAlike(
  key: readonly ComparedColumn[],
  there: ExistingTable['columns'],
  { source, contents }: { readonly source: Contents<NativeType>; readonly contents: Contents<string> },
): boolean {
  return (
    key.length > 0 &&
    key.every((column) => {
      if (there.find(({ name }) => name === column.to)?.nullable !== false) return false
      const { form, sourceType, targetType } = column
      const isOrdered = source.isOrderedBy(sourceType, form) && contents.isOrderedBy(targetType, form)
      // A value that is mended is not where it was.
      return orderOf(form) !== undefined && isOrdered && !mayBecomeNull(column)
    })
  )
}
