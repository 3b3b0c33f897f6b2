import { ArenaBatch } from '../../batch/batch.ts'
import type { Layout } from '../../batch/layout.ts'
import { rowKey } from '../../batch/row-text.ts'
import { WantedKeys } from '../../batch/wanted-keys.ts'
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
  readonly #wanted: WantedKeys

  constructor(read: ReadPlan, keys: readonly RowKey[]) {
    const columns = read.columns.filter(({ name }) => read.identify.includes(name))
    const layout: Layout = { dataset: read.dataset, columns, identify: [...columns.keys()] }
    this.#probe = new ArenaBatch([layout], 1024, 1)
    // What stands elsewhere in the document is nothing to it.
    this.#decoder = new DocumentDecoder({ dataset: read.dataset, table: read.table, columns, identify: read.identify })
    this.#wanted = new WantedKeys(keys)
  }

  matches(stream: DocumentStream): boolean {
    const probe = this.#probe
    probe.clear('', 0, 0)
    decodeNext(this.#decoder, stream, probe)
    return this.#wanted.has(rowKey(probe, 0))
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
