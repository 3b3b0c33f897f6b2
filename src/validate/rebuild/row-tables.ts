import type { Column, Layout } from '../../batch/layout.ts'
import type { ContentColumn, ContentQuestion, Contents } from '../../contract/contents.ts'
import type { ExistingTable } from '../../contract/target.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { QualifiedName } from '../../model/relation.ts'
import { formsOfCell } from '../server-cell.ts'

/** Where the target has the rows of one frame of a collection. */
export interface FrameRows {
  readonly frame: number
  readonly table: QualifiedName
  /** By slot of the frame: what the target calls the column. */
  readonly names: ReadonlyMap<number, string>
  /** As the target describes the table; undefined: it is not there, and has no rows. */
  readonly there: Pick<ExistingTable, 'columns'> | undefined
}

/** A table that rows are read of, to make documents of them. */
export interface RowTable {
  readonly frame: number
  readonly question: ContentQuestion<string>
  /** By column of the question: its slot in the frame. */
  readonly slots: readonly number[]
  /** Places of the question's columns that tell which document a row is of, in the order of the document's key. */
  readonly key: readonly number[]
}

/** All tables that the documents of a collection stand in. */
export interface RowTables {
  /** Of frames as a run has them. */
  readonly layouts: readonly Layout[]
  readonly main: RowTable
  readonly children: readonly RowTable[]
  /** By place of the key: whether the rows come in the order of its bytes, and not in that of its numbers. */
  readonly isBytewise: readonly boolean[]
}

/**
 * What is asked of the target. Rows of all tables come in one order, that of the document's key: integers by number, and
 * whatever else it has by its bytes, which no collation and no type of one of the tables changes.
 *
 * @param frames The documents' own first
 */
export function rowTables(
  read: ReadPlan,
  frames: readonly FrameRows[],
  contents: Pick<Contents<string>, 'formsOf' | 'isOrderedBy'>,
): RowTables {
  const { children = [] } = read
  const carried = children.find(({ parent }) => parent === 0)?.carried ?? []
  const asked = new Map(frames.map((rows) => [rows.frame, columnsOf(rows, columnsOfFrame(read, rows.frame), contents)]))
  const isByNumber = (column: ContentColumn<string> | undefined): boolean =>
    column?.form === 'number' && contents.isOrderedBy(column.type, column.form)
  const isBytewise = carried.map((slot, place) => {
    return !frames.every(({ frame }) => isByNumber(asked.get(frame)?.get(frame === 0 ? slot : place)))
  })
  const tableOf = (rows: FrameRows): RowTable[] => {
    if (rows.there === undefined) return []
    const { frame, table } = rows
    const columns = asked.get(frame) ?? new Map<number, ContentColumn<string>>()
    const slots = [...columns.keys()]
    const child = children.find((one) => one.frame === frame)
    const ordered = child === undefined ? carried : [...child.carried.keys(), child.carried.length]
    const isByBytes = (place: number): boolean => {
      // Rows of one document: those of an array by their place, those of a map by their name.
      return place < isBytewise.length ? isBytewise[place]! : !isByNumber(columns.get(ordered[place]!))
    }
    const order = ordered.flatMap((slot) => columns.get(slot)?.name ?? [])
    const bytewise = ordered.flatMap((slot, place) => (isByBytes(place) ? (columns.get(slot)?.name ?? []) : []))
    const key = (child === undefined ? carried : carried.map((_, place) => place)).map((slot) => slots.indexOf(slot))
    return [{ frame, question: { table, columns: [...columns.values()], order, bytewise }, slots, key }]
  }
  const [main, ...others] = frames.flatMap(tableOf)
  if (main === undefined || main.frame !== 0)
    throw new TransloadError('TL_X901', { reason: `no rows of ${read.dataset}` })
  return { layouts: layoutsOf(read), main, children: others, isBytewise }
}

function columnsOfFrame(read: ReadPlan, frame: number): readonly Column[] {
  return frame === 0 ? read.columns : (read.children?.find((one) => one.frame === frame)?.columns ?? [])
}

/** By slot. A column that is not there, or of a type that tells no such values, is NULL. */
function columnsOf(
  { names, there }: FrameRows,
  columns: readonly Column[],
  contents: Pick<Contents<string>, 'formsOf'>,
): Map<number, ContentColumn<string>> {
  const asked = new Map<number, ContentColumn<string>>()
  for (const [slot, { type: canonical }] of columns.entries()) {
    const name = names.get(slot)
    const type = there?.columns.find((column) => column.name === name)?.type
    if (name === undefined || type === undefined) continue
    const forms = contents.formsOf(type)
    const form = formsOfCell(canonical).find((one) => forms.includes(one))
    if (form !== undefined) asked.set(slot, { name, type, form })
  }
  return asked
}

function layoutsOf({ dataset, columns, children = [] }: ReadPlan): Layout[] {
  const frameCount = Math.max(0, ...children.map(({ frame }) => frame)) + 1
  return Array.from({ length: frameCount }, (_, frame) => {
    const child = children.find((one) => one.frame === frame)
    return { dataset, columns: child?.columns ?? (frame === 0 ? columns : []), identify: [] }
  })
}
