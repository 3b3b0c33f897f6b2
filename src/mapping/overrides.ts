import { TransloadError } from '../errors/transload-error.ts'
import { type PolicyAction, type ValueFault, valueFaults } from '../model/plan.ts'
import type {
  ColumnWish,
  Conditions,
  MappingDocument,
  MatchPattern,
  OverrideWish,
  PolicyRule,
  PolicyWishes,
} from './document.ts'
import { isPattern } from './glob.ts'

/** What somebody wants of the columns that a pattern fits. */
export interface Override {
  readonly id: string
  readonly match: MatchPattern
  readonly when?: Conditions | undefined
  readonly wish: ColumnWish
  readonly why: string
  /** For people: where it stands. */
  readonly place: string
}

/** How a wall clock becomes a moment. */
export interface AssumedClock {
  readonly zone: string
  readonly gap: 'reject' | 'earlier' | 'later'
  readonly overlap: 'reject' | 'earlier' | 'later'
}

/** The short forms of a mapping, as rules: those of a column by its name go before those of patterns, these before types. */
export interface ShortForms {
  readonly overrides: readonly Override[]
  readonly policies: readonly PolicyRule[]
}

/** Where an entry of a mapping stands, for people. */
export type EntryPlace = (path: readonly PropertyKey[]) => { readonly file: string; readonly place: string }

/** Of a mapping that stands in no file of its own. */
export const inMapping: EntryPlace = (path) => ({ file: 'the mapping', place: path.map(String).join('.') })

/** @throws TL_C102 where entries cannot be meant so */
export function shortForms({ types, columns = {}, policies }: MappingDocument, placeOf = inMapping): ShortForms {
  const named: Override[] = []
  const patterns: Override[] = []
  for (const [key, wish] of Object.entries(columns)) {
    const dot = key.lastIndexOf('.')
    if (dot <= 0 || dot === key.length - 1) {
      const cure = `Write it with its table, such as orders.${key}, or *.${key} for all.`
      throw wrongEntry(placeOf, ['columns', key], `${key} names no table`, cure)
    }
    const match = { table: key.slice(0, dot), column: key.slice(dot + 1) }
    const one = overrideOf(['columns', key], wish, match, placeOf)
    if (isPattern(key)) patterns.push(one)
    else named.push(one)
  }
  const byType = Object.entries(types === undefined || Array.isArray(types) ? {} : types).map(([key, wish]) => {
    return overrideOf(['types', key], wish, typePattern(key, placeOf), placeOf)
  })
  const overrides = [...named, ...patterns, ...byType]
  const all = policies === undefined || Array.isArray(policies) ? {} : policies
  return {
    overrides,
    policies: [
      ...overrides.flatMap(({ match, wish, why }) => policyRules(wish.policies, match, why)),
      ...policyRules(all, undefined, 'the mapping says so'),
    ],
  }
}

function overrideOf(
  path: readonly [string, string],
  given: OverrideWish,
  match: MatchPattern,
  placeOf: EntryPlace,
): Override {
  const { id, is, when, why, ...wish } = typeof given === 'string' ? { type: given } : given
  const { file, place } = placeOf(path)
  const fault = faultOf(wish, when)
  if (fault !== undefined) throw wrongEntry(placeOf, path, ...fault)
  return {
    id: id ?? path.join('.'),
    match: is === undefined ? match : { ...match, type: is },
    when,
    wish,
    why: why ?? 'the mapping says so',
    place: `${file}: ${place}`,
  }
}

/** What of a wish cannot be meant so, and the cure. */
export function faultOf(
  { type, assume, gap, overlap, decode, policies }: ColumnWish,
  when?: Override['when'],
): readonly [reason: string, cure: string] | undefined {
  if (assume !== undefined && !/^instant(\(\d\))?$/.test(type ?? '')) {
    return ['assume makes a moment of a clock', 'Write type: instant beside it.']
  }
  if (assume === undefined && (gap ?? overlap) !== undefined) {
    return ['gap and overlap are about the clock of a zone', 'Write assume: ZONE beside them, such as Europe/Berlin.']
  }
  if (when !== undefined && (assume ?? decode ?? policies) !== undefined) {
    return ['only a type can hang on the data', 'Leave when out, or put the type into an entry of its own.']
  }
  for (const fault of valueFaults) {
    const reason = unusable(fault, policies?.[fault])
    if (reason !== undefined) return reason
  }
  return undefined
}

function unusable(fault: ValueFault, wish: PolicyWishes[ValueFault]): readonly [string, string] | undefined {
  const inText = fault === 'nul-byte' || fault === 'invalid-text' || fault === 'json-nul'
  if (wish === 'remove' && !inText) {
    return [`${fault}: of such a value nothing would be left`, 'Write null, reject, text, or {replace: X}.']
  }
  if (wish === 'text' && (inText || fault === 'invalid-json')) {
    return [`${fault}: the column is text already`, 'Write null, reject, remove, or {replace: X}.']
  }
  return undefined
}

function wrongEntry(placeOf: EntryPlace, path: readonly string[], reason: string, cure: string): TransloadError {
  return new TransloadError('TL_C102', { ...placeOf(path), reason, cure })
}

/** `tinyint(1) unsigned` as what it matches; a type without arguments is any of its name. */
function typePattern(key: string, placeOf: EntryPlace): MatchPattern {
  const found = /^([a-z][\w ]*?)(?:\(([\d, ]+)\))?(?: (unsigned|signed))?$/.exec(key.trim().toLowerCase())
  if (found === null) {
    const cure = 'Write it as the source does, such as tinyint(1) or bigint unsigned.'
    throw wrongEntry(placeOf, ['types', key], `${key} is no type of a source`, cure)
  }
  const [, type = '', args, sign] = found
  return {
    type,
    ...(args === undefined ? {} : { args: args.split(',').map(Number) }),
    ...(sign === undefined ? {} : { unsigned: sign === 'unsigned' }),
  }
}

/** Rules of the short form: `{zero-date: null}`. */
export function policyRules(
  wishes: PolicyWishes | undefined,
  match: MatchPattern | undefined,
  why: string,
): PolicyRule[] {
  const rules: PolicyRule[] = []
  for (const fault of valueFaults) {
    const wish = wishes?.[fault]
    if (wish === undefined) continue
    const [action, text] = wish === null ? ['null' as const] : typeof wish === 'string' ? [wish] : replaceBy(wish)
    rules.push({ id: `${fault}-${endings[action]}`, fault, do: action, text, match, why })
  }
  return rules
}

function replaceBy({ replace }: { readonly replace: string | number }): ['replace', string] {
  return ['replace', String(replace)]
}

/** How the built-in policies are called, too: a budget of losses need not tell them apart. */
const endings: { readonly [action in PolicyAction['do']]: string } = {
  null: 'null',
  reject: 'reject',
  remove: 'removed',
  replace: 'replaced',
  text: 'text',
}
