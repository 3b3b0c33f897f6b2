import type { Settlement } from '../../batch/settle.ts'
import type { Checkpoint, OutputCount } from '../../contract/checkpoint.ts'
import { addLosses, type LossCount } from '../../model/loss.ts'
import type { CheckpointStep } from './checkpoint-step.ts'

/** Adds up the batches of an atomic split until its one checkpoint. */
export class OpenCounts {
  readonly #counts = { read: 0, bytes: 0, written: 0, merged: 0, filtered: 0, rejected: 0, vanished: 0 }
  readonly #outputs = new Map<string, OutputCount>()
  readonly #losses = new Map<string, LossCount>()

  add(checkpoint: Checkpoint, settlement: Settlement, outputs: readonly OutputCount[]): void {
    this.#counts.read += checkpoint.read
    this.#counts.bytes += checkpoint.bytes
    this.#counts.written += settlement.written
    this.#counts.merged += settlement.merged
    this.#counts.filtered += settlement.filtered
    this.#counts.rejected += settlement.rejected
    this.#counts.vanished += settlement.vanished
    for (const { to, written, rejected } of outputs) {
      const held = this.#outputs.get(to)
      this.#outputs.set(to, { to, written: written + (held?.written ?? 0), rejected: rejected + (held?.rejected ?? 0) })
    }
    for (const loss of settlement.losses) {
      const id = `${loss.column}\u0000${loss.rule}`
      const held = this.#losses.get(id)
      this.#losses.set(id, held === undefined ? loss : addLosses(held, loss))
    }
  }

  /** Without rejects: those are stored batch by batch. */
  total(): Omit<CheckpointStep, 'checkpoint' | 'sequenceBefore'> {
    return { ...this.#counts, outputs: [...this.#outputs.values()], losses: [...this.#losses.values()], rejects: [] }
  }
}
