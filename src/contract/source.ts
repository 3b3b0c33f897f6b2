import type { CensusAnswer, CensusQuestion } from '../model/census.ts'
import type { CountAnswer, CountQuestion } from '../model/count.ts'
import type { Batch } from '../batch/batch.ts'
import type { RejectedRow, RowKey } from '../model/loss.ts'
import type { DocumentCensus } from '../model/document-census.ts'
import type { DocumentReference, ReferenceCount } from '../model/document-reference.ts'
import type { Finding, ReadColumn, ReadPlan, Split } from '../model/plan.ts'
import type { Catalog, NativeType, QualifiedName } from '../model/relation.ts'
import type { ColumnCondition } from '../model/row-condition.ts'
import type { Consistency, ConsistencyLevel } from '../model/run-state.ts'
import type { Contents } from './contents.ts'
import type { LanePlan, Reader } from './lane.ts'

export interface SourceCapabilities {
  /** The best that a run can expect; preflight says where the data falls short of it. */
  readonly consistency: ConsistencyLevel
  /** False: cannot be resumed at all (standard input). */
  readonly resumable: boolean
  /** Splits of one dataset can be read side by side. False: one lane, in the order of `splits`. */
  readonly parallel: boolean
  readonly census: boolean
}

export interface SplitOptions {
  /** Rows of a split, roughly. */
  readonly rowCount: number
  /** At most so many splits of one dataset. */
  readonly maxCount: number
}

/** Puts rows that are stored as rejects into a batch, as if they were read once more. */
export interface StoredRows {
  /**
   * Adds the row to frame 0: what the plan's policies say of its values is done, with losses and rejects noted, as a
   * reader does. @returns undefined; or, where not all that is to be read can be had of what is stored, why, for people,
   * and then nothing was added
   */
  add(reject: RejectedRow, into: Batch): string | undefined
}

/** How documents are counted. */
export interface DocumentCensusOptions {
  /** Documents of a collection that are looked at, roughly, from all over it; absent: all. */
  readonly sampleSize?: number | undefined
}

/** One database, dump or store to read from. Open until disposed. */
export interface Source extends AsyncDisposable {
  /** For people: no secrets. */
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities
  /** Everything there is, system schemas left out. Types, names and expressions are the engine's own. */
  catalog(signal: AbortSignal): Promise<Catalog>
  /**
   * The catalog for a target of the same engine, which takes rows as they are (`Catalog.isOwn`): of the key of each there is a
   * column, and of all of it one of the type `native`; indexes are in the engine's own words. Absent: rows go by their columns.
   */
  readonly ownCatalog?: ((signal: AbortSignal) => Promise<Catalog>) | undefined
  /**
   * What the documents of some collections hold, by path, in the order of the tables. A source that has it has no columns in
   * its catalog: the plan makes them of this. Reads only.
   */
  documentCensus?(
    tables: readonly QualifiedName[],
    options: DocumentCensusOptions,
    signal: AbortSignal,
  ): Promise<readonly DocumentCensus[]>
  /**
   * Values in documents that are keys of others, and those of them that are the key of none. In the order of the references;
   * a collection that is not there has no keys. Absent: not of documents. Reads only.
   */
  countReferences?(references: readonly DocumentReference[], signal: AbortSignal): Promise<readonly ReferenceCount[]>
  /**
   * What the values really are: one aggregate query per table over the columns in question. Answers come in the order
   * of the questions. Reads only.
   */
  census(questions: readonly CensusQuestion[], signal: AbortSignal): Promise<readonly CensusAnswer[]>
  /** Missing privileges with the exact GRANT, long transactions, log retention, what is not transactional. */
  preflight(reads: readonly ReadPlan[], signal: AbortSignal): Promise<readonly Finding[]>
  /**
   * Disjoint splits that cover the dataset: the first and the last are open-ended, boundaries are keys that exist,
   * compared only by the source under that index's own order. Ids are deterministic.
   */
  planSplits(read: ReadPlan, options: SplitOptions, signal: AbortSignal): Promise<readonly Split[]>
  /**
   * Whether the source can skip rows by this part of a `where`: it may skip those alone for which the part is certainly
   * false, and whose value in the column is not faulty. Absent: it reads all rows.
   */
  canPushDown?(condition: ColumnCondition, column: ReadColumn): boolean
  /**
   * Whether cells of the column's type can be made of its values, so that it is told at once with what else is wrong. Absent:
   * `preflight` says so, or a reader.
   * @throws TL_C105
   */
  assertReadable?(column: ReadColumn): void
  /** Bounds of just the rows with these keys, for `rejects --retry`. The core gives the split its id and `keyCount`. */
  keySplit(read: ReadPlan, keys: readonly RowKey[]): Split
  /**
   * For rows that a run has rejected and that are to be sent again as `read` says now. Asks nothing of the source. Absent:
   * such rows are read again by their keys.
   *
   * @param before What they were read as
   */
  storedRows?(read: ReadPlan, before: ReadPlan): StoredRows
  /**
   * Opens `readerCount` readers' worth of connections, and two spares, that all see one moment where the engine can.
   * The position is taken before anything is read.
   */
  openSnapshot(readerCount: number, reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot>
  /**
   * The same for one reader that looks at a few rows, of whichever moment: nobody is held up for it. Absent where a snapshot
   * holds nobody up.
   */
  openSample?(reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot>
  /**
   * What the tables hold now, for a few rows that are looked at again: a moment of one connection, which holds nobody up.
   * One statement at a time. Absent where this kind of source cannot be compared so.
   */
  openContents?(signal: AbortSignal): Promise<Contents<NativeType> & AsyncDisposable>
}

/** One moment of a source. */
export interface Snapshot extends AsyncDisposable {
  readonly consistency: Consistency
  /** At most `readerCount` are open at once. A reader that dies gives its split to a spare of the same moment. */
  openReader(lane: LanePlan, signal: AbortSignal): Promise<Reader>
  /**
   * Rows, nulls, orphans and whatever else a question has, as this moment has them, by statements that share nothing with
   * the readers. Rows, nulls and measures of a table take one pass over it.
   */
  count(questions: readonly CountQuestion<NativeType>[], signal: AbortSignal): Promise<readonly CountAnswer[]>
  /** What the tables hold, row by row, at this moment; absent where this kind of source cannot be compared so. */
  readonly contents?: Contents<NativeType> | undefined
}
