import { ArenaBatch, type Batch } from '../../batch/batch.ts'
import { putCell } from '../../batch/put-cell.ts'
import type { ContentReader, Rebuilder } from '../../contract/contents.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import { madeColumn } from '../../model/document-path.ts'
import type { NativeType } from '../../model/relation.ts'
import { orderOf } from '../key-order.ts'
import { RowStream } from '../row-stream.ts'
import { cellOfText } from '../server-cell.ts'
import type { RebuiltCounts } from '../compared-table.ts'
import type { RowTable, RowTables } from './row-tables.ts'

/** Rows of one table, in the order of the documents that they are of. */
interface OpenTable {
  readonly table: RowTable
  readonly rows: RowStream
  /** By column of what is read. */
  readonly columns: readonly { readonly slot: number; readonly type: CanonicalType; readonly form: DigestForm }[]
  /** The row that the stream stands at is one of those that are still to come. */
  isAtRow: boolean
  isEnded: boolean
}

const number = orderOf('number')

/**
 * Documents, made again of the target's rows: those of all tables are read side by side, each once and in the order of the
 * document's key, and of one document no more is held than that. A row of a child that stands in no document that is there
 * is passed by.
 */
export class RebuiltReader implements ContentReader {
  readonly #rebuilder: Rebuilder<NativeType>
  readonly #tables: RowTables
  readonly #main: OpenTable
  readonly #children: readonly OpenTable[]
  /** Columns of the main table that go before the document: places among those that are read of it. */
  readonly #shown: readonly number[]
  readonly #readers: readonly ContentReader[]
  /** The rows of one document. */
  readonly #cells: ArenaBatch
  readonly #counts: RebuiltCounts
  /** Place of the main table's `$original`; −1: it has none. */
  readonly #original: number

  /**
   * @param readers Of the main table and its children
   * @param counts Where documents are counted, from 0
   */
  constructor(
    rebuilder: Rebuilder<NativeType>,
    tables: RowTables,
    shown: readonly number[],
    readers: readonly ContentReader[],
    counts: RebuiltCounts,
  ) {
    counts.documents = counts.originals = 0
    this.#counts = counts
    this.#rebuilder = rebuilder
    this.#tables = tables
    this.#shown = shown
    this.#readers = readers
    this.#cells = new ArenaBatch(tables.layouts, 64 * 1024, 16)
    const open = (table: RowTable, place: number): OpenTable => {
      const { columns, table: name } = table.question
      const rows = new RowStream(
        name.name,
        columns.map((column) => column.name),
      )
      rows.open(readers[place]!)
      const { columns: types } = tables.layouts[table.frame]!
      const asked = columns.map(({ form }, at) => ({
        slot: table.slots[at]!,
        type: types[table.slots[at]!]!.type,
        form,
      }))
      return { table, rows, columns: asked, isAtRow: false, isEnded: false }
    }
    this.#main = open(tables.main, 0)
    const original = tables.layouts[0]!.columns.findIndex(({ name }) => name === madeColumn.original)
    this.#original = tables.main.slots.indexOf(original)
    this.#children = tables.children.map((table, place) => open(table, place + 1))
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    while (await this.#toRow(this.#main, signal)) {
      const cells = this.#cells
      cells.clear('', 0, 0)
      if (cells.isOversize()) cells.release()
      let isWhole = this.#take(this.#main)
      for (const child of this.#children) {
        while (await this.#toRow(child, signal)) {
          const order = this.#compare(child)
          if (order > 0) break
          if (order === 0 && !this.#take(child)) isWhole = false
          child.isAtRow = false
        }
      }
      this.#put(into, isWhole)
      this.#main.isAtRow = false
      if (into.isFull()) return true
    }
    return false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader[Symbol.asyncDispose]()))
  }

  /** False: the table has no more rows. */
  async #toRow(open: OpenTable, signal: AbortSignal): Promise<boolean> {
    if (open.isAtRow) return true
    const { rows } = open
    if (open.isEnded) return false
    if (!rows.advance()) {
      open.isEnded = !(await rows.refill(signal))
      if (open.isEnded) return false
      rows.advance()
    }
    open.isAtRow = true
    return true
  }

  /** Which document the child's row is of: one before the main table's, below 0; that one; or one after it. */
  #compare({ table, rows }: OpenTable): number {
    const { isBytewise, main } = this.#tables
    const documents = this.#main.rows
    for (let place = 0; place < isBytewise.length; place++) {
      const [one, other] = [rows.at + table.key[place]! * 2, documents.at + main.key[place]! * 2]
      const [start, length] = [rows.cells[one]!, rows.cells[one + 1]!]
      const [from, count] = [documents.cells[other]!, documents.cells[other + 1]!]
      const order =
        isBytewise[place]! || number === undefined
          ? rows.bytes.compare(documents.bytes, from, from + count, start, start + length)
          : number(rows.bytes, start, length, documents.bytes, from, count)
      if (order !== 0) return order
    }
    return 0
  }

  /** Puts the row among those of the document. False: a text of it is none of its type. */
  #take({ table: { frame }, rows, columns }: OpenTable): boolean {
    const cells = this.#cells
    const row = cells.addRow(frame, 0)
    const width = this.#tables.layouts[frame]!.columns.length
    let isWhole = true
    for (let place = 0; place < columns.length; place++) {
      const { slot, type, form } = columns[place]!
      const start = rows.cells[rows.at + place * 2]!
      const length = rows.cells[rows.at + place * 2 + 1]!
      if (length < 0) continue
      const cell = cellOfText(type, form, rows.bytes.subarray(start, start + length))
      if (cell === undefined) isWhole = false
      else putCell(cells, frame, row * width + slot, cell)
    }
    return isWhole
  }

  /** The document's key as the server gave it, and the document; of rows that none can be made of, one of no bytes. */
  #put(into: Batch, isWhole: boolean): void {
    const { rows } = this.#main
    this.#counts.documents++
    if (this.#original >= 0 && rows.cells[rows.at + this.#original * 2 + 1]! >= 0) this.#counts.originals++
    const row = into.addRow(0)
    const width = this.#shown.length + 1
    for (const [place, column] of this.#shown.entries()) {
      const start = rows.cells[rows.at + column * 2]!
      const length = rows.cells[rows.at + column * 2 + 1]!
      if (length >= 0) putCell(into, 0, row * width + place, rows.bytes.subarray(start, start + length))
    }
    const made = isWhole ? this.#rebuilder.build(this.#cells, 0, into) : undefined
    const { cells } = into.frames[0]!
    const at = (row * width + width - 1) * 2
    cells[at] = made?.start ?? into.used
    cells[at + 1] = made === undefined ? 0 : made.end - made.start
  }
}
