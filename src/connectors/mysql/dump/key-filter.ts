import { ArenaBatch } from '../../../batch/batch.ts'
import type { Layout } from '../../../batch/layout.ts'
import { rowKey } from '../../../batch/row-text.ts'
import type { RowKey } from '../../../model/loss.ts'
import type { LiteralRowDecoder } from './decode/literal-row-decoder.ts'

/** Picks the rows with certain keys, by the very text that reports have of a key: each row is decoded to be looked at. */
export class KeyFilter {
  readonly #probe: ArenaBatch
  /** Names of a key's columns → the keys with these columns, as one text each. */
  readonly #wanted = new Map<string, { readonly names: readonly string[]; readonly keys: Set<string> }>()

  constructor(layout: Layout, keys: readonly RowKey[]) {
    this.#probe = new ArenaBatch([layout], 1024, 1)
    for (const key of keys) {
      const names = Object.keys(key).toSorted()
      const id = JSON.stringify(names)
      const known = this.#wanted.get(id) ?? { names, keys: new Set<string>() }
      known.keys.add(textOf(names, key))
      this.#wanted.set(id, known)
    }
  }

  matches(decoder: LiteralRowDecoder, bytes: Buffer, values: Int32Array, rowBytes: number): boolean {
    const probe = this.#probe
    probe.clear('', 0, 0)
    decoder.decode(bytes, values, rowBytes, probe)
    const key = rowKey(probe, 0)
    for (const { names, keys } of this.#wanted.values()) if (keys.has(textOf(names, key))) return true
    return false
  }
}

function textOf(names: readonly string[], key: RowKey): string {
  return JSON.stringify(names.map((name) => key[name] ?? null))
}
