import type { SourceCapabilities, SplitOptions } from '../../contract/source.ts'
import type { RowKey } from '../../model/loss.ts'
import type { Cursor } from '../../model/plain.ts'
import type { Finding, ReadPlan, Split } from '../../model/plan.ts'
import type { Catalog, QualifiedName } from '../../model/relation.ts'
import type { Consistency } from '../../model/run-state.ts'
import type { DocumentStream } from './document-stream.ts'

/** Where documents are: the files of a dump, or a server. What is done with them is the same. */
export interface DocumentStore extends AsyncDisposable {
  /** For people: no secrets. */
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities
  /** Collections as tables without columns: parts of their indexes are paths. */
  catalog(signal: AbortSignal): Promise<Catalog>
  /** Collections whose documents are to stay as they are. Absent: documents need not have an `_id`. */
  readonly ownCatalog?: ((signal: AbortSignal) => Promise<Catalog>) | undefined
  preflight(reads: readonly ReadPlan[], signal: AbortSignal): Promise<readonly Finding[]>
  planSplits(read: ReadPlan, options: SplitOptions, signal: AbortSignal): Promise<readonly Split[]>
  openMoment(readerCount: number, reads: readonly ReadPlan[], signal: AbortSignal): Promise<DocumentMoment>
}

/** One moment of a store, as far as it has any. */
export interface DocumentMoment extends AsyncDisposable {
  readonly consistency: Consistency
  /** Documents of a split, those behind `from` alone where it is there. @throws TL_K503 where the split is of another moment */
  openSplit(split: Split, table: QualifiedName, from: Cursor | undefined, signal: AbortSignal): Promise<DocumentStream>
  /** Documents with some keys, and others perhaps. Absent: all of the collection are looked at for them. */
  openKeys?(read: ReadPlan, keys: readonly RowKey[], signal: AbortSignal): Promise<DocumentStream>
  /** All documents of a collection, or at least `sampleSize` from all over it. @throws TL_S205 where there is none */
  openAll(table: QualifiedName, signal: AbortSignal, sampleSize?: number): Promise<DocumentStream>
  /** @throws TransloadError where documents are not what they were when the moment was opened @param run For the message */
  assertUnchanged(run?: string): Promise<void>
}
