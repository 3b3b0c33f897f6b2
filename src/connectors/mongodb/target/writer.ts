import { assertNotAborted } from '../../../async/abort.ts'
import { probe } from '../../../async/probe.ts'
import type { Batch, Frame } from '../../../batch/batch.ts'
import { settle } from '../../../batch/settle.ts'
import type { Checkpoint, CommitReceipt, OutputCount } from '../../../contract/checkpoint.ts'
import type { LanePlan, Writer } from '../../../contract/lane.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { fate } from '../../../model/fate.ts'
import type { WritePlan } from '../../../model/plan.ts'
import type { MongoDatabase } from './client.ts'
import { collectionOf } from './collection-name.ts'
import { ownDefinition } from './definition.ts'
import { definitionOfCollection } from './describe.ts'
import type { RowDocuments } from './encode/documents-of-rows.ts'
import { RowEncoder } from './encode/row-encoder.ts'
import { duplicateKey } from './errors.ts'
import { lastOfEachId } from './id-table.ts'
import { insertDocuments, upsertDocuments, type WriteProblem } from './send.ts'
import { StagedRows } from './staged-rows.ts'
import { isStanding, removeDocuments } from './standing.ts'
import { type Committed, expectedSplit, forgetUncommitted, moveCheckpoint, storeNotes } from './state-commit.ts'
import type { SplitDocument } from './state-collections.ts'

/** Documents of a batch that were sent, by their places, and what the server refused of them. */
interface SentRows {
  readonly chosen: Int32Array
  readonly problems: readonly WriteProblem[]
}

export async function openWriter(database: MongoDatabase, lane: LanePlan, signal: AbortSignal): Promise<Writer> {
  const encoders: RowEncoder[] = []
  for (const write of lane.writes) {
    const name = collectionOf(write.to)
    const isOwn = write.columns.some(({ type }) => type.kind === 'native')
    const known = await database.call(signal, (db) => definitionOfCollection(db, name))
    const definition = isOwn ? ownDefinition : known
    if (definition === undefined) {
      const cure = 'Run without --data-only, or create the collection first.'
      throw new TransloadError('TL_T305', { endpoint: database.label, kind: 'collection', name, cure })
    }
    encoders.push(new RowEncoder(write, definition, database.limits.documentBytes, lane.run))
  }
  return new MongoWriter(database, lane, encoders)
}

/**
 * Writes a split's batches: rows first, then what was rejected, then the checkpoint. A batch whose checkpoint has not moved is
 * written again, and comes to the same: every row has the same `_id` then as before.
 */
class MongoWriter implements Writer {
  readonly #database: MongoDatabase
  readonly #lane: LanePlan
  readonly #encoders: readonly RowEncoder[]
  readonly #staged: StagedRows
  /** Of an atomic split: batches before the last one. */
  readonly #held: Committed[] = []
  /** Its rows may be there already: an earlier process may have written them, and died before it said so. */
  #mayBeThere: boolean
  #isFirst = true
  /** A write has failed: what is in the collections is for another writer to make whole. */
  #isBroken = false

  constructor(database: MongoDatabase, lane: LanePlan, encoders: readonly RowEncoder[]) {
    this.#database = database
    this.#lane = lane
    this.#encoders = encoders
    this.#staged = new StagedRows(database, lane, ({ to }) =>
      encoders.some(({ write, hasKey }) => write.to === to && hasKey),
    )
    // The first fence is that of the process that began the run: before its batches there are no others.
    this.#mayBeThere = lane.fence > 1
  }

  async write(batch: Batch, checkpoint: Checkpoint, signal: AbortSignal): Promise<CommitReceipt> {
    assertNotAborted(signal)
    if (this.#isBroken) throw new TransloadError('TL_X901', { reason: 'a writer that has failed is asked to go on' })
    probe('before-write')
    const first = this.#held[0]?.checkpoint ?? checkpoint
    const split = await expectedSplit(this.#database, { ...checkpoint, sequence: first.sequence }, signal)
    this.#isBroken = true
    if (this.#isFirst && checkpoint.replayed === undefined) await forgetUncommitted(this.#database, split, signal)
    this.#isFirst = false
    const receipt = await this.#commit(batch, checkpoint, split, signal)
    this.#mayBeThere = false
    this.#isBroken = false
    return receipt
  }

  async #commit(
    batch: Batch,
    checkpoint: Checkpoint,
    split: SplitDocument,
    signal: AbortSignal,
  ): Promise<CommitReceipt> {
    const { atomic } = this.#lane.split
    const isLast = !atomic || checkpoint.done || checkpoint.replayed !== undefined
    const isStaged = atomic && (!isLast || this.#held.length > 0)
    const outputs = await this.#writeRows(batch, isStaged, checkpoint.replayed !== undefined, signal)
    const { remembered, ...settled } = settle(batch)
    const receipt: CommitReceipt = { durability: isLast ? 'durable' : 'accepted', ...settled, outputs }
    this.#held.push({ checkpoint, receipt, remembered })
    if (!isLast) return receipt
    if (isStaged) await this.#staged.moveAll(signal)
    for (const one of this.#held) await storeNotes(this.#database, one, signal)
    probe('commit-sent')
    await moveCheckpoint(this.#database, split, this.#held.splice(0), signal)
    probe('after-commit')
    if (receipt.rejects.length > 0) probe('rejects-stored')
    await this.#staged.drop(signal)
    return receipt
  }

  async #writeRows(
    batch: Batch,
    isStaged: boolean,
    isReplay: boolean,
    signal: AbortSignal,
  ): Promise<readonly OutputCount[]> {
    // All of them first: a row that one of them cannot take is taken out of the others.
    for (const encoder of this.#encoders) encoder.encode(batch, frameOf(batch, encoder.write))
    const sent = new Map<RowEncoder, SentRows>()
    let isRefused = false
    for (const [place, encoder] of this.#encoders.entries()) {
      const frame = frameOf(batch, encoder.write)
      const chosen = this.#choose(encoder, frame, batch, place === 0)
      const problems = await this.#send(encoder, chosen, isStaged, isReplay, signal)
      for (const { document, reason } of problems) {
        const row = frame.origin[encoder.documents.rows[document]!]!
        batch.reject({ row, stage: 'target', code: 'TL_D409', reason })
      }
      for (const document of chosen) {
        const row = encoder.documents.rows[document]!
        if (frame.fate[row] === fate.live) frame.fate[row] = fate.written
      }
      sent.set(encoder, { chosen, problems })
      isRefused ||= problems.length > 0
    }
    if (isRefused && this.#encoders.length > 1) await this.#takeBack(batch, sent, isStaged, signal)
    return this.#encoders.map(({ write }) => countOutput(frameOf(batch, write), write))
  }

  /** Rows of which one document was refused go over with none of their documents. One that was merged into stays. */
  async #takeBack(
    batch: Batch,
    sent: ReadonlyMap<RowEncoder, SentRows>,
    isStaged: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [{ write, documents }, { chosen, problems }] of sent) {
      if (write.mode === 'merge') continue
      const frame = frameOf(batch, write)
      // What was refused since something of its `_id` is there is none of ours, and stays.
      const refused = new Set(problems.map(({ document }) => document))
      const back = [...chosen].filter((document) => {
        return !refused.has(document) && frame.fate[documents.rows[document]!] === fate.rejected
      })
      const collection = isStaged ? await this.#staged.collectionOf(write, signal) : collectionOf(write.to)
      await removeDocuments(this.#database, collection, documents, back, signal)
    }
  }

  /** Documents that are written. Of those with one `_id`, where rows are merged, the last one. */
  #choose({ write, documents }: RowEncoder, frame: Frame, batch: Batch, isOwn: boolean): Int32Array {
    const isLive = (document: number): boolean => frame.fate[documents.rows[document]!] === fate.live
    if (write.mode !== 'merge') return pick(documents, isLive)
    const { isLast } = lastOfEachId(documents)
    const chosen = pick(documents, (document) => isLive(document) && isLast[document] === 1)
    for (let document = 0; document < documents.count; document++) {
      const row = documents.rows[document]!
      if (isLast[document] === 1 || frame.fate[row] !== fate.live) continue
      frame.fate[row] = fate.merged
      // Of the dataset's own table, row for row: what counts is what became of those that were read.
      if (isOwn) batch.frames[0]!.fate[frame.origin[row]!] = fate.merged
    }
    return chosen
  }

  async #send(
    { write, documents, canSet }: RowEncoder,
    chosen: Int32Array,
    isStaged: boolean,
    isReplay: boolean,
    signal: AbortSignal,
  ): Promise<readonly WriteProblem[]> {
    if (chosen.length === 0) return []
    const sent = (): void => probe('mid-write')
    if (isStaged) {
      const collection = await this.#staged.collectionOf(write, signal)
      return await insertDocuments(this.#database, collection, documents, chosen, signal, sent)
    }
    const collection = collectionOf(write.to)
    if (write.mode === 'merge') {
      return await upsertDocuments(this.#database, collection, documents, chosen, canSet, signal)
    }
    const problems = await insertDocuments(this.#database, collection, documents, chosen, signal, sent)
    if (problems.length === 0 || !(this.#mayBeThere || isReplay)) return problems
    return await this.#settleDoubles(collection, write, documents, problems, signal)
  }

  /** Documents that are refused because they are there: an earlier process may have written them. */
  async #settleDoubles(
    collection: string,
    { mode }: WritePlan,
    documents: RowDocuments,
    problems: readonly WriteProblem[],
    signal: AbortSignal,
  ): Promise<readonly WriteProblem[]> {
    const left: WriteProblem[] = problems.filter(({ code }) => code !== duplicateKey)
    for (const problem of problems) {
      if (problem.code !== duplicateKey) continue
      const standing = await isStanding(this.#database, collection, documents, problem.document, signal)
      if (standing === 'same') continue
      // In a collection that is the run's own, it is an older one of the same row.
      if (standing === 'other' && mode !== 'append') {
        const one = Int32Array.of(problem.document)
        left.push(...(await upsertDocuments(this.#database, collection, documents, one, false, signal)))
      } else left.push(problem)
    }
    return left
  }

  /** What was staged and not moved is left to the next owner of the run, who may be asked for it while the line is dead. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

function pick({ count }: RowDocuments, wanted: (document: number) => boolean): Int32Array {
  const chosen = new Int32Array(count)
  let found = 0
  for (let document = 0; document < count; document++) if (wanted(document)) chosen[found++] = document
  return chosen.subarray(0, found)
}

function frameOf(batch: Batch, { frame: number }: WritePlan): Frame {
  const frame = batch.frames[number]
  if (frame === undefined) throw new TransloadError('TL_X901', { reason: `no frame ${number}` })
  return frame
}

function countOutput(frame: Frame, { to }: WritePlan): OutputCount {
  let [written, rejected] = [0, 0]
  for (let row = 0; row < frame.rowCount; row++) {
    if (frame.fate[row] === fate.written) written++
    else if (frame.fate[row] === fate.rejected) rejected++
  }
  return { to: `${to.schema}.${to.name}`, written, rejected }
}
