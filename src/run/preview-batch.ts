import { ArenaBatch } from '../batch/batch.ts'
import type { Layout } from '../batch/layout.ts'
import type { EncodedValue } from '../model/loss.ts'

/** A batch that so many rows fill, and that keeps what the source gave where a policy has changed it. */
export class PreviewBatch extends ArenaBatch {
  readonly #rowLimit: number
  readonly #originals = new Map<string, EncodedValue>()

  constructor(layouts: readonly Layout[], rowLimit: number) {
    super(layouts)
    this.#rowLimit = rowLimit
  }

  /** The value that a policy has changed; undefined where none has. */
  original(row: number, column: string): EncodedValue | undefined {
    return this.#originals.get(`${row} ${column}`)
  }

  override clear(split: string, sequence: number, readBefore: number): void {
    super.clear(split, sequence, readBefore)
    this.#originals.clear()
  }

  override isFull(): boolean {
    return super.isFull() || this.#rowCount >= this.#rowLimit
  }

  override rowsBeforeFull(frameNumber: number, rowBytes: number): number {
    const left = Math.max(0, this.#rowLimit - 1 - this.#rowCount)
    return Math.min(left, super.rowsBeforeFull(frameNumber, rowBytes))
  }

  override lose(row: number, column: string, rule: string, original?: () => EncodedValue): void {
    super.lose(row, column, rule)
    if (original !== undefined) this.#originals.set(`${row} ${column}`, original())
  }

  get #rowCount(): number {
    return this.frames[0]?.rowCount ?? 0
  }
}
