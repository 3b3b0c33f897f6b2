import { ArenaBatch } from '../../../batch/batch.ts'
import type { Layout } from '../../../batch/layout.ts'
import { rowKey } from '../../../batch/row-text.ts'
import { WantedKeys } from '../../../batch/wanted-keys.ts'
import type { RowKey } from '../../../model/loss.ts'
import type { LiteralRowDecoder } from './decode/literal-row-decoder.ts'

/** Picks the rows with certain keys, by the very text that reports have of a key: each row is decoded to be looked at. */
export class KeyFilter {
  readonly #probe: ArenaBatch
  readonly #wanted: WantedKeys

  constructor(layout: Layout, keys: readonly RowKey[]) {
    this.#probe = new ArenaBatch([layout], 1024, 1)
    this.#wanted = new WantedKeys(keys)
  }

  matches(decoder: LiteralRowDecoder, bytes: Buffer, values: Int32Array, rowBytes: number): boolean {
    const probe = this.#probe
    probe.clear('', 0, 0)
    decoder.decode(bytes, values, rowBytes, probe)
    return this.#wanted.has(rowKey(probe, 0))
  }
}
