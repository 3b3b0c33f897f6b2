import { ArenaBatch } from '../../batch/batch.ts'
import type { Layout } from '../../batch/layout.ts'
import { rowKey } from '../../batch/row-text.ts'
import type { RowKey } from '../../model/loss.ts'
import type { ReadPlan } from '../../model/plan.ts'
import { decodeNext } from './decode-next.ts'
import { DocumentDecoder } from './decode/document-decoder.ts'
import type { DocumentMoment } from './document-store.ts'
import type { DocumentStream } from './document-stream.ts'

/** Picks the documents with certain keys, by the very text that reports have of a key. */
export class KeyFilter {
  readonly #probe: ArenaBatch
  readonly #decoder: DocumentDecoder
  /** Names of a key's columns → the keys with these columns, as one text each. */
  readonly #wanted = new Map<string, { readonly names: readonly string[]; readonly keys: Set<string> }>()

  constructor(read: ReadPlan, keys: readonly RowKey[]) {
    const columns = read.columns.filter(({ name }) => read.identify.includes(name))
    const layout: Layout = { dataset: read.dataset, columns, identify: [...columns.keys()] }
    this.#probe = new ArenaBatch([layout], 1024, 1)
    // What stands elsewhere in the document is nothing to it.
    this.#decoder = new DocumentDecoder({ dataset: read.dataset, table: read.table, columns, identify: read.identify })
    for (const key of keys) {
      const names = Object.keys(key).toSorted()
      const id = JSON.stringify(names)
      const known = this.#wanted.get(id) ?? { names, keys: new Set<string>() }
      known.keys.add(textOf(names, key))
      this.#wanted.set(id, known)
    }
  }

  matches(stream: DocumentStream): boolean {
    const probe = this.#probe
    probe.clear('', 0, 0)
    decodeNext(this.#decoder, stream, probe)
    const key = rowKey(probe, 0)
    for (const { names, keys } of this.#wanted.values()) if (keys.has(textOf(names, key))) return true
    return false
  }
}

/** Documents among which are all that have one of the keys. */
export async function openKeys(
  moment: DocumentMoment,
  read: ReadPlan,
  keys: readonly RowKey[],
  signal: AbortSignal,
): Promise<DocumentStream> {
  return (await moment.openKeys?.(read, keys, signal)) ?? (await moment.openAll(read.table, signal))
}

function textOf(names: readonly string[], key: RowKey): string {
  return JSON.stringify(names.map((name) => key[name] ?? null))
}
