import type { Batch } from '../../../batch/batch.ts'
import { TransloadError } from '../../../errors/transload-error.ts'

/** Where cells are written: the end of a batch's arena, which is the decoder's alone from `begin` to `end`. */
export class CellOut {
  bytes: Uint8Array = new Uint8Array(0)
  /** Over all of `bytes`. */
  view: DataView = new DataView(this.bytes.buffer)
  /** Where the next byte goes. */
  at = 0
  #batch: Batch | undefined
  #begin = 0

  begin(batch: Batch, byteCount: number): void {
    this.#batch = batch
    this.#begin = batch.reserve(byteCount)
    this.at = this.#begin
    this.bytes = batch.bytes
    this.view = batch.view
  }

  /** What was written is the batch's. */
  end(): void {
    if (this.#batch !== undefined) this.#batch.used = this.at
  }

  /** Makes sure that so many bytes can be written at `at`; `bytes` and `view` may be others after it. */
  makeRoom(byteCount: number): void {
    if (this.at + byteCount > this.bytes.length) this.#grow(byteCount)
  }

  /** The batch, whose arena ends where the next byte goes: until `takeBack` it is somebody else's to append to. */
  lend(): Batch {
    const batch = this.#batch
    if (batch === undefined) throw new TransloadError('TL_X901', { reason: 'cells without their batch' })
    batch.used = this.at
    return batch
  }

  /** What was appended meanwhile is not counted as written. */
  takeBack(): void {
    const batch = this.#batch
    if (batch === undefined) return
    this.bytes = batch.bytes
    this.view = batch.view
  }

  #grow(byteCount: number): void {
    const batch = this.#batch
    if (batch === undefined) return
    batch.used = this.at
    // Twice what the document has, or the arena would be copied for every few values of a large one.
    batch.reserve(Math.max(byteCount, this.at - this.#begin))
    this.bytes = batch.bytes
    this.view = batch.view
  }
}
