import type { Collection, Db } from 'mongodb'
import type { FateCounts } from '../../../model/fate.ts'
import { statePrefix } from './collection-name.ts'

/** One run. What is not asked about is JSON text, which comes back as it was. */
export interface RunDocument {
  readonly _id: string
  readonly planIdentity: string
  /** The plan's identity until the run is finished: an index lets only one run have it. */
  readonly open?: string | undefined
  /** `beginning`: its collections are being made, and nobody sees it yet. */
  readonly status: string
  readonly fence: number
  readonly attempts: number
  readonly startedAt: string
  /** ms since 1970: the order of runs. */
  readonly createdAt: number
  readonly consistency?: string | undefined
  readonly finishDone: readonly string[]
  /** Collections that it has made. */
  readonly made: readonly string[]
  /** Rejected rows that are being made work again: what is not done of it yet, as JSON. */
  readonly retry?: string | undefined
}

export interface SplitKey {
  readonly run: string
  readonly split: string
}

/** One split: its checkpoint changes as a whole, or not at all. */
export interface SplitDocument {
  readonly _id: SplitKey
  readonly run: string
  readonly place: number
  readonly definition: string
  /** The run's: a writer that holds an older one finds no document to change. */
  readonly fence: number
  /** Counts changes: whoever has read another one finds no document to change. */
  readonly version: number
  readonly sequence: number
  readonly done: boolean
  readonly bytes: number
  readonly counts: FateCounts
  /** The cursor, as JSON; absent: none. */
  readonly checkpoint?: string | undefined
  readonly losses: string
  readonly outputs: string
  /** Positions of rejected rows that have come to another end, as JSON, until their documents say so themselves. */
  readonly settled?: string | undefined
  /** The retry that has taken rejected rows out of its counts. */
  readonly retried?: string | undefined
}

export interface RejectDocument {
  readonly _id: SplitKey & { readonly position: number }
  readonly run: string
  readonly split: string
  readonly dataset: string
  readonly position: number
  /** Of the batch: what a batch has left that was never committed goes when it is written again. */
  readonly sequence: number
  readonly reject: string
  /** Sent again, it has come to another end. */
  readonly replayed: boolean
}

/** A piece of a plan, which may be larger than a document. */
export interface PlanDocument {
  readonly _id: { readonly run: string; readonly piece: number }
  readonly run: string
  readonly text: string
}

/** What the documents of a collection are rows of. */
export interface DefinitionDocument {
  /** The collection. */
  readonly _id: string
  readonly definition: string
}

/** What stages have kept of a batch's rows. */
export interface RememberedDocument {
  readonly run: string
  readonly split: string
  readonly sequence: number
  readonly map: string
  readonly key: string
  readonly rank: string
  readonly id: string
  readonly value: string | null
}

/** An id that a key was given, or, without a key, the last one that was counted. */
export interface IdDocument {
  readonly _id: { readonly map: string; readonly run: string; readonly key: string | null }
  readonly value: string
  readonly counted?: number | undefined
}

/** The collections of a database that hold the state. */
export interface StateCollections {
  readonly runs: Collection<RunDocument>
  readonly splits: Collection<SplitDocument>
  readonly rejects: Collection<RejectDocument>
  readonly plans: Collection<PlanDocument>
  readonly definitions: Collection<DefinitionDocument>
  readonly remembered: Collection<RememberedDocument>
  readonly ids: Collection<IdDocument>
}

export function stateOf(db: Db): StateCollections {
  return {
    runs: db.collection(`${statePrefix}runs`),
    splits: db.collection(`${statePrefix}splits`),
    rejects: db.collection(`${statePrefix}rejects`),
    plans: db.collection(`${statePrefix}plans`),
    definitions: db.collection(`${statePrefix}definitions`),
    remembered: db.collection(`${statePrefix}remembered`),
    ids: db.collection(`${statePrefix}ids`),
  }
}

/** Made once, by whoever begins the first run; making them again does nothing. */
export async function prepareState(db: Db): Promise<void> {
  const { runs, splits, rejects, plans, remembered } = stateOf(db)
  await runs.createIndex({ open: 1 }, { name: 'one_unfinished_run', unique: true, sparse: true })
  await Promise.all([
    splits.createIndex({ run: 1, place: 1 }, { name: 'by_run' }),
    rejects.createIndex({ run: 1, split: 1, sequence: 1 }, { name: 'by_split' }),
    plans.createIndex({ run: 1 }, { name: 'by_run' }),
    remembered.createIndex({ map: 1, key: 1, run: 1 }, { name: 'by_key' }),
    remembered.createIndex({ run: 1, split: 1, sequence: 1 }, { name: 'by_split' }),
  ])
}
