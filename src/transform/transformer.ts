import type { Batch, Frame } from '../batch/batch.ts'
import { type Layout, nullLength } from '../batch/layout.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { fate } from '../model/fate.ts'
import type { BoundStages } from './bind-stages.ts'
import { StageRows } from './stage-rows.ts'

/** The frame that stages work on: frame 0 keeps the rows as they were read. */
export const workFrame = 1

/** The frames of a batch whose rows go through stages. */
export function layoutsOf(read: Layout, { slots }: BoundStages['shape']): Layout[] {
  return [read, { ...read, columns: slots }]
}

/** Takes the live rows of frame 0 through a dataset's stages, in frame {@link workFrame}. */
export class Transformer {
  readonly #stages: BoundStages['stages']

  constructor({ stages }: BoundStages) {
    this.#stages = stages
  }

  run(batch: Batch): void {
    const frame = batch.frames[workFrame]
    if (frame === undefined) throw new TransloadError('TL_X901', { reason: 'a batch without a frame for stages' })
    copyLive(batch, frame)
    const rows = new StageRows(batch, frame)
    for (const { name, run } of this.#stages) {
      rows.stage = name
      run?.(rows)
    }
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
