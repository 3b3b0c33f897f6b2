import type { Batch, Frame } from '../batch/batch.ts'
import { type Layout, nullLength } from '../batch/layout.ts'
import type { KeyMaps } from '../contract/key-maps.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { fate } from '../model/fate.ts'
import type { BoundStages } from './bind-stages.ts'
import { type Shape, workFrame } from './shape.ts'
import { StageRows } from './stage-rows.ts'

/** The frames of a batch whose rows go through stages. */
export function layoutsOf(read: Layout, { frames }: Pick<BoundStages, 'frames'>): Layout[] {
  return [read, ...frames.map((columns) => ({ ...read, columns }))]
}

export interface TransformOptions {
  /** What stages have kept; absent: none of them looks anything up. */
  readonly maps?: KeyMaps | undefined
  /** Place of the stage that only looks at the rows, before any is written, and of which nothing else is left. */
  readonly pass?: number | undefined
  /** Whether all other rows have been there before: those that were rejected come again. */
  readonly isLate?: boolean | undefined
  /** Told after each stage, by its place among the bound ones. */
  readonly afterStage?: ((stage: number, batch: Batch) => void) | undefined
}

/**
 * Takes the live rows of frame 0 through a dataset's stages, in frame {@link workFrame} and those that stages make of it.
 * A row of which nothing is left in any frame that is written counts as filtered.
 */
export class Transformer implements AsyncDisposable {
  readonly #bound: BoundStages
  readonly #options: TransformOptions

  constructor(bound: BoundStages, options: TransformOptions = {}) {
    this.#bound = bound
    this.#options = options
  }

  async run(batch: Batch, signal: AbortSignal): Promise<void> {
    const frame = batch.frames[workFrame]
    if (frame === undefined) throw new TransloadError('TL_X901', { reason: 'a batch without a frame for stages' })
    copyLive(batch, frame)
    const { maps, pass, isLate = false, afterStage } = this.#options
    for (const [at, { name, place, frame: rowsAt, run, look }] of this.#bound.stages.entries()) {
      const rows = new StageRows(batch, rowsAt, name, { maps, isLate })
      if (place === pass) {
        // What stages before it remember is remembered by the copy.
        batch.forgetRemembered()
        look?.(rows)
        return batch.forget()
      }
      // Most stages wait for nothing, and then nobody waits for them.
      const done = run?.(rows, signal)
      if (done !== undefined) await done
      afterStage?.(at, batch)
    }
    const { shape, outputs } = this.#bound
    const children = outputs.filter(({ stage }) => stage < 0)
    if (children.length > 0) filterChildren(batch, children, shape.frame)
    filterGone(batch, [shape.frame, ...outputs.map((output) => output.shape.frame)])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { close } of this.#bound.stages) await close?.()
  }
}

/** The cells of the live rows point into the same bytes; those of slots that stages have added are NULL. */
function copyLive(batch: Batch, to: Frame): void {
  const from = batch.frames[0]!
  let liveCount = 0
  for (let row = 0; row < from.rowCount; row++) if (from.fate[row] === fate.live) liveCount++
  const first = batch.addRows(workFrame, liveCount)
  const width = from.layout.columns.length * 2
  const added = to.layout.columns.length * 2 - width
  const [source, target] = [from.cells, to.cells]
  let cell = first * (width + added)
  for (let row = 0, made = first; row < from.rowCount; row++) {
    if (from.fate[row] !== fate.live) continue
    to.origin[made++] = row
    for (let at = row * width, end = at + width; at < end; at++) target[cell++] = source[at]!
    for (let slot = 0; slot < added; slot++) target[cell++] = nullLength
  }
}

/** What was read within a row goes where that goes. */
function filterChildren(batch: Batch, children: readonly { readonly left: Shape }[], parent: number): void {
  const { fate: fates, origin, rowCount } = batch.frames[parent]!
  const isLeft = new Uint8Array(batch.frames[0]!.rowCount)
  for (let row = 0; row < rowCount; row++) if (fates[row] === fate.live) isLeft[origin[row]!] = 1
  for (const { left } of children) {
    const frame = batch.frames[left.frame]!
    for (let row = 0; row < frame.rowCount; row++) {
      if (frame.fate[row] === fate.live && isLeft[frame.origin[row]!] === 0) frame.fate[row] = fate.filtered
    }
  }
}

function filterGone(batch: Batch, written: readonly number[]): void {
  const first = batch.frames[0]!
  const isLeft = new Uint8Array(first.rowCount)
  for (const at of written) {
    const { fate: fates, origin, rowCount } = batch.frames[at]!
    for (let row = 0; row < rowCount; row++) if (fates[row] === fate.live) isLeft[origin[row]!] = 1
  }
  for (let row = 0; row < first.rowCount; row++) {
    if (first.fate[row] === fate.live && isLeft[row] === 0) first.fate[row] = fate.filtered
  }
}
