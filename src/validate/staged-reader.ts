import { ArenaBatch, type Batch, exchangeRows, moveArena } from '../batch/batch.ts'
import { type Layout, nullLength } from '../batch/layout.ts'
import { pointCell, putCell } from '../batch/put-cell.ts'
import { viewOf } from '../batch/view-of.ts'
import { isOwnForm } from '../canonical/cell-as-form.ts'
import { textAsCell } from '../canonical/text.ts'
import type { ContentReader } from '../contract/contents.ts'
import { type PutAsForm, putterAsForm } from '../format/put-as-form.ts'
import { fate } from '../model/fate.ts'
import { layoutsOf, Transformer } from '../transform/transformer.ts'
import type { ComparedTable, StagedRead, Staging } from './compared-table.ts'
import { expectedValue } from './expected-value.ts'
import { canonicalTextOf } from './server-cell.ts'

/**
 * The rows of a table as they are once they have gone through its stages: read as text that the server made, of which only
 * the values that a stage touches are turned into cells, and taken through the same stages that a run takes them through.
 * A row that a stage filters or refuses is none that the target is to have.
 */
export class StagedReader implements ContentReader {
  readonly #inner: ContentReader
  readonly #staging: Staging
  readonly #transformer: Transformer
  /** As the server gave it. What it lies in goes on, with what is made of it: from one batch to the other, and on into the caller's. */
  readonly #texts: ArenaBatch
  /** As stages find it. */
  readonly #cells: ArenaBatch
  /** Frames of rows that were read within others: those are cells. */
  readonly #children: readonly number[]
  /** By column: its place among what is read, where no stage touches it; −1: the value is one that stages have made. */
  readonly #own: readonly number[]
  /** By column: how its cells are put; undefined: they are what is compared. */
  readonly #putters: readonly (PutAsForm | undefined)[]

  constructor(inner: ContentReader, table: ComparedTable, staging: Staging) {
    this.#inner = inner
    this.#staging = staging
    this.#transformer = new Transformer(staging.stages, { maps: staging.maps })
    const { read, stages } = staging
    this.#own = staging.columns.map(({ changedBy, source }) => {
      return changedBy.length === 0 ? read.findIndex(({ name }) => name === source) : -1
    })
    this.#putters = staging.columns.map(({ type }, place) => {
      const { form } = table.columns[place]!
      return this.#own[place]! >= 0 || isOwnForm(type, form) ? undefined : putterAsForm(type, form)
    })
    const columns = read.map(({ name, nullable }) => ({ name, nullable, type: { kind: 'text' } as const }))
    const layout: Layout = {
      dataset: table.from,
      columns: read.map(({ name, nullable, canonical }) => ({ name, nullable, type: canonical })),
      identify: [],
    }
    const layouts = layoutsOf(layout, stages)
    this.#cells = new ArenaBatch(layouts, 0)
    this.#children = stages.outputs.filter(({ stage }) => stage < 0).map(({ left }) => left.frame)
    // Rows that stand within others come in the frames that they have in a run.
    this.#texts = new ArenaBatch([{ ...layout, columns }, ...layouts.slice(1)], 0)
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    this.#exchangeChildren()
    this.#texts.clear('', 0, 0)
    this.#cells.clear('', 0, 0)
    moveArena(into, this.#texts)
    const hasMore = await this.#inner.read(this.#texts, signal)
    moveArena(this.#texts, this.#cells)
    this.#fill()
    this.#exchangeChildren()
    await this.#transformer.run(this.#cells, signal)
    this.#countLeft()
    moveArena(this.#cells, into)
    this.#hand(into)
    return hasMore
  }

  #fill(): void {
    const { read, stages, leavesOut } = this.#staging
    const from = this.#texts.frames[0]!
    const buffer = bufferOf(this.#cells)
    for (let row = 0; row < from.rowCount; row++) {
      const made = this.#cells.addRow(0)
      const textOf = (slot: number): string | null => {
        const cell = (row * read.length + slot) * 2
        const [start, length] = [from.cells[cell]!, from.cells[cell + 1]!]
        return length < 0 ? null : buffer.toString('utf8', start, start + length)
      }
      if (leavesOut?.(textOf) === true) this.#cells.frames[0]!.fate[made] = fate.rejected
      for (const slot of stages.touched) {
        const cell = (row * read.length + slot) * 2
        const length = from.cells[cell + 1]!
        const start = from.cells[cell]!
        const value = length < 0 ? undefined : buffer.subarray(start, start + length)
        const bytes = cellOf(read[slot]!, value)
        if (bytes === refused) this.#cells.frames[0]!.fate[made] = fate.rejected
        else if (bytes !== undefined && bytes === value)
          pointCell(this.#cells, 0, made * read.length + slot, start, length)
        else if (bytes !== undefined) putCell(this.#cells, 0, made * read.length + slot, bytes)
      }
    }
  }

  /** Rows within others are cells as they come: the stages get them as they are, and their memory is filled again. */
  #exchangeChildren(): void {
    for (const frame of this.#children) exchangeRows(this.#texts.frames[frame]!, this.#cells.frames[frame]!)
  }

  #countLeft(): void {
    const { left } = this.#staging
    const { fate: fates, rowCount } = this.#cells.frames[0]!
    for (let row = 0; row < rowCount; row++) {
      if (fates[row] === fate.filtered) left.filtered++
      else if (fates[row] === fate.rejected) left.refused++
    }
  }

  /** What no stage has touched is the server's own text. */
  #hand(into: Batch): void {
    const { read, columns, shape } = this.#staging
    const frame = this.#cells.frames[shape.frame]!
    const textCells = this.#texts.frames[0]!.cells
    // What it has now, which is here still where texts behind it make the arena another.
    const given = bufferOf(into)
    const view = viewOf(given)
    const width = frame.layout.columns.length
    const own = this.#own
    for (let row = 0; row < frame.rowCount; row++) {
      if (frame.fate[row] !== fate.live) continue
      const made = into.addRow(0)
      const origin = frame.origin[row]!
      for (let place = 0; place < columns.length; place++) {
        const { slot } = columns[place]!
        const readSlot = own[place]!
        const [list, cell] =
          readSlot >= 0 ? [textCells, (origin * read.length + readSlot) * 2] : [frame.cells, (row * width + slot) * 2]
        const length = list[cell + 1]!
        if (length === nullLength) continue
        const start = list[cell]!
        const to = made * columns.length + place
        const put = this.#putters[place]
        if (put === undefined) pointCell(into, 0, to, start, length)
        else put(into, 0, to, given, view, start, length)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]()
    await this.#transformer[Symbol.asyncDispose]()
  }
}

function bufferOf({ bytes }: Batch): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

const refused = Symbol('refused')

/** A value as a run's decoder would give it to a stage; undefined for NULL. */
function cellOf(column: StagedRead, value: Buffer | undefined): Uint8Array | undefined | typeof refused {
  const { type, form, canonical, policies } = column
  const expected = expectedValue({ form, sourceType: type, targetType: '', policies }, value)
  if (expected === 'rejected') return refused
  if (expected === undefined) return undefined
  if (form === 'bytes') return expected
  const text = expected.toString('utf8')
  return textAsCell(canonical, canonicalTextOf(canonical, form, text)) ?? beyondRange(column)
}

/** A value that its type does not have: the policy for such as are out of range says what a run makes of it. */
function beyondRange({ canonical, policies }: StagedRead): Uint8Array | undefined | typeof refused {
  const policy = policies['out-of-range']
  if (policy?.do === 'null') return undefined
  return policy?.do === 'replace' ? (textAsCell(canonical, policy.text) ?? refused) : refused
}
