import { assertNotAborted } from '../../../async/abort.ts'
import type { LanePlan, Reader } from '../../../contract/lane.ts'
import type { Snapshot } from '../../../contract/source.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { CountAnswer, CountQuestion } from '../../../model/count.ts'
import type { Consistency } from '../../../model/run-state.ts'
import { OversizeGate } from '../../sql/oversize-gate.ts'
import type { Throttle } from '../../sql/throttle.ts'
import { DumpReader } from './dump-reader.ts'
import type { DumpFile } from './input/dump-file.ts'
import { KeyFilter } from './key-filter.ts'
import { parseBounds, type SplitBounds, type TableBounds } from './split-bounds.ts'

export interface DumpSnapshotOptions {
  readonly file: DumpFile
  readonly hash: string
  readonly throttle: Throttle | undefined
  /** Where a table's rows are, for a split that says only which keys are wanted. */
  readonly findBounds: (lane: LanePlan, signal: AbortSignal) => Promise<TableBounds>
  readonly count: (questions: readonly CountQuestion[], signal: AbortSignal) => Promise<readonly CountAnswer[]>
}

/** A file as it is. Readers of a plain one go where they want; those of a packed one follow each other in one pass. */
export class DumpSnapshot implements Snapshot {
  readonly consistency: Consistency
  readonly #options: DumpSnapshotOptions
  readonly #gate = new OversizeGate()
  readonly #forward: ReturnType<DumpFile['forward']>

  constructor(options: DumpSnapshotOptions) {
    const { file, hash } = options
    this.consistency = {
      level: 'snapshot',
      position: `sha256:${hash}`,
      moments: [`${file.path}, ${file.size} bytes, written to last at ${file.modifiedAt}`],
    }
    this.#options = options
    this.#forward = file.forward()
  }

  async openReader(lane: LanePlan, signal: AbortSignal): Promise<Reader> {
    assertNotAborted(signal)
    const { file, throttle, findBounds } = this.#options
    const split: SplitBounds = parseBounds(lane.split)
    const bounds = 'keys' in split ? await findBounds(lane, signal) : split
    if (bounds.hash !== this.#options.hash) {
      const reason = `the plan’s places are in another file than ${file.path} is now`
      throw new TransloadError('TL_K503', { reason })
    }
    const { schema, name } = lane.read.table
    if (bounds.table.schema !== schema || bounds.table.name !== name) {
      throw new TransloadError('TL_S205', { endpoint: file.label, kind: 'table', name: `${schema}.${name}` })
    }
    const [layout] = lane.layouts
    const filter = 'keys' in split && layout !== undefined ? new KeyFilter(layout, split.keys) : undefined
    const open: ConstructorParameters<typeof DumpReader>[0]['open'] = async (position, abort) =>
      file.isPacked ? await this.#forward.from(position, abort) : await file.pieces(position, abort)
    return new DumpReader({ file, lane, bounds, filter, throttle, gate: this.#gate, open })
  }

  async count(questions: readonly CountQuestion[], signal: AbortSignal): Promise<readonly CountAnswer[]> {
    return await this.#options.count(questions, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#forward[Symbol.asyncDispose]()
  }
}
