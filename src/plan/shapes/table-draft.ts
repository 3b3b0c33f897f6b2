import { type ShapePath, shapePathText } from '../../config/shape-path.ts'
import { madeColumn } from '../../model/document-path.ts'
import type { DocumentNative } from '../../model/document-native.ts'
import type { DocumentSignature } from '../../model/document-signature.ts'
import type { ChildTableInfo, ColumnInfo, FoundFaults, NativeType } from '../../model/relation.ts'
import { distinctNames, type Named } from './column-names.ts'
import type { ShapeNote } from '../../model/shape-note.ts'

/** Columns of one table at most: what every target can have, with room for a few that others add. */
const maxColumns = 1590

/** A column as far as it is known before all columns of its table are. */
export interface DraftColumn {
  /** As `ColumnInfo.name`. */
  readonly name: string
  readonly label: string
  readonly native: NativeType
  readonly nullable: boolean
  /** Of a field, from the collection's documents on; absent: it is made. */
  readonly path?: ShapePath | undefined
  /** Values that stand in it. */
  readonly values?: number | undefined
  /** Of numbers: most of them are `int`, and the column is for wider ones. */
  readonly isMostlyInt?: boolean | undefined
  /** The key of `shape` that says what it is called; absent: nobody says it. */
  readonly namedBy?: string | undefined
  /** It stays, however many others there are. */
  readonly isWished?: boolean | undefined
  readonly faults?: FoundFaults | undefined
}

/** A table while its columns are found. */
export class TableDraft {
  /** What the target is to call it. */
  readonly as: string
  readonly kind: 'documents' | ChildTableInfo['kind']
  readonly parent: TableDraft | undefined
  /** Of the array or map, from the parent's document or element on (`pathText`). */
  readonly path: string
  /** What the ordinal or key of its rows begins with in the tables within it. */
  readonly label: string
  readonly rows: number
  /** What tells its rows apart, within the parent's row where it has a parent. */
  readonly own: DraftColumn
  readonly fields: DraftColumn[] = []
  /** Columns that come last. */
  readonly tail: DraftColumn[] = []
  readonly leftOut: string[] = []
  /** Paths in the order that documents have them: of columns, and of children's arrays. */
  readonly order: string[] = []
  readonly alwaysThere: string[] = []
  /** Something of it has no column and no table: it takes `$rest`. */
  needsRest = false

  /** @param draft Its label is that of no table that it stands in. */
  constructor(draft: Pick<TableDraft, 'as' | 'kind' | 'parent' | 'path' | 'label' | 'rows' | 'own'>) {
    this.as = draft.as
    this.kind = draft.kind
    this.parent = draft.parent
    this.path = draft.path
    this.label = draft.label
    this.rows = draft.rows
    this.own = draft.own
  }
}

/** A table with all of its columns. */
export interface FinishedTable {
  readonly columns: readonly ColumnInfo[]
  /** Names of the parent's columns whose values the first columns have. */
  readonly carried: readonly string[]
  /** Names of the columns that tell its rows apart. */
  readonly key: readonly string[]
  readonly signature: DocumentSignature
  readonly notes: readonly ShapeNote[]
}

/**
 * @param parent As it is finished; undefined: it has none
 * @param fold What two names of one table must not have in common
 */
export function finishTable(
  draft: TableDraft,
  parent: FinishedTable | undefined,
  fold: (name: string) => string,
): FinishedTable {
  const carried = parent === undefined ? [] : parent.key.map((name) => carriedColumn(name, parent, draft))
  const first = [...carried, draft.own]
  const room = maxColumns - first.length - 2
  const left = fewestValues(draft.fields, room)
  const leftNames = new Set(left.map(({ name }) => name))
  const isLeft = (name: string): boolean => leftNames.has(name)
  const kept = left.length === 0 ? draft.fields : draft.fields.filter(({ name }) => !isLeft(name))
  const rest = draft.needsRest || left.length > 0 ? [madeOf(madeColumn.rest, 'rest', '_rest', true)] : []
  const all = [...first, ...kept, ...rest, ...draft.tail]
  const names = distinctNames(all.map(namedOf), fold)
  const stays = (path: string): boolean => !isLeft(path)
  const ints = [draft.own, ...kept].filter(({ isMostlyInt }) => isMostlyInt).map(({ name }) => name)
  return {
    columns: all.map((column, place) => columnInfo(column, names[place]!)),
    carried: parent?.key ?? [],
    key: first.map(({ name }) => name),
    signature: {
      order: draft.order.filter(stays),
      alwaysThere: draft.alwaysThere.filter(stays),
      ...(ints.length === 0 ? {} : { ints }),
    },
    notes: [...all.flatMap((column, place) => nameNote(column, names[place]!)), ...leftNote(draft, left)],
  }
}

export function madeOf(name: string, native: DocumentNative, label: string, nullable = false): DraftColumn {
  return { name, label, native: nativeOf(native), nullable }
}

/** A native as the catalog has it. @param of Of a native array: what its elements are */
export function nativeOf(name: DocumentNative, of?: DocumentNative): NativeType {
  if (of === undefined) return { name, text: name, args: [] }
  return { name, text: `array of ${of}`, args: [], of: nativeOf(of) }
}

/** The parent's own key is called after it; what the parent carries itself keeps its name. */
function carriedColumn(name: string, parent: FinishedTable, { parent: drafted }: TableDraft): DraftColumn {
  const column = parent.columns.find((one) => one.name === name)!
  const as = column.as ?? column.name
  const isOwn = name === parent.key.at(-1)
  const label = isOwn ? `${drafted?.label ?? ''}_${as.replace(/^_+/, '')}` : as
  return { name: isOwn ? `$${label}` : name, label, native: column.native, nullable: false }
}

/** The columns that are over the limit: those with the fewest values, the last of them first. */
function fewestValues(fields: readonly DraftColumn[], room: number): readonly DraftColumn[] {
  if (fields.length <= room) return []
  return fields
    .filter(({ isWished }) => isWished !== true)
    .toReversed()
    .toSorted((a, b) => (a.values ?? 0) - (b.values ?? 0))
    .slice(0, fields.length - room)
}

function namedOf({ name, label, path, namedBy }: DraftColumn): Named {
  return { label, id: name, turn: namedBy !== undefined ? 0 : path === undefined ? 2 : 1 }
}

function columnInfo({ name, native, nullable, faults }: DraftColumn, as: string): ColumnInfo {
  return {
    name,
    ...(as === name ? {} : { as }),
    native,
    nullable,
    autoIncrement: false,
    invisible: false,
    comment: '',
    ...(faults === undefined ? {} : { faults }),
  }
}

/** A name that is not simply that of the field, or of the fields that lead to it. */
function nameNote({ path, label, namedBy }: DraftColumn, as: string): ShapeNote[] {
  if (path === undefined || namedBy !== undefined) return []
  const names = path.slice(path.lastIndexOf(null) + 1)
  if (as === names.join('_')) return []
  const why =
    as === label ? 'the field’s own name is not one for a column' : `another column of the table is called ${label}`
  return [{ path: shapePathText(path), chosen: `called ${as}`, why, others: ['{name: NAME}'] }]
}

function leftNote(draft: TableDraft, left: readonly DraftColumn[]): ShapeNote[] {
  if (left.length === 0) return []
  const shown = left
    .slice(0, 5)
    .map(({ path }) => shapePathText(path ?? []))
    .join(', ')
  const why = `${draft.as} would have more than ${maxColumns} columns: ${left.length} with the fewest values (${shown}${left.length > 5 ? ' …' : ''}) have none`
  return [{ path: '', chosen: 'values in _rest', why, others: ['PATH: {as: column, type: TYPE}', 'PATH: drop'] }]
}
