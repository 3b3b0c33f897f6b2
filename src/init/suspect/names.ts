import { parsePersonName } from '../../transform/text/parse-person-name.ts'
import { type SeenTable, type Suggestion, textColumns, wordsOf } from '../suggestion.ts'
import { share, valuesOf } from '../value-sample.ts'

const persons: ReadonlySet<string> = new Set(
  ['user', 'customer', 'client', 'person', 'employee', 'contact', 'member', 'author', 'patient', 'student', 'staff']
    .flatMap((word) => [word, `${word}s`])
    .concat('people', 'display', 'full'),
)

const parts = ['title', 'first', 'middle', 'last', 'suffix'] as const

/** Columns of whole names, which may be split into first and last. */
export function suspectNames(seen: SeenTable): Suggestion[] {
  const taken = new Set(seen.plan.columns.map(({ from }) => from))
  // Where names are in parts already, the whole is for show.
  if (seen.plan.columns.some(({ from }) => /first|last|sur|family/i.test(from) && /name/i.test(from))) return []
  return textColumns(seen).flatMap(({ from }) => (isOfPerson(from, seen.plan.from) ? nameOf(seen, from, taken) : []))
}

/** `full_name`, `customerName`, and a mere `name` in a table of persons. */
function isOfPerson(column: string, dataset: string): boolean {
  const words = wordsOf(column)
  if (words.length === 1 && words[0] === 'fullname') return true
  if (words.at(-1) !== 'name' || words.length > 2) return false
  return words.length === 2 ? persons.has(words[0] ?? '') : wordsOf(dataset).some((word) => persons.has(word))
}

function nameOf({ plan, sample }: SeenTable, column: string, taken: ReadonlySet<string>): Suggestion[] {
  const values = valuesOf(sample, column)
  const parsed = values.map((value) => parsePersonName(value, 'last'))
  const found = parsed.filter((name) => name?.first !== undefined && name.last !== undefined).length
  if (found === 0 || found * 2 < values.length) return []
  const wanted = parts.filter(
    (part) => part === 'first' || part === 'last' || parsed.some((name) => name?.[part] !== undefined),
  )
  const into = Object.fromEntries(
    wanted.map((part) => [part, part === 'title' || part === 'suffix' ? `name_${part}` : `${part}_name`]),
  )
  if (Object.values(into).some((name) => taken.has(name))) return []
  return [
    {
      kind: 'person-name',
      dataset: plan.from,
      columns: [column],
      reason: `${share(found, values.length, sample)} are a first and a last name; one word is taken for a last name, what is no name leaves NULLs, and the column stays`,
      found,
      looked: values.length,
      stage: { split: { from: column, into, by: 'person-name', otherwise: 'null' } },
    },
  ]
}
