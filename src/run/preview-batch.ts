import { ArenaBatch } from '../batch/batch.ts'
import type { Layout } from '../batch/layout.ts'
import { lostOriginals } from '../batch/row-text.ts'
import type { EncodedValue } from '../model/loss.ts'

/** A batch that so many rows fill, and that tells what the source gave where a policy has changed it. */
export class PreviewBatch extends ArenaBatch {
  readonly #rowLimit: number

  constructor(layouts: readonly Layout[], rowLimit: number) {
    super(layouts)
    this.#rowLimit = rowLimit
  }

  /** The value that a policy has changed; undefined where none has. */
  original(row: number, column: string): EncodedValue | undefined {
    return lostOriginals(this, row).find(({ column: of, value }) => of === column && value !== undefined)?.value
  }

  override isFull(): boolean {
    return super.isFull() || this.#rowCount >= this.#rowLimit
  }

  override rowsBeforeFull(frameNumber: number, rowBytes: number): number {
    const left = Math.max(0, this.#rowLimit - 1 - this.#rowCount)
    return Math.min(left, super.rowsBeforeFull(frameNumber, rowBytes))
  }

  get #rowCount(): number {
    return this.frames[0]?.rowCount ?? 0
  }
}
