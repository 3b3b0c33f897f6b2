import { textToCell } from '../canonical/text.ts'
import { typeText } from '../canonical/type-text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { CensusFact } from '../model/census.ts'
import type { PolicyAction, ValueFault, ValuePolicies } from '../model/plan.ts'
import type { NativeType } from '../model/relation.ts'
import type { RuleSet } from './rule-set.ts'
import type { ColumnWish, PolicyRule } from './document.ts'
import { type MappedColumn, patternFits } from './match.ts'
import { policyRules } from './overrides.ts'

/** Kinds of column in which a fault can be. */
export function faultsOf(native: NativeType, type: CanonicalType): ValueFault[] {
  if (isDate(native)) return ['zero-date', 'partial-date']
  if (native.name === 'enum') return ['enum-zero']
  if (type.kind === 'json' || type.kind === 'document') return ['invalid-json', 'invalid-text', 'json-nul']
  if (type.kind === 'text' || type.kind === 'set') return ['nul-byte', 'invalid-text']
  if (type.kind === 'bool' || type.kind === 'int' || type.kind === 'time') return ['out-of-range']
  return []
}

/**
 * The policies of a column: the first rule for each of its faults.
 *
 * @param type As it is read
 * @param own What the pipeline says of this very column
 */
export function policiesOf(
  rules: RuleSet,
  column: MappedColumn,
  type: CanonicalType,
  own: ColumnWish = {},
): ValuePolicies {
  const policies: { [fault in ValueFault]?: PolicyAction } = {}
  for (const { fault, rule } of rulesOf(rules, column, type, own)) policies[fault] = toAction(rule, column, type)
  return policies
}

/** Why each of the policies is there, by its rule. */
export function policyReasons(rules: RuleSet, column: MappedColumn, type: CanonicalType, own: ColumnWish): Reasons {
  return new Map(rulesOf(rules, column, type, own).map(({ rule }) => [rule.id, rule.why]))
}

type Reasons = ReadonlyMap<string, string>

function rulesOf(
  rules: RuleSet,
  column: MappedColumn,
  type: CanonicalType,
  own: ColumnWish,
): { readonly fault: ValueFault; readonly rule: PolicyRule }[] {
  const mine = [...policyRules(own.policies, undefined, 'the pipeline says so'), ...rules.ownPolicies]
  // Text keeps a date as the source prints it: only who minds it does something about it.
  const isKept = type.kind === 'text' && isDate(column.native) && textPolicyOf(rules, column, own) === undefined
  const all = isKept ? mine : [...mine, ...rules.policies]
  return faultsOf(column.native, type).flatMap((fault) => {
    const rule = ruleFor(all, fault, column)
    return rule === undefined ? [] : [{ fault, rule }]
  })
}

function ruleFor(rules: readonly PolicyRule[], fault: ValueFault, column: MappedColumn): PolicyRule | undefined {
  return rules.find((rule) => rule.fault === fault && (rule.match === undefined || patternFits(rule.match, column)))
}

/** The policy that makes the column text, where the data has such a value, or where nobody has looked. */
export function textPolicyOf(rules: RuleSet, column: MappedColumn, own: ColumnWish): PolicyRule | undefined {
  const all = [...policyRules(own.policies, undefined, 'the pipeline says so'), ...rules.ownPolicies]
  for (const fault of kept) {
    if (!faultsOf(column.native, { kind: 'date' }).includes(fault)) continue
    const rule = ruleFor(all, fault, column)
    const fact = factOfFault[fault]
    const found = fact === undefined ? undefined : column.facts[fact]
    if (rule?.do === 'text' && found !== '0' && found !== null) return rule
  }
  return undefined
}

/** Faults whose values text can hold as they are. */
const kept = ['zero-date', 'partial-date', 'enum-zero'] as const

/** The fact that counts the rows which have a fault. */
export const factOfFault: { readonly [fault in ValueFault]?: CensusFact } = {
  'zero-date': 'zero-dates',
  'partial-date': 'partial-dates',
  'nul-byte': 'nul-bytes',
  'enum-zero': 'enum-zero',
  'invalid-text': 'invalid-text',
  'invalid-json': 'invalid-json',
  'json-nul': 'json-nul',
}

function isDate({ name }: NativeType): boolean {
  return name === 'date' || name === 'datetime' || name === 'timestamp'
}

function toAction(rule: PolicyRule, column: MappedColumn, type: CanonicalType): PolicyAction {
  if (rule.do === 'replace') return { do: 'replace', rule: rule.id, text: replacementOf(rule, column, type) }
  // The data has no such value, or text would be no text: one that comes up later costs its row.
  if (rule.do === 'text' && type.kind !== 'text') return { do: 'reject', rule: rule.id }
  return { do: rule.do, rule: rule.id }
}

/** The replacement in the type's canonical text: a day stands for its midnight. @throws TL_C105 where it is not of the type */
function replacementOf(rule: PolicyRule, column: MappedColumn, type: CanonicalType): string {
  const given = rule.text ?? ''
  const text = /^\d{4}-\d\d-\d\d$/.test(given) ? given + midnightOf(type) : given
  try {
    textToCell(type, text)
  } catch (error) {
    if (!(error instanceof TransloadError)) throw error
    const reason = `the policy ${rule.id} says ${JSON.stringify(given)} for ${column.table}.${column.column}, which is ${typeText(type)}`
    throw new TransloadError(
      'TL_C105',
      { reason, cure: 'Give the policy a text of that type, or a match: of its own.' },
      error,
    )
  }
  return text
}

function midnightOf(type: CanonicalType): string {
  if (type.kind === 'timestamp') return ' 00:00:00'
  return type.kind === 'instant' ? ' 00:00:00+00' : ''
}
