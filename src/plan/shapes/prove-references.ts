import { shapePathText } from '../../config/shape-path.ts'
import type { Source } from '../../contract/source.ts'
import type { DocumentReference, ReferenceCount } from '../../model/document-reference.ts'
import type { Warning } from '../../model/plan.ts'
import { type ForeignKeyInfo, isSameName, type TableInfo } from '../../model/relation.ts'
import type { ShapeNote } from '../../model/shape-note.ts'
import { findReferences, type FoundReference, hasKeysLike, keyOf, type ShapedDocuments } from './find-references.ts'
import { numberText } from './types-text.ts'

/** What came of the columns that may refer to a collection. */
export interface ProvenReferences {
  /** With foreign keys, in the order of the collections. */
  readonly tables: readonly TableInfo[]
  /** By place of the collection. */
  readonly notes: readonly (readonly ShapeNote[])[]
  readonly warnings: readonly Warning[]
}

/**
 * Foreign keys of the columns that refer to other collections: those that the pipeline declares; and those that look like it,
 * where every value is the key of a document there. What is not made is told, with what was counted.
 *
 * @param isProving False: those that the pipeline declares alone, and nothing is counted
 */
export async function proveReferences(
  collections: readonly ShapedDocuments[],
  source: Pick<Source, 'countReferences'>,
  isProving: boolean,
  signal: AbortSignal,
): Promise<ProvenReferences> {
  const found = findReferences(collections).filter(({ isDeclared }) => isDeclared || isProving)
  const counted = isProving ? await countWhole(found, source, signal) : new Map<FoundReference, ReferenceCount>()
  const keys = new Map<ShapedDocuments, { readonly child: number | undefined; readonly key: ForeignKeyInfo }[]>()
  const notes = new Map<ShapedDocuments, ShapeNote[]>()
  const warnings: Warning[] = []
  for (const reference of found) {
    const { from, child } = reference
    const { to, note, warning } = decide(reference, counted.get(reference), collections)
    if (note !== undefined) notes.set(from, [...(notes.get(from) ?? []), note])
    if (warning !== undefined) warnings.push({ code: 'orphans', message: warning })
    if (to === undefined) continue
    const known = keys.get(from) ?? []
    keys.set(from, [
      ...known,
      {
        child,
        key: foreignKey(
          reference,
          to,
          known.map(({ key }) => key.name),
        ),
      },
    ])
  }
  return {
    tables: collections.map((one) => withKeys(one.table, keys.get(one) ?? [])),
    notes: collections.map((one) => notes.get(one) ?? []),
    warnings,
  }
}

/** Only what all documents say is said of all. */
async function countWhole(
  found: readonly FoundReference[],
  source: Pick<Source, 'countReferences'>,
  signal: AbortSignal,
): Promise<Map<FoundReference, ReferenceCount>> {
  const whole = found.filter(({ from, to }) => !from.census.isSample && to?.census.isSample !== true)
  if (whole.length === 0 || source.countReferences === undefined) return new Map()
  const asked = whole.map(({ from, path, to }): DocumentReference => {
    return { table: from.table.name, path, ...(to === undefined ? {} : { to: to.table.name }) }
  })
  const counts = await source.countReferences(asked, signal)
  return new Map(whole.map((reference, place) => [reference, counts[place]!]))
}

interface Decision {
  /** Whose keys the foreign key is to refer to; undefined: there is none. */
  readonly to?: ShapedDocuments | undefined
  readonly note?: ShapeNote | undefined
  readonly warning?: string | undefined
}

function decide(
  reference: FoundReference,
  count: ReferenceCount | undefined,
  collections: readonly ShapedDocuments[],
): Decision {
  const { from, path, column, isDeclared } = reference
  const text = shapePathText(path)
  const parent = reference.to
  const refuse = (why: string, others: readonly string[] = [], warning?: string): Decision => ({
    note: { path: text, chosen: 'no foreign key', why, others },
    warning,
  })
  if (count === undefined) {
    if (isDeclared) return { to: parent, note: declaredNote(text, parent, 'its values were not counted') }
    const why = `it may refer to ${parent?.dataset ?? 'a collection'}: not all values were looked at`
    return refuse(why, [`{references: ${parent?.dataset ?? 'COLLECTION'}}`])
  }
  const { values, orphans, named } = count
  if (values === 0) return isDeclared ? { to: parent } : {}
  const names = named
    .map(({ schema, name }) => (schema === from.table.name.schema ? name : `${schema}.${name}`))
    .join(', ')
  if (named.length > 1) return refuse(`its DBRefs are of several collections: ${names}`)
  const to = parent ?? collections.find(({ table }) => named.some((one) => isSameName(one, table.name)))
  if (to === undefined) return refuse(`its DBRefs are of ${names}, which is not read`)
  if (!hasKeysLike(column, to)) {
    return refuse(
      `it holds ${column.native.text}, and the keys of ${to.dataset} are ${keyOf(to)?.native.text ?? 'none'}`,
    )
  }
  const counted = `${numberText(orphans)} of ${numberText(values)} values are the key of no document of ${to.dataset}`
  const where = `${from.dataset}: ${counted} (${text})`
  if (isDeclared) {
    const isKept = orphans === 0
    const note = declaredNote(text, to, isKept ? `all of its ${numberText(values)} values are keys there` : counted)
    const stays =
      'where they are values of the column too, the foreign key stays NOT VALID, and holds for new rows only'
    return { to, note, warning: isKept ? undefined : `${where}: ${stays}` }
  }
  if (to.isInPart) {
    return refuse(`where or stages of ${to.dataset} may leave documents out that it leads to`, [
      `{references: ${to.dataset}}`,
    ])
  }
  if (orphans === 0) {
    const why = `all of its ${numberText(values)} values are keys of ${to.dataset}`
    return { to, note: { path: text, chosen: `foreign key to ${to.dataset}`, why, others: ['{references: false}'] } }
  }
  // Where most lead nowhere the name means something else, unless a DBRef says what it means.
  const isMeant = reference.to === undefined || orphans * 2 <= values
  return refuse(
    counted,
    isMeant ? [`{references: ${to.dataset}}`] : [],
    isMeant ? `${where}: no foreign key is made` : undefined,
  )
}

function declaredNote(path: string, to: ShapedDocuments | undefined, found: string): ShapeNote {
  const why = `the pipeline says so; ${found}`
  return { path, chosen: `foreign key to ${to?.dataset ?? ''}`, why, others: ['{references: false}'] }
}

/** @param taken Names that others of the collection have: a key is found again by its name */
function foreignKey(
  { from, child, column }: FoundReference,
  to: ShapedDocuments,
  taken: readonly string[],
): ForeignKeyInfo {
  const table = child === undefined ? from.table.name.name : from.table.children![child]!.as
  const wanted = `${table}_${column.as ?? column.name}_fkey`
  let name = wanted
  for (let n = 2; taken.includes(name); n++) name = `${wanted}_${n}`
  return {
    name,
    columns: [column.name],
    references: to.table.name,
    referencedColumns: [keyOf(to)!.name],
    onUpdate: 'no action',
    onDelete: 'no action',
  }
}

function withKeys(
  table: TableInfo,
  keys: readonly { readonly child: number | undefined; readonly key: ForeignKeyInfo }[],
): TableInfo {
  if (keys.length === 0) return table
  const of = (child: number | undefined): readonly ForeignKeyInfo[] => {
    return keys.filter((one) => one.child === child).map(({ key }) => key)
  }
  return {
    ...table,
    foreignKeys: [...table.foreignKeys, ...of(undefined)],
    ...(table.children === undefined
      ? {}
      : { children: table.children.map((child, place) => ({ ...child, foreignKeys: of(place) })) }),
  }
}
