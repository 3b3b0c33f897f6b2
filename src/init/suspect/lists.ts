import { hasStage, type SeenTable, type Suggestion, textColumns, wordsOf } from '../suggestion.ts'
import { amount, counted, share, valuesOf, within } from '../value-sample.ts'

/** Words without spaces, with commas between them. */
const list = /^[\p{L}\p{N}_.:/+-]+(?:\s*,\s*[\p{L}\p{N}_.:/+-]+)+$/u
/** `1,234` and `12,5` are numbers. */
const number = /^[+-]?\d{1,3}(?:,\d+)+(?:\.\d+)?$/

/**
 * Columns that hold several values with commas between them: rows of a table of their own, where a single key tells
 * which row they are of.
 *
 * @param tables Names of the tables that there are, in lower case
 */
export function suspectLists(seen: SeenTable, tables: ReadonlySet<string>): Suggestion[] {
  return textColumns(seen).flatMap(({ from }) => {
    const values = valuesOf(seen.sample, from).filter((value) => value !== '')
    const lists = values.filter((value) => list.test(value) && !number.test(value))
    const words = values.filter((value) => list.test(`${value},x`))
    // A list may have one member; a text of several words is none.
    if (lists.length === 0 || lists.length * 5 < values.length || words.length * 10 < values.length * 9) return []
    const longest = lists.reduce((most, value) => Math.max(most, value.split(',').length), 0)
    const stage = exploded(seen, from, tables)
    const cure =
      stage === undefined
        ? 'they could be rows of another table'
        : 'this makes rows of another table of them, and the column stays'
    return [
      {
        kind: 'list' as const,
        dataset: seen.plan.from,
        columns: [from],
        reason: `${share(lists.length, values.length, seen.sample)} are lists with commas, of up to ${longest} members; ${cure}`,
        found: lists.length,
        looked: values.length,
        stage,
      },
    ]
  })
}

function exploded({ table, plan }: SeenTable, column: string, tables: ReadonlySet<string>): Suggestion['stage'] {
  const to = `${table.name.name}_${column}`
  const parts = table.indexes.find(({ kind }) => kind === 'primary')?.parts ?? []
  const key = parts.length === 1 ? parts[0]?.column : undefined
  const own = [`${table.name.name}_${key}`, 'position', column]
  if (key === undefined || tables.has(to.toLowerCase()) || new Set(own).size < own.length) return undefined
  if (!plan.columns.some(({ from }) => from === key)) return undefined
  return { explode: { from: column, by: 'comma', to, key: { [key]: own[0] }, into: column, ordinal: 'position' } }
}

const attributeWords: ReadonlySet<string> = new Set([
  'attribute',
  'attr',
  'property',
  'field',
  'key',
  'option',
  'setting',
])
const valueWords: ReadonlySet<string> = new Set(['value', 'val'])

/** Tables whose rows are the values of other tables' columns: entity, attribute, value. */
export function suspectAttributes({ plan, table, sample }: SeenTable): Suggestion[] {
  const has = (words: ReadonlySet<string>) =>
    plan.columns.find(({ from }) => wordsOf(from).some((word) => words.has(word)))?.from
  const value = has(valueWords)
  const attribute = has(attributeWords)
  const entity = table.columns.find(({ name }) => name !== attribute && name !== value && /.id$/i.test(name))?.name
  if (value === undefined || attribute === undefined || entity === undefined || value === attribute) return []
  if (table.columns.length > 6) return []
  const attributes = valuesOf(sample, attribute)
  const kindCount = new Set(attributes).size
  // An attribute of every entity comes again and again.
  if (kindCount === 0 || kindCount * 2 > attributes.length) return []
  const cure = hasStage('pivot')
    ? 'the stage pivot makes columns of them'
    : 'no stage of this version makes columns of them: a view of the source can'
  return [
    {
      kind: 'attributes',
      dataset: plan.from,
      columns: [entity, attribute, value],
      reason: `looks like a table of attributes (${entity}, ${attribute}, ${value}): ${amount(kindCount)} of them in ${counted(attributes.length, 'row')}${within(sample)}; ${cure}`,
      found: kindCount,
      looked: attributes.length,
    },
  ]
}
