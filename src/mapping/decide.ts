import { parseCanonical } from '../canonical/parse-type.ts'
import { typeText } from '../canonical/type-text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { type CensusFact, censusFacts } from '../model/census.ts'
import { fillTemplate } from './fill-template.ts'
import { type Fact, meets } from './condition.ts'
import type { ColumnWish } from './document.ts'
import { conditionsHold, type MappedColumn, patternFits } from './match.ts'
import { textPolicyOf } from './policies.ts'
import type { RuleSet } from './rule-set.ts'
import { type TypeWish, wantedOf } from './wanted.ts'

export interface Decision {
  readonly type: CanonicalType
  /** `{enum}` stands for an enum type that the plan names. */
  readonly targetType: string
  readonly rule: string
  readonly why: string
  /** What it may cost, for people; absent: nothing. */
  readonly loss?: string | undefined
  /** Where somebody wishes for a type of the target's own, which no rule knows to fit. */
  readonly wishedAt?: string | undefined
  /** Why the column cannot be written, and what to do about it. */
  readonly refused?: { readonly reason: string; readonly cure: string } | undefined
}

/**
 * @param own What the pipeline says of this very column
 * @throws TL_C105 where no rule knows the type: an unknown type is never passed on as text.
 */
export function decide(rules: RuleSet, column: MappedColumn, own: ColumnWish = {}): Decision {
  const { type: wish, clock } = wantedOf(rules, column, own)
  if (wish !== undefined && clock === undefined) return decideWanted(rules, column, wish)
  const kept = clock === undefined ? textPolicyOf(rules, column, own) : undefined
  if (kept !== undefined) {
    const type: CanonicalType = { kind: 'text' }
    return { ...decideWrite(rules, column, type), type, rule: kept.id, why: kept.why }
  }
  for (const rule of rules.types) {
    if (!patternFits(rule.match, column) || !conditionsHold(rule.when, column)) continue
    const type =
      rule.canonical === undefined ? decideRead(rules, column).type : canonicalOf(rule.canonical, column, rule.id)
    const loss = lossOf(rule.loss)
    if (rule.target !== undefined)
      return { type, targetType: withNative(rule.target, column), rule: rule.id, why: rule.why, loss }
    const write = decideWrite(rules, column, type)
    return { ...write, type, rule: rule.id, why: rule.why, loss: lossOf(loss, write.loss) }
  }
  const read = decideRead(rules, column)
  const write = decideWrite(rules, column, read.type)
  return {
    ...write,
    type: read.type,
    rule: read.rule,
    why: read.why === write.why ? read.why : `${read.why}; ${write.why}`,
    loss: lossOf(read.loss, write.loss),
  }
}

/** What rules together may cost. */
function lossOf(...losses: readonly (string | undefined)[]): string | undefined {
  const some = losses.filter((loss) => loss !== undefined && loss !== 'none')
  return some.length === 0 ? undefined : some.join('; ')
}

/** One of transload's types; else one of the target's own, for the values as the source's type is read. */
function decideWanted(rules: RuleSet, column: MappedColumn, { text, rule, why, isOwn, place }: TypeWish): Decision {
  const { native } = column
  const type = parseCanonical(isOwn ? text : withDigits(text, native.args), native.labels)
  if (type !== undefined) return { ...decideWrite(rules, column, type), type, rule, why }
  if (!isOwn) return { type: decideRead(rules, column).type, targetType: text, rule, why, wishedAt: place }
  throw new TransloadError('TL_C105', {
    reason: `${column.table}.${column.column}: ${text} is not a type`,
    cure: `Types are ${typesText}.`,
  })
}

const typesText =
  'bool, int(8…64), uint(8…64), decimal(p,s), float32, float64, text(n), bytes(n), date, time(p), timestamp(p), instant(p), interval(p), uuid, bits(n), json, inet'

/** A clock has as many digits of a second as the source's, where nobody says how many. */
export function withDigits(text: string, args: readonly number[]): string {
  return /^(time|timestamp|instant|interval)$/.test(text) ? `${text}(${args[0] ?? 0})` : text
}

/** As the source's own type is read, whatever somebody wants. */
export function decideRead(rules: RuleSet, column: MappedColumn): Pick<Decision, 'type' | 'rule' | 'why' | 'loss'> {
  for (const rule of rules.read) {
    if (!patternFits(rule.match, column) || !conditionsHold(rule.when, column)) continue
    const template = rule.canonical.replace('{of}', () => elementText(rules, column))
    return { type: canonicalOf(template, column, rule.id), rule: rule.id, why: rule.why, loss: rule.loss }
  }
  throw new TransloadError('TL_C105', {
    reason: `${column.table}.${column.column} is of the type ${column.native.text}, which no rule knows`,
    cure: 'Leave the column out (columns: {NAME: {drop: true}}), or give a type in a mapping file.',
  })
}

/** The type of an array's elements. */
function elementText(rules: RuleSet, column: MappedColumn): string {
  const { of } = column.native
  return of === undefined ? '' : typeText(decideRead(rules, { ...column, native: of }).type)
}

/** What the target has for a type, whatever column it is of. @throws TL_C105 where it has none */
export function decideWrite(
  rules: RuleSet,
  column: Pick<MappedColumn, 'table' | 'column'>,
  type: CanonicalType,
): Pick<Decision, 'targetType' | 'rule' | 'why' | 'loss' | 'refused'> {
  for (const rule of rules.write) {
    if (!canonicalFits(rule.canonical, type)) continue
    if (
      !Object.entries(rule.when ?? {}).every(
        ([name, limit]) => limit === undefined || meets(ownFact(type, name), limit),
      )
    )
      continue
    const { id, why } = rule
    const loss = lossOf(rule.loss)
    if (rule.type?.includes('{of}') === true && type.kind === 'array') {
      const element = decideWrite(rules, column, type.of)
      const targetType = rule.type.replace('{of}', () => element.targetType)
      return { targetType, rule: id, why, loss: lossOf(loss, element.loss), refused: element.refused }
    }
    if (rule.type !== undefined) return { targetType: targetText(rule.type, type), rule: id, why, loss }
    return { targetType: '', rule: id, why, refused: { reason: rule.refuse ?? why, cure: rule.cure ?? '' } }
  }
  throw new TransloadError('TL_C105', {
    reason: `${column.table}.${column.column}: the target has no type for ${typeText(type)}`,
    cure: 'Leave the column out (columns: {NAME: {drop: true}}), or give a type in a mapping file.',
  })
}

function canonicalOf(template: string, column: MappedColumn, rule: string): CanonicalType {
  const { native } = column
  const type = parseCanonical(
    fillTemplate(withNative(template, column), native.args, native.unsigned ?? false),
    native.labels,
  )
  if (type !== undefined) return type
  throw new TransloadError('TL_C105', {
    reason: `the mapping rule ${rule} says ${template}, which is not a type`,
    cure: 'Mend the rule.',
  })
}

/** `{text}` is the type as the source prints it, where both ends are of one engine. */
function withNative(template: string, { native }: MappedColumn): string {
  return template.replace('{text}', () => native.text)
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
  if (name === 'decimal-digits' && type.kind === 'decimal') return String(type.precision)
  if (name === 'label-bytes' && (type.kind === 'enum' || type.kind === 'set')) {
    return String(Math.max(0, ...type.labels.map((label) => Buffer.byteLength(label))))
  }
  return undefined
}

/** Facts that rules would ask of this column, so that the census finds out nothing else. */
export function factsAsked(rules: RuleSet, column: Omit<MappedColumn, 'facts'>): CensusFact[] {
  const asked = new Set<string>()
  for (const { match, when } of rules.overrides) {
    if (when === undefined || !patternFits(match, { ...column, facts: {} })) continue
    for (const fact of Object.keys(when)) asked.add(fact)
  }
  for (const rule of [...rules.types, ...rules.read]) {
    if (!patternFits(rule.match, { ...column, facts: {} })) continue
    for (const fact of Object.keys(rule.when ?? {})) asked.add(fact)
    // A rule without a condition decides: what comes after it is never asked.
    if (rule.when === undefined && 'canonical' in rule && rule.canonical !== undefined) break
  }
  return [...asked].filter(isCensusFact)
}

function isCensusFact(name: string): name is CensusFact {
  return censusFacts.some((fact) => fact === name)
}
