import { parseEmail } from '../../transform/text/parse-email.ts'
import { trimSpaces } from '../../transform/text/white-space.ts'
import { type SeenTable, type Suggestion, textColumns, wordsOf } from '../suggestion.ts'
import { amount, share, valuesOf, within } from '../value-sample.ts'

const phoneWords: ReadonlySet<string> = new Set(['phone', 'telephone', 'mobile', 'tel', 'fax', 'cell'])

/** Addresses and telephone numbers that are not in the one spelling that the stage `clean` gives them. */
export function suspectContacts(seen: SeenTable): Suggestion[] {
  return textColumns(seen).flatMap(({ from }) => {
    const words = wordsOf(from)
    if (words.includes('email') || words.includes('mail')) return emails(seen, from)
    return words.some((word) => phoneWords.has(word)) ? phones(seen, from) : []
  })
}

function emails({ plan, sample }: SeenTable, column: string): Suggestion[] {
  const values = valuesOf(sample, column)
  const filled = values.filter((value) => trimSpaces(value) !== '')
  const none = filled.filter((value) => parseEmail(value) === undefined).length
  const other = filled.filter((value) => parseEmail(value) !== value).length - none
  // Half of them are: else the name has another meaning.
  if (none + other + values.length - filled.length === 0 || none * 2 > filled.length) return []
  const found = values.length - filled.length + none + other
  const parts = [
    ...(other > 0 ? [`${amount(other)} in another spelling (spaces, capitals in the domain)`] : []),
    ...(none > 0 ? [`${amount(none)} no address, which stay as they are`] : []),
    ...(values.length > filled.length ? [`${amount(values.length - filled.length)} empty, which become NULL`] : []),
  ]
  return [
    {
      kind: 'email',
      dataset: plan.from,
      columns: [column],
      reason: `${share(found, values.length, sample)} could be cleaned: ${parts.join('; ')}`,
      found,
      looked: values.length,
      stage: { clean: { columns: [column], email: true, emptyToNull: true, otherwise: 'keep' } },
    },
  ]
}

function phones({ plan, sample }: SeenTable, column: string): Suggestion[] {
  const values = valuesOf(sample, column)
  const found = values.filter((value) => !/^\+[1-9]\d{6,14}$/.test(value)).length
  const likely = values.filter((value) => /^[\d\s()+./x-]{6,}$/i.test(value)).length
  if (found === 0 || likely * 2 < values.length) return []
  return [
    {
      kind: 'phone',
      dataset: plan.from,
      columns: [column],
      reason:
        `${share(found, values.length, sample)} are no E.164 numbers (+493012345678); say phone: {country: DE}, or which ` +
        'it is, for those without a +; what is no number stays as it is',
      found,
      looked: values.length,
      stage: { clean: { columns: [column], phone: {}, otherwise: 'keep' } },
    },
  ]
}

/** Texts with white space before or behind them: one suggestion for the table. */
export function suspectSpaces(seen: SeenTable): Suggestion[] {
  const { plan, sample } = seen
  const counted = textColumns(seen)
    .map(({ from }) => ({ from, found: valuesOf(sample, from).filter((value) => trimSpaces(value) !== value).length }))
    .filter(({ found }) => found > 0)
  if (counted.length === 0) return []
  const figures = counted.map(({ from, found }) => `${from} ${amount(found)}`).join(', ')
  const columns = counted.map(({ from }) => from)
  return [
    {
      kind: 'white-space',
      dataset: plan.from,
      columns,
      reason: `values with white space before or behind them${within(sample)}: ${figures}`,
      found: counted.reduce((sum, { found }) => sum + found, 0),
      looked: columns.reduce((sum, column) => sum + valuesOf(sample, column).length, 0),
      stage: { clean: { columns, trim: true } },
    },
  ]
}
