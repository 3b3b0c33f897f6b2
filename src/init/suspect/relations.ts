import type { ContentColumn, Contents } from '../../contract/contents.ts'
import type { ForeignKeyInfo, NativeType, TableInfo } from '../../model/relation.ts'
import { isSameName } from '../../model/relation.ts'
import { foldedName, parentNames } from '../../plan/parent-names.ts'
import { asTexts, readSample } from '../read-sample.ts'
import type { SeenTable, Suggestion } from '../suggestion.ts'
import { amount, counted, valuesOf, within } from '../value-sample.ts'

/** Different values of a referring column that are looked for in the other table. */
const maxKeys = 500

/** A column that refers, or looks as if it did, to the key of another table. */
interface Reference {
  readonly column: string
  readonly parent: SeenTable
  readonly key: string
  /** Absent: nobody has declared it. */
  readonly declared: string | undefined
}

/**
 * Rows without their parent, by looking for some of their keys in the parent's table; relations that nobody has declared
 * are told from names (`customer_id`, and a table `customers`), wherever their values are mostly there.
 */
export async function suspectRelations(
  seen: SeenTable,
  all: readonly SeenTable[],
  contents: Contents<NativeType>,
  signal: AbortSignal,
): Promise<Suggestion[]> {
  const suggestions: Suggestion[] = []
  for (const reference of referencesOf(seen, all)) {
    const values = valuesOf(seen.sample, reference.column)
    const wanted = [...new Set(values)].slice(0, maxKeys)
    if (wanted.length === 0) continue
    const found = await keysThere(reference, wanted, contents, signal)
    const missing = new Set(wanted.filter((value) => !found.has(value.toLowerCase())))
    const orphans = values.filter((value) => missing.has(value)).length
    const suggestion = suggestionOf(seen, reference, {
      values: values.length,
      wanted: wanted.length,
      missing: missing.size,
      orphans,
    })
    if (suggestion !== undefined) suggestions.push(suggestion)
  }
  return suggestions
}

interface Figures {
  readonly values: number
  readonly wanted: number
  readonly missing: number
  readonly orphans: number
}

function suggestionOf(
  { plan, sample }: SeenTable,
  { column, parent, key, declared }: Reference,
  { values, wanted, missing, orphans }: Figures,
): Suggestion | undefined {
  const to = `${parent.plan.from}.${key}`
  const shared = { dataset: plan.from, columns: [column], found: orphans, looked: values }
  const figures = `${amount(orphans)} of ${counted(values, 'row')}${within(sample)} without a parent in ${to}`
  if (declared !== undefined) {
    if (orphans === 0) return undefined
    const reason = `${figures}, though ${declared} asks for one: they go over, and the foreign key is made without being validated`
    return { kind: 'orphans', ...shared, reason }
  }
  // Where most are not there, the name has another meaning.
  if (missing * 2 > wanted) return undefined
  const reason = `no foreign key says so, but ${column} looks like one to ${to}; ${orphans === 0 ? `every value${within(sample)} is there` : figures}`
  return { kind: 'relation', ...shared, reason, relation: { from: `${plan.from}.${column}`, to } }
}

function referencesOf(seen: SeenTable, all: readonly SeenTable[]): Reference[] {
  const declared = seen.table.foreignKeys.flatMap((key) => declaredReference(key, all))
  const known = new Set(seen.table.foreignKeys.flatMap(({ columns }) => columns))
  const guessed = seen.table.columns.flatMap(({ name }) => (known.has(name) ? [] : guessedReference(seen, name, all)))
  return [...declared, ...guessed]
}

function declaredReference(
  { name, columns, references, referencedColumns }: ForeignKeyInfo,
  all: readonly SeenTable[],
): Reference[] {
  const parent = all.find(({ table }) => isSameName(table.name, references))
  const [column] = columns
  const [key] = referencedColumns
  if (parent === undefined || column === undefined || key === undefined || columns.length > 1) return []
  return [{ column, parent, key, declared: name }]
}

function guessedReference(seen: SeenTable, column: string, all: readonly SeenTable[]): Reference[] {
  const names = parentNames(column)
  const parent = all.find(
    ({ table }) =>
      table.name.schema === seen.table.name.schema &&
      table !== seen.table &&
      names.includes(foldedName(table.name.name)),
  )
  const key = parent === undefined ? undefined : singleKey(parent.table)
  if (parent === undefined || key === undefined) return []
  const kindIn = (one: SeenTable, name: string): string | undefined =>
    one.plan.columns.find(({ from }) => from === name)?.type.kind
  return kindIn(seen, column) === kindIn(parent, key) ? [{ column, parent, key, declared: undefined }] : []
}

function singleKey({ indexes }: TableInfo): string | undefined {
  const parts = indexes.find(({ kind }) => kind === 'primary')?.parts ?? []
  return parts.length === 1 ? parts[0]?.column : undefined
}

/** Those of the values that the parent's table has, in lower case: its server finds `ABC` for `abc`. */
async function keysThere(
  { parent, key }: Reference,
  wanted: readonly string[],
  contents: Contents<NativeType>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const type = parent.table.columns.find(({ name }) => name === key)?.native
  const [form] = type === undefined ? [] : contents.formsOf(type)
  // Of what cannot be looked for, nothing is missing.
  if (type === undefined || form === undefined || form === 'bytes')
    return new Set(wanted.map((value) => value.toLowerCase()))
  const column: ContentColumn<NativeType> = { name: key, type, form }
  const keys = { columns: [key], values: wanted.map((value) => [value]) }
  await using reader = await contents.openContents(
    { table: parent.table.name, columns: [column], order: [], keys },
    signal,
  )
  const texts = asTexts([key])
  const sample = await readSample(parent.plan.from, texts, texts, (batch) => reader.read(batch, signal))
  return new Set(valuesOf(sample, key).map((value) => value.toLowerCase()))
}
