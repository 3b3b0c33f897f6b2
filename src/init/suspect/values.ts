import { looksDoubleEncoded } from '../../format/charset/double-encoded.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { hasStage, type SeenTable, type Suggestion, textColumns, wordsOf } from '../suggestion.ts'
import { amount, counted, share, valuesOf, within } from '../value-sample.ts'

/** Texts whose UTF-8 was taken for latin1 once, and encoded again. */
export function suspectEncoding(seen: SeenTable): Suggestion[] {
  return textColumns(seen).flatMap(({ from }) => {
    const values = valuesOf(seen.sample, from)
    const found = values.filter((value) => {
      const bytes = Buffer.from(value)
      return looksDoubleEncoded(bytes, 0, bytes.length)
    }).length
    if (found === 0) return []
    return [
      {
        kind: 'encoded-twice' as const,
        dataset: seen.plan.from,
        columns: [from],
        reason: `${share(found, values.length, seen.sample)} look like UTF-8 that was stored twice over: all are carried as they are`,
        found,
        looked: values.length,
      },
    ]
  })
}

/** Dates of which there is none, and which become NULL: another value in their place is a choice. */
export function suspectDates({ plan }: SeenTable): Suggestion[] {
  return plan.columns.flatMap(({ from, type, losses }) => {
    const zero = losses.find(({ fault, found = 0 }) => fault === 'zero-date' && found > 0)
    const first = firstMoment(type)
    if (zero?.found === undefined || first === undefined) return []
    return [
      {
        kind: 'zero-date' as const,
        dataset: plan.from,
        columns: [from],
        reason: `${counted(zero.found, 'value')} without a date that there is, NULL in the target (${zero.rule}: ${zero.why}); this puts another date in the place of every NULL`,
        found: zero.found,
        stage: { default: { [from]: first } },
      },
    ]
  })
}

function firstMoment({ kind }: CanonicalType): string | undefined {
  if (kind === 'date') return '1970-01-01'
  if (kind === 'timestamp') return '1970-01-01 00:00:00'
  return kind === 'instant' ? '1970-01-01 00:00:00+00' : undefined
}

/** More values than these are no truth. */
const mostStates = 8

/**
 * Columns that would be truth values, were there only 0 and 1 in them.
 * @param wouldBe Names of columns that a rule makes `bool` where the values allow it
 */
export function suspectTruths({ plan, sample }: SeenTable, wouldBe: ReadonlySet<string>): Suggestion[] {
  return plan.columns.flatMap(({ from, type, rule, why }) => {
    if (!wouldBe.has(from) || type.kind !== 'int') return []
    const values = valuesOf(sample, from)
    const kinds = [...new Set(values)].toSorted((a, b) => Number(a) - Number(b))
    const found = values.filter((value) => value !== '0' && value !== '1').length
    const map = Object.fromEntries(kinds.map((kind) => [kind, kind !== '0']))
    return [
      {
        kind: 'truth-value' as const,
        dataset: plan.from,
        columns: [from],
        reason: `${share(found, values.length, sample)} are neither 0 nor 1, so it stays a number (${rule}: ${why}); this makes all but 0 true${sample.isWhole ? '' : ', and rejects a row whose value is not among these'}`,
        found,
        looked: values.length,
        stage:
          kinds.length > 0 && kinds.length <= mostStates
            ? { map: { column: from, type: 'bool', values: map, otherwise: 'reject' } }
            : undefined,
      },
    ]
  })
}

const identities: ReadonlySet<string> = new Set(['email', 'mail', 'login', 'username'])

/** Values that are there twice, where each is likely to have been meant once. */
export function suspectDuplicates(seen: SeenTable): Suggestion[] {
  const { plan, sample, table } = seen
  return textColumns(seen).flatMap(({ from }) => {
    const isKey = table.indexes.some(
      ({ kind, parts }) => (kind === 'primary' || kind === 'unique') && parts.length === 1 && parts[0]?.column === from,
    )
    const words = wordsOf(from)
    const isIdentity = words.some((word) => identities.has(word)) || words.join(' ') === 'user name'
    if (!isKey && !isIdentity) return []
    const values = valuesOf(sample, from).filter((value) => value !== '')
    const same = values.length - new Set(values).size
    const found = values.length - new Set(values.map((value) => value.trim().toLowerCase())).size
    // Under a key two that are the same to the source cannot be: those that are left differ in case.
    if (found === 0) return []
    return [
      {
        kind: 'duplicates' as const,
        dataset: plan.from,
        columns: [from],
        reason: `${counted(found, 'value')}${within(sample)} that another row has too, ${amount(found - same)} of them in other capitals or with spaces${isKey ? ', under a key that minds them' : ''}: all go over as they are${hasStage('dedupe') ? '; the stage dedupe keeps one of them' : ''}`,
        found,
        looked: values.length,
      },
    ]
  })
}

const secretWords: ReadonlySet<string> = new Set([
  'password',
  'passwd',
  'pwd',
  'pass',
  'passphrase',
  'token',
  'secret',
  'salt',
  'pin',
  'cvv',
  'cvc',
  'ssn',
  'otp',
])

/** Columns that are called as secrets are: whether they ought to go over at all is a question. */
export function suspectSecrets({ plan, table }: SeenTable): Suggestion[] {
  const columns = plan.columns
    .map(({ from }) => from)
    .filter((name) => {
      const words = wordsOf(name)
      return words.some((word) => secretWords.has(word)) || words.join('').includes('apikey')
    })
  const keys = new Set(
    table.indexes.filter(({ kind }) => kind === 'primary').flatMap(({ parts }) => parts.map(({ column }) => column)),
  )
  const droppable = columns.filter((column) => !keys.has(column))
  if (droppable.length === 0) return []
  return [
    {
      kind: 'secret',
      dataset: plan.from,
      columns: droppable,
      reason:
        droppable.length === 1
          ? 'called as secrets are; this leaves it behind'
          : `${droppable.join(', ')} are called as secrets are; this leaves them behind`,
      stage: { drop: droppable },
    },
  ]
}
