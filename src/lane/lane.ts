import { assertNotAborted, waitOrAbort } from '../async/abort.ts'
import { both } from '../async/both.ts'
import { probe } from '../async/probe.ts'
import { ArenaBatch } from '../batch/batch.ts'
import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { LanePlan, Reader, Stage, Writer } from '../contract/lane.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { fate } from '../model/fate.ts'
import type { Cursor } from '../model/plain.ts'

/** Batches of a lane: one is filled, one is written, one lies ready between them. */
const batchCount = 3

export interface LaneEnds {
  readonly reader: Reader
  readonly writer: Writer
  readonly stages: readonly Stage[]
}

/** The batches of a lane, which it needs for as long as it moves one split after the other. */
export function createBatches(): ArenaBatch[] {
  return Array.from({ length: batchCount }, () => new ArenaBatch([]))
}

/** Told after every commit, in order. */
export type OnCommit = (lane: LanePlan, checkpoint: Checkpoint, receipt: CommitReceipt) => void

/**
 * Moves one split: reader → stages → writer, with reading ahead by at most two batches. Resolves to true once the split
 * is done, to false where `stop` asked to end after the batches that are under way. Nothing but this lane may use
 * `batches` until then.
 *
 * @throws the first error of either side, having waited for the other to let go of the batches.
 */
export async function runLane(
  lane: LanePlan,
  ends: LaneEnds,
  batches: readonly ArenaBatch[],
  onCommit: OnCommit,
  stop: AbortSignal,
  signal: AbortSignal,
): Promise<boolean> {
  const free = new Channel<ArenaBatch>()
  const filled = new Channel<Filled>()
  for (const batch of batches) {
    batch.assume(lane.layouts)
    free.put(batch)
  }
  const [read, written] = await both(
    (either) => fill(lane, ends, free, filled, stop, either),
    (either) => drain(lane, ends.writer, free, filled, onCommit, either),
    signal,
  )
  assertNotAborted(signal)
  return read && written
}

interface Filled {
  readonly batch: ArenaBatch
  readonly checkpoint: Checkpoint
}

/** The reading side. True: the split's last batch was handed on. */
async function fill(
  lane: LanePlan,
  ends: LaneEnds,
  free: Channel<ArenaBatch>,
  filled: Channel<Filled>,
  stop: AbortSignal,
  signal: AbortSignal,
): Promise<boolean> {
  let sequence = lane.sequence
  let readBefore = lane.readBefore
  let before = lane.from
  let oversize: ArenaBatch | undefined
  for (;;) {
    if (stop.aborted && !lane.split.atomic) {
      filled.close()
      return false
    }
    // While a huge row is being written nothing is read: one of them is in memory, not two.
    if (oversize !== undefined) await free.takeThis(oversize, signal)
    const batch = oversize ?? (await free.take(signal))
    oversize = undefined
    batch.clear(lane.split.id, sequence, readBefore)
    const more = await ends.reader.read(batch, signal)
    probe('after-read')
    if (!more) addVanished(lane, batch, readBefore)
    const rowCount = batch.frames[0]?.rowCount ?? 0
    if (rowCount > 0 && !lane.split.atomic) assertMovedOn(lane, before, batch.after)
    const bytes = batch.used - batch.keptBytes
    for (const stage of ends.stages) await stage.run(batch, signal)
    probe('after-transform')
    const checkpoint: Checkpoint = {
      run: lane.run,
      split: lane.split.id,
      fence: lane.fence,
      sequence,
      after: batch.after ?? before,
      done: !more,
      read: rowCount,
      bytes,
    }
    if (batch.isOversize()) oversize = batch
    filled.put({ batch, checkpoint })
    if (!more) {
      filled.close()
      return true
    }
    before = batch.after ?? before
    readBefore += rowCount
    sequence++
  }
}

/** The writing side. True: the split's last batch is durable. */
async function drain(
  lane: LanePlan,
  writer: Writer,
  free: Channel<ArenaBatch>,
  filled: Channel<Filled>,
  onCommit: OnCommit,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const next = await filled.takeOrEnd(signal)
    if (next === undefined) return false
    const { batch, checkpoint } = next
    const receipt = await writer.write(batch, checkpoint, signal)
    assertAddsUp(lane, checkpoint, receipt)
    onCommit(lane, checkpoint, receipt)
    batch.release()
    free.put(batch)
    if (checkpoint.done) return true
  }
}

/** Keys that were asked for one by one and are not there any more count as read, and as vanished. */
function addVanished(lane: LanePlan, batch: ArenaBatch, readBefore: number): void {
  const frame = batch.frames[0]
  if (lane.split.keyCount === undefined || frame === undefined) return
  for (let left = lane.split.keyCount - readBefore - frame.rowCount; left > 0; left--) {
    frame.fate[batch.addRow(0)] = fate.vanished
  }
}

function assertMovedOn(lane: LanePlan, before: Cursor | undefined, after: Cursor | undefined): void {
  if (after === undefined || JSON.stringify(after) === JSON.stringify(before)) {
    throw new TransloadError('TL_K505', { split: lane.split.id })
  }
}

/** @throws TL_K506 */
export function assertAddsUp(lane: LanePlan, checkpoint: Checkpoint, receipt: CommitReceipt): void {
  const { written, merged, filtered, rejected, vanished } = receipt
  if (written + merged + filtered + rejected + vanished === checkpoint.read) return
  throw new TransloadError('TL_K506', {
    dataset: lane.split.dataset,
    reason:
      `${checkpoint.read} read, ${written} written, ${merged} merged, ${filtered} filtered, ` +
      `${rejected} rejected, ${vanished} vanished`,
  })
}

/** A queue between the two sides of one lane. */
class Channel<T> {
  readonly #items: T[] = []
  #waiting: { resolve: () => void } | undefined
  #closed = false

  put(item: T): void {
    this.#items.push(item)
    this.#wake()
  }

  close(): void {
    this.#closed = true
    this.#wake()
  }

  async takeOrEnd(signal: AbortSignal): Promise<T | undefined> {
    for (;;) {
      assertNotAborted(signal)
      const item = this.#items.shift()
      if (item !== undefined) return item
      if (this.#closed) return undefined
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting = { resolve }
      await waitOrAbort(promise, signal)
    }
  }

  async take(signal: AbortSignal): Promise<T> {
    const item = await this.takeOrEnd(signal)
    if (item === undefined) throw new TransloadError('TL_X901', { reason: 'a lane’s free batches were closed' })
    return item
  }

  /** Waits until this very item is there, and takes it. */
  async takeThis(item: T, signal: AbortSignal): Promise<void> {
    while (!this.#items.includes(item)) {
      assertNotAborted(signal)
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting = { resolve }
      await waitOrAbort(promise, signal)
    }
    this.#items.splice(this.#items.indexOf(item), 1)
  }

  #wake(): void {
    this.#waiting?.resolve()
    this.#waiting = undefined
  }
}
