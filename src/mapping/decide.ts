import { parseCanonical } from '../canonical/parse-type.ts'
import { textToCell } from '../canonical/text.ts'
import { typeText } from '../canonical/type-text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { CensusFact } from '../model/census.ts'
import type { PolicyAction, ValueFault, ValuePolicies } from '../model/plan.ts'
import type { NativeType } from '../model/relation.ts'
import { fillTemplate } from './fill-template.ts'
import { type Fact, meets } from './condition.ts'
import type { MatchPattern, PairRule, PolicyRule, ReadRule, WriteRule } from './document.ts'
import { globMatches } from './glob.ts'

/** Rules in the order in which they are asked: a user's own come first. */
export interface RuleSet {
  readonly types: readonly PairRule[]
  readonly read: readonly ReadRule[]
  readonly write: readonly WriteRule[]
  readonly policies: readonly PolicyRule[]
}

/** What a rule may look at. */
export interface MappedColumn {
  readonly table: string
  readonly column: string
  readonly native: NativeType
  /** Of this column, or of one that a foreign key joins with it. */
  readonly autoIncrement: boolean
  /** What the census found, over all columns that foreign keys join with it. */
  readonly facts: { readonly [fact in CensusFact]?: Fact }
}

export interface Decision {
  readonly type: CanonicalType
  /** `{enum}` stands for an enum type that the plan names. */
  readonly targetType: string
  readonly rule: string
  readonly why: string
  /** Why the column cannot be written, and what to do about it. */
  readonly refused?: { readonly reason: string; readonly cure: string } | undefined
}

/** @throws TL_C105 where no rule knows the type: an unknown type is never passed on as text. */
export function decide(rules: RuleSet, column: MappedColumn, wantedType?: string): Decision {
  const wanted = wantedType === undefined ? undefined : wantedCanonical(column, wantedType)
  if (wanted !== undefined) {
    const write = decideWrite(rules, column, wanted)
    return { ...write, type: wanted, rule: 'pipeline', why: 'the pipeline says so' }
  }
  for (const rule of rules.types) {
    if (!patternFits(rule.match, column) || !conditionsHold(rule.when, column)) continue
    const type =
      rule.canonical === undefined ? decideRead(rules, column).type : canonicalOf(rule.canonical, column, rule.id)
    if (rule.target !== undefined) return { type, targetType: rule.target, rule: rule.id, why: rule.why }
    return { ...decideWrite(rules, column, type), type, rule: rule.id, why: rule.why }
  }
  const read = decideRead(rules, column)
  const write = decideWrite(rules, column, read.type)
  return { ...write, type: read.type, rule: read.rule, why: `${read.why}; ${write.why}` }
}

function wantedCanonical(column: MappedColumn, text: string): CanonicalType {
  const type = parseCanonical(text, column.native.labels)
  if (type !== undefined) return type
  throw new TransloadError('TL_C105', {
    reason: `${column.table}.${column.column}: ${text} is not a type`,
    cure: 'Types are bool, int(8…64), uint(8…64), decimal(p,s), float32, float64, text(n), bytes(n), date, time(p), timestamp(p), instant(p), interval(p), uuid, bits(n), json, inet.',
  })
}

function decideRead(rules: RuleSet, column: MappedColumn): { type: CanonicalType; rule: string; why: string } {
  for (const rule of rules.read) {
    if (!patternFits(rule.match, column) || !conditionsHold(rule.when, column)) continue
    return { type: canonicalOf(rule.canonical, column, rule.id), rule: rule.id, why: rule.why }
  }
  throw new TransloadError('TL_C105', {
    reason: `${column.table}.${column.column} is of the type ${column.native.text}, which no rule knows`,
    cure: 'Leave the column out (columns: {NAME: {drop: true}}), or give a type in a mapping file.',
  })
}

/** What the target has for a type, whatever column it is of. @throws TL_C105 where it has none */
export function decideWrite(
  rules: RuleSet,
  column: Pick<MappedColumn, 'table' | 'column'>,
  type: CanonicalType,
): Pick<Decision, 'targetType' | 'rule' | 'why' | 'refused'> {
  for (const rule of rules.write) {
    if (!canonicalFits(rule.canonical, type)) continue
    if (!Object.entries(rule.when ?? {}).every(([name, limit]) => meets(ownFact(type, name), limit))) continue
    const { id, why } = rule
    if (rule.type !== undefined) return { targetType: targetText(rule.type, type), rule: id, why }
    return { targetType: '', rule: id, why, refused: { reason: rule.refuse ?? why, cure: rule.cure ?? '' } }
  }
  throw new TransloadError('TL_C105', {
    reason: `${column.table}.${column.column}: the target has no type for ${typeText(type)}`,
    cure: 'Leave the column out (columns: {NAME: {drop: true}}), or give a type in a mapping file.',
  })
}

function canonicalOf(template: string, column: MappedColumn, rule: string): CanonicalType {
  const { native } = column
  const type = parseCanonical(fillTemplate(template, native.args, native.unsigned ?? false), native.labels)
  if (type !== undefined) return type
  throw new TransloadError('TL_C105', {
    reason: `the mapping rule ${rule} says ${template}, which is not a type`,
    cure: 'Mend the rule.',
  })
}

/** `text(*)` asks for any length, `text` for none or any; an integer's width and sign have to be the same. */
function canonicalFits(pattern: string, type: CanonicalType): boolean {
  if (pattern.endsWith('(*)')) {
    const text = typeText(type)
    return text.startsWith(pattern.slice(0, -2)) && text !== type.kind
  }
  if (pattern === typeText(type)) return true
  return pattern === type.kind && type.kind !== 'int'
}

function targetText(template: string, type: CanonicalType): string {
  return template.replace(/\{(precision|scale|length|canonical)\}/g, (_, name: string) => {
    if (name === 'canonical') return typeText(type)
    if (name === 'precision' && 'precision' in type) return String(type.precision)
    if (name === 'scale' && 'scale' in type) return String(type.scale)
    if (type.kind === 'bits') return String(type.length)
    return 'maxLength' in type ? String(type.maxLength) : ''
  })
}

function ownFact(type: CanonicalType, name: string): Fact | undefined {
  if (name === 'text-length' && type.kind === 'text') return String(type.maxLength)
  if (name === 'label-bytes' && (type.kind === 'enum' || type.kind === 'set')) {
    return String(Math.max(0, ...type.labels.map((label) => Buffer.byteLength(label))))
  }
  return undefined
}

function patternFits(pattern: MatchPattern, { native, table, column, autoIncrement }: MappedColumn): boolean {
  if (pattern.type !== undefined && !isOneOf(pattern.type, native.name)) return false
  if (pattern.args !== undefined && pattern.args.join() !== native.args.join()) return false
  if (pattern.unsigned !== undefined && pattern.unsigned !== (native.unsigned ?? false)) return false
  if (pattern.autoIncrement !== undefined && pattern.autoIncrement !== autoIncrement) return false
  if (pattern.charset !== undefined && !isOneOf(pattern.charset, native.charset ?? '')) return false
  if (pattern.text !== undefined && pattern.text !== native.text) return false
  if (pattern.table !== undefined && !globMatches(pattern.table, table)) return false
  return pattern.column === undefined || globMatches(pattern.column, column)
}

function isOneOf(names: string | readonly string[], name: string): boolean {
  return typeof names === 'string' ? names === name : names.includes(name)
}

function conditionsHold(when: { readonly [fact: string]: string } | undefined, { facts }: MappedColumn): boolean {
  const found: { readonly [fact: string]: Fact | undefined } = facts
  return Object.entries(when ?? {}).every(([fact, limit]) => meets(found[fact], limit))
}

/** Facts that rules would ask of this column, so that the census finds out nothing else. */
export function factsAsked(rules: RuleSet, column: Omit<MappedColumn, 'facts'>): CensusFact[] {
  const asked = new Set<string>()
  for (const rule of [...rules.types, ...rules.read]) {
    if (!patternFits(rule.match, { ...column, facts: {} })) continue
    for (const fact of Object.keys(rule.when ?? {})) asked.add(fact)
    // A rule without a condition decides: what comes after it is never asked.
    if (rule.when === undefined && 'canonical' in rule && rule.canonical !== undefined) break
  }
  return [...asked].filter(isCensusFact)
}

const censusFacts: ReadonlySet<string> = new Set<CensusFact>([
  'min',
  'max',
  'max-length',
  'zero-dates',
  'partial-dates',
  'nul-bytes',
  'enum-zero',
  'double-encoded',
  'invalid-text',
  'invalid-json',
  'json-nul',
  'nulls',
])

function isCensusFact(name: string): name is CensusFact {
  return censusFacts.has(name)
}

/** Kinds of column in which a fault can be. */
export function faultsOf(native: NativeType, type: CanonicalType): ValueFault[] {
  const name = native.name
  if (name === 'date' || name === 'datetime' || name === 'timestamp') return ['zero-date', 'partial-date']
  if (name === 'enum') return ['enum-zero']
  if (type.kind === 'json' || type.kind === 'document') return ['invalid-json', 'invalid-text']
  if (type.kind === 'text' || type.kind === 'set') return ['nul-byte', 'invalid-text']
  if (type.kind === 'bool' || type.kind === 'int' || type.kind === 'time') return ['out-of-range']
  return []
}

/** The policies of a column: the first rule for each of its faults. */
export function policiesOf(rules: RuleSet, column: MappedColumn, type: CanonicalType): ValuePolicies {
  const policies: { [fault in ValueFault]?: PolicyAction } = {}
  for (const fault of faultsOf(column.native, type)) {
    const rule = rules.policies.find((candidate) => {
      return candidate.fault === fault && (candidate.match === undefined || patternFits(candidate.match, column))
    })
    if (rule !== undefined) policies[fault] = toAction(rule, column, type)
  }
  return policies
}

function toAction(rule: PolicyRule, column: MappedColumn, type: CanonicalType): PolicyAction {
  if (rule.do === 'replace') return { do: 'replace', rule: rule.id, text: replacementOf(rule, column, type) }
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
