import type { Batch, Frame } from '../batch/batch.ts'
import type { RejectNote } from '../batch/notes.ts'
import { cellToText } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { fate } from '../model/fate.ts'
import type { EncodedValue } from '../model/loss.ts'
import { type DatasetPlan, outputsOf } from '../model/plan.ts'
import type { DatasetPreview, PreviewRow, PreviewValue, PreviewValues } from '../model/preview.ts'
import { masksColumn } from '../plan/mask-columns.ts'
import type { BoundStages } from '../transform/bind-stages.ts'
import { type Shape, shapeOf } from '../transform/shape.ts'
import type { PreviewBatch } from './preview-batch.ts'
import { PreviewChoice } from './preview-choice.ts'

/** UTF-16 units of a value that are shown. */
const maxShown = 1000
/** Rows that one row comes to, as far as they are shown. */
const maxAfter = 20

interface ShownColumn {
  readonly name: string
  readonly slot: number
  readonly type: CanonicalType
  readonly isHidden: boolean
}

/** A table that rows go to. */
interface Output {
  readonly to: string
  readonly frame: number
  readonly columns: readonly ShownColumn[]
}

/** Tells what would become of rows of one dataset, and keeps some of them. */
export class PreviewRows {
  readonly #dataset: DatasetPlan
  readonly #before: readonly ShownColumn[]
  readonly #outputs: readonly Output[]
  readonly #stageNames: readonly string[]
  readonly #choice: PreviewChoice
  /** Per frame and row of the batch under way: the stage that filtered it. */
  #filteredBy = new Map<Frame, Map<number, number>>()
  /** Per row of frame 0: the stage that rejected it. */
  #rejectedBy = new Map<number, number>()
  readonly #counts = { read: 0, written: 0, filtered: 0, rejected: 0 }
  readonly #losses = new Map<string, { column: string; rule: string; count: number }>()

  /** @param mask As `validate.mask` of a pipeline */
  constructor(
    dataset: DatasetPlan,
    bound: BoundStages | undefined,
    { rowCount, mask }: { readonly rowCount: number; readonly mask: readonly string[] },
  ) {
    const { read } = dataset
    this.#dataset = dataset
    const isMasked = (name: string): boolean => mask.some((pattern) => masksColumn(pattern, read.table, name))
    this.#before = read.columns.map(({ name, type }, slot) => {
      return { name, slot, type, isHidden: isMasked(name) || bound?.hidden.includes(name) === true }
    })
    // What stages make of a value that they hide is what everybody may see.
    const masked = new Set(read.columns.map(({ name }) => name).filter(isMasked))
    this.#outputs = shownOutputs(dataset, bound, masked)
    this.#stageNames = numbered((bound?.stages ?? []).map(({ name }) => name))
    this.#choice = new PreviewChoice(rowCount)
  }

  get read(): number {
    return this.#counts.read
  }

  /** To be told after each stage, before the next one. */
  afterStage(stage: number, batch: Batch): void {
    for (const frame of batch.frames.slice(1)) {
      let stages = this.#filteredBy.get(frame)
      if (stages === undefined) this.#filteredBy.set(frame, (stages = new Map()))
      for (let row = 0; row < frame.rowCount; row++) {
        if (frame.fate[row] === fate.filtered && !stages.has(row)) stages.set(row, stage)
      }
    }
    for (const { row, stage: place } of batch.rejects) {
      if (place === 'transform' && !this.#rejectedBy.has(row)) this.#rejectedBy.set(row, stage)
    }
  }

  /** Takes the rows of a batch in, which has gone through the stages. */
  add(batch: PreviewBatch): void {
    const frame = batch.frames[0]!
    const rejects = new Map(batch.rejects.map((note) => [note.row, note]))
    const losses = lossesByRow(batch)
    const made = this.#outputs.map((output) => liveByOrigin(batch.frames[output.frame]!))
    const filteredBy = this.#stagesThatFilter(batch)
    for (let row = 0; row < frame.rowCount; row++) {
      const note = rejects.get(row)
      const outcome = note !== undefined ? 'rejected' : frame.fate[row] === fate.filtered ? 'filtered' : 'written'
      const lost = outcome === 'written' ? (losses.get(row) ?? []) : []
      this.#counts.read++
      this.#counts[outcome]++
      for (const { column, rule } of lost) this.#countLoss(column, rule)
      const number = this.#counts.read
      const stage = note === undefined ? this.#stageName(filteredBy.get(row)) : this.#rejectedAt(note)
      this.#choice.offer({ outcome, stage, column: note?.column, code: note?.code, losses: lost }, (told) => {
        const after = outcome === 'written' ? this.#after(batch, row, made) : []
        return {
          row: number,
          before: this.#valuesBefore(batch, row, note),
          after: after.slice(0, maxAfter),
          moreAfter: Math.max(0, after.length - maxAfter),
          ...told,
          ...(note !== undefined && this.#mayTell(note) ? { reason: note.reason } : {}),
        }
      })
    }
    this.#filteredBy = new Map()
    this.#rejectedBy = new Map()
  }

  /** @param isWhole Whether there are no rows but those that were taken in */
  result(isWhole: boolean): DatasetPreview {
    const { from, to } = this.#dataset
    const losses = [...this.#losses.values()]
    return { from, to, isWhole, ...this.#counts, losses, rows: this.#choice.rows() }
  }

  #countLoss(column: string, rule: string): void {
    const id = JSON.stringify([column, rule])
    const loss = this.#losses.get(id) ?? { column, rule, count: 0 }
    loss.count++
    this.#losses.set(id, loss)
  }

  #stageName(stage: number | undefined): string | undefined {
    return stage === undefined ? undefined : this.#stageNames[stage]
  }

  #rejectedAt({ row, stage }: RejectNote): string | undefined {
    return stage === 'transform' ? this.#stageName(this.#rejectedBy.get(row)) : stage
  }

  /** Per row of frame 0: the last stage that has filtered it, or some of what came of it. */
  #stagesThatFilter(batch: Batch): ReadonlyMap<number, number> {
    const last = new Map<number, number>()
    for (const frame of batch.frames.slice(1)) {
      for (const [row, stage] of this.#filteredBy.get(frame) ?? []) {
        const origin = frame.origin[row]!
        last.set(origin, Math.max(stage, last.get(origin) ?? 0))
      }
    }
    return last
  }

  /** What stages say of a row may have values of it in it, of whichever column. */
  #mayTell({ stage }: RejectNote): boolean {
    return stage !== 'transform' || !this.#before.some(({ isHidden }) => isHidden)
  }

  #valuesBefore(batch: PreviewBatch, row: number, note: RejectNote | undefined): PreviewValues {
    return valuesOf(this.#before, ({ name, slot, type }) => {
      if (note?.column === name && note.original !== undefined) return originalText(note.original)
      const original = batch.original(row, name)
      return original === undefined ? cellText(batch, batch.frames[0]!, row, slot, type) : originalText(original)
    })
  }

  #after(batch: Batch, row: number, made: readonly ReadonlyMap<number, readonly number[]>[]): PreviewRow['after'] {
    return this.#outputs.flatMap(({ to, frame, columns }, place) =>
      (made[place]!.get(row) ?? []).map((from) => ({
        to,
        values: valuesOf(columns, ({ slot, type }) => cellText(batch, batch.frames[frame]!, from, slot, type)),
      })),
    )
  }
}

/** The dataset's own table, and those that stages make rows of. */
function shownOutputs(dataset: DatasetPlan, bound: BoundStages | undefined, hidden: ReadonlySet<string>): Output[] {
  const isHidden = ({ columns }: Shape, slot: number): boolean => {
    const madeOf = columns.find((one) => one.slot === slot)?.madeOf
    // Where nobody knows what a value is made of, it may be made of any.
    return madeOf === undefined ? hidden.size > 0 : madeOf.some((name) => hidden.has(name))
  }
  const main = bound?.shape ?? shapeOf(dataset.read.columns)
  return outputsOf(dataset).flatMap(({ to, writes }) =>
    writes.map(({ frame, columns }) => {
      const shape = bound?.outputs.find(({ left }) => left.frame === frame)?.left ?? main
      return {
        to,
        frame,
        columns: columns.map(({ name, slot, type }) => ({ name, slot, type, isHidden: isHidden(shape, slot) })),
      }
    }),
  )
}

/** `clean`, and `clean #1` and `clean #2` where there are two. */
function numbered(names: readonly string[]): string[] {
  return names.map((name, place) => {
    const isOnly = names.indexOf(name) === names.lastIndexOf(name)
    return isOnly ? name : `${name} #${names.slice(0, place + 1).filter((one) => one === name).length}`
  })
}

function lossesByRow({ losses }: Batch): ReadonlyMap<number, PreviewRow['losses'][number][]> {
  const byRow = new Map<number, PreviewRow['losses'][number][]>()
  for (const { column, rule, rows } of losses) {
    for (const row of rows) {
      const lost = byRow.get(row)
      if (lost === undefined) byRow.set(row, [{ column, rule }])
      else lost.push({ column, rule })
    }
  }
  return byRow
}

/** Per row of frame 0: the rows of another frame, or of that one, which came of it and go over. */
function liveByOrigin(frame: Frame): ReadonlyMap<number, readonly number[]> {
  const byOrigin = new Map<number, number[]>()
  for (let row = 0; row < frame.rowCount; row++) {
    if (frame.fate[row] !== fate.live) continue
    const origin = frame.origin[row]!
    const rows = byOrigin.get(origin)
    if (rows === undefined) byOrigin.set(origin, [row])
    else rows.push(row)
  }
  return byOrigin
}

/** @param textOf A column's canonical text, or null for NULL */
function valuesOf(columns: readonly ShownColumn[], textOf: (column: ShownColumn) => string | null): PreviewValues {
  // A name of the data's own, such as __proto__, is one like any other.
  return Object.fromEntries(
    columns.map((column) => [column.name, column.isHidden ? { hidden: true } : shownText(textOf(column))]),
  )
}

function shownText(text: string | null): PreviewValue {
  if (text === null || text.length <= maxShown) return text === null ? null : { text }
  // Half of a character is none.
  return { text: text.slice(0, maxShown).replace(/[\uD800-\uDBFF]$/, ''), cut: true }
}

function cellText(batch: Batch, frame: Frame, row: number, slot: number, type: CanonicalType): string | null {
  const cell = (row * frame.layout.columns.length + slot) * 2
  const length = frame.cells[cell + 1]!
  return length < 0 ? null : cellToText(type, batch.bytes, frame.cells[cell]!, length)
}

/** Bytes that are no text are shown as hexadecimal digits. */
function originalText(value: EncodedValue): string | null {
  if (value === null) return null
  return 'text' in value ? value.text : `0x${Buffer.from(value.base64, 'base64').toString('hex')}`
}
