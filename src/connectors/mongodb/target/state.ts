import type { Db } from 'mongodb'
import type {
  CleanOutcome,
  OutputCount,
  ReplayedCount,
  RetrySplit,
  RunStateStore,
} from '../../../contract/checkpoint.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { LossCount, RejectedRow } from '../../../model/loss.ts'
import type { Plain } from '../../../model/plain.ts'
import type { Plan, Split } from '../../../model/plan.ts'
import type { Consistency, RunStatus, SplitState, StoredRun } from '../../../model/run-state.ts'
import type { MongoDatabase } from './client.ts'
import { besidePrefix, stagedPrefix, statePrefix } from './collection-name.ts'
import { collectionNames, dropCollections } from './collections.ts'
import { duplicateKey, isServerCode } from './errors.ts'
import { type RunDocument, type SplitDocument, prepareState, stateOf } from './state-collections.ts'
import {
  lossesOf,
  mustFindRun,
  mustOwnRun,
  newSplit,
  outputsOf,
  readReject,
  readRun,
  readSplit,
  splitOf,
  storePlan,
} from './state-runs.ts'
import { type PendingRetry, settleRun } from './state-settle.ts'
import { parseStatement, runStatement } from './statements.ts'

/** A run whose collections have not been made for so long is one whose process is gone. */
const beginPatienceMs = 5 * 60_000

/** A run's state in the target's database, in collections called `transload_state.…`. */
export class MongoStateStore implements RunStateStore {
  readonly #database: MongoDatabase

  constructor(database: MongoDatabase) {
    this.#database = database
  }

  async findUnfinished(planIdentity: string, signal: AbortSignal): Promise<StoredRun | undefined> {
    return await this.#database.call(signal, async (db) => {
      const found = await stateOf(db).runs.findOne({ open: planIdentity, status: { $ne: 'beginning' } })
      return found === null ? undefined : await readRun(db, found)
    })
  }

  async find(run: string, signal: AbortSignal): Promise<StoredRun | undefined> {
    return await this.#database.call(signal, async (db) => {
      const found = await stateOf(db).runs.findOne({ _id: run, status: { $ne: 'beginning' } })
      return found === null ? undefined : await readRun(db, found)
    })
  }

  async list(signal: AbortSignal): Promise<readonly StoredRun[]> {
    return await this.#database.call(signal, async (db) => {
      const found = await stateOf(db)
        .runs.find({ status: { $ne: 'beginning' } })
        .toArray()
      const ordered = found.toSorted((one, other) => other.createdAt - one.createdAt || (one._id < other._id ? -1 : 1))
      return await Promise.all(ordered.map((document) => readRun(db, document)))
    })
  }

  /**
   * The run's document comes first, which keeps others from beginning the same plan, and says at last that all is there.
   * What fails in between is taken back, and what a process that died has left is taken back by the next one.
   *
   * @throws TL_K501 where another process has begun a run of the same plan that is not finished
   */
  async begin(
    run: { readonly run: string; readonly planIdentity: string; readonly plan: Plain; readonly startedAt: string },
    splits: readonly Split[],
    prepare: readonly string[],
    signal: AbortSignal,
  ): Promise<StoredRun> {
    const statements = prepare.map((text) => parseStatement(text, this.#database.label))
    return await this.#database.call(signal, async (db) => {
      await prepareState(db)
      const { runs, splits: stored, remembered } = stateOf(db)
      await this.#claim(db, run)
      try {
        await storePlan(db, run.run, run.plan)
        if (splits.length > 0) await stored.insertMany(splits.map((split, place) => newSplit(run.run, split, place, 1)))
        // What stages have kept for earlier runs of the plan, this one keeps anew.
        const earlier = await runs.find({ planIdentity: run.planIdentity, status: 'finished' }).toArray()
        if (earlier.length > 0) await remembered.deleteMany({ run: { $in: earlier.map(({ _id }) => _id) } })
        for (const statement of statements) {
          signal.throwIfAborted()
          await runStatement(db, statement, async (made) => {
            await runs.updateOne({ _id: run.run }, { $addToSet: { made } })
          })
        }
        const begun = await runs.updateOne({ _id: run.run, status: 'beginning' }, { $set: { status: 'running' } })
        if (begun.matchedCount === 0) throw new TransloadError('TL_K501', { run: run.run })
        return await readRun(db, await mustFindRun(db, run.run))
      } catch (error) {
        await removeRun(db, run.run)
        throw error
      }
    })
  }

  async #claim(
    db: Db,
    {
      run,
      planIdentity,
      startedAt,
    }: { readonly run: string; readonly planIdentity: string; readonly startedAt: string },
  ): Promise<void> {
    const { runs } = stateOf(db)
    const claimed: RunDocument = {
      _id: run,
      planIdentity,
      open: planIdentity,
      status: 'beginning',
      fence: 1,
      attempts: 1,
      startedAt,
      createdAt: Date.now(),
      finishDone: [],
      made: [],
    }
    for (let attempt = 0; ; attempt++) {
      try {
        await runs.insertOne(claimed)
        return
      } catch (error) {
        if (!isServerCode(error, duplicateKey)) throw error
        const other = await runs.findOne({ open: planIdentity })
        const isDead = other?.status === 'beginning' && other.createdAt < Date.now() - beginPatienceMs
        if (attempt > 0 || !isDead) throw new TransloadError('TL_K501', { run }, error)
        await removeRun(db, other._id)
      }
    }
  }

  async takeOver(run: string, signal: AbortSignal): Promise<StoredRun> {
    return await this.#database.call(signal, async (db) => {
      const { runs, splits } = stateOf(db)
      await runs.updateOne({ _id: run, status: { $ne: 'beginning' } }, { $inc: { fence: 1, attempts: 1 } })
      const taken = await mustFindRun(db, run)
      await splits.updateMany({ run }, { $set: { fence: taken.fence } })
      await settleRun(db, run)
      await dropStaged(db, run)
      return await readRun(db, await mustFindRun(db, run))
    })
  }

  async storeConsistency(run: string, fence: number, consistency: Consistency, signal: AbortSignal): Promise<void> {
    await this.#update(run, fence, { $set: { consistency: JSON.stringify(consistency) } }, signal)
  }

  async splits(run: string, signal: AbortSignal): Promise<readonly SplitState[]> {
    return (await this.#splitsOf(run, signal)).map(readSplit)
  }

  async losses(run: string, signal: AbortSignal): Promise<readonly (LossCount & { readonly dataset: string })[]> {
    const found = await this.#splitsOf(run, signal)
    return found.flatMap((split) => lossesOf(split).map((loss) => ({ ...loss, dataset: splitOf(split).dataset })))
  }

  async outputs(run: string, signal: AbortSignal): Promise<readonly (OutputCount & { readonly dataset: string })[]> {
    const sums = new Map<string, OutputCount & { readonly dataset: string }>()
    for (const split of await this.#splitsOf(run, signal)) {
      const { dataset } = splitOf(split)
      for (const { to, written, rejected } of outputsOf(split)) {
        const id = `${dataset}\u0000${to}`
        const sum = sums.get(id)
        sums.set(id, {
          dataset,
          to,
          written: written + (sum?.written ?? 0),
          rejected: rejected + (sum?.rejected ?? 0),
        })
      }
    }
    return [...sums.values()]
  }

  async #splitsOf(run: string, signal: AbortSignal): Promise<readonly SplitDocument[]> {
    return await this.#database.call(signal, async (db) => {
      const found = await stateOf(db).splits.find({ run }).toArray()
      return found.toSorted((one, other) => one.place - other.place)
    })
  }

  /** Those of batches that were committed: what a batch under way has stored is no reject yet. */
  async rejects(run: string, signal: AbortSignal): Promise<readonly RejectedRow[]> {
    const places = new Map((await this.#splitsOf(run, signal)).map((split) => [split._id.split, split]))
    return await this.#database.call(signal, async (db) => {
      const found = await stateOf(db).rejects.find({ run, replayed: false }).toArray()
      const settled = new Set(
        [...places.values()].flatMap(({ _id, settled: text }) =>
          ((text === undefined ? [] : JSON.parse(text)) as number[]).map((position) => `${_id.split}\u0000${position}`),
        ),
      )
      return found
        .filter(({ split, position, sequence }) => {
          return sequence < (places.get(split)?.sequence ?? 0) && !settled.has(`${split}\u0000${position}`)
        })
        .toSorted((one, other) => {
          const order = (places.get(one.split)?.place ?? 0) - (places.get(other.split)?.place ?? 0)
          return order || one.position - other.position
        })
        .map(({ reject }) => readReject(reject))
    })
  }

  async replayed(run: string, signal: AbortSignal): Promise<readonly ReplayedCount[]> {
    return await this.#database.call(signal, async (db) => {
      const found = await stateOf(db)
        .rejects.find({ run, replayed: true }, { projection: { dataset: 1 } })
        .toArray()
      const byDataset = Map.groupBy(found, ({ dataset }) => dataset)
      return [...byDataset].map(([dataset, { length: count }]) => ({ dataset, count }))
    })
  }

  async retry(
    run: string,
    fence: number,
    retries: readonly RetrySplit[],
    redo: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    await this.#database.call(signal, (db) => settleRun(db, run))
    const pending: PendingRetry = { id: `${Date.now()}-${fence}`, retries }
    await this.#reopen(run, fence, 'running', redo, { retry: JSON.stringify(pending) }, signal)
    await this.#database.call(signal, (db) => settleRun(db, run))
  }

  async beginReplay(run: string, fence: number, redo: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#reopen(run, fence, 'loaded', redo, {}, signal)
  }

  async #reopen(
    run: string,
    fence: number,
    status: RunStatus,
    redo: readonly string[],
    more: { readonly retry?: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { planIdentity, finishDone } = await this.#database.call(signal, (db) => mustOwnRun(db, run, fence))
    const left = finishDone.filter((step) => !redo.includes(step))
    const set = { status, open: planIdentity, finishDone: left, ...more }
    try {
      await this.#update(run, fence, { $set: set }, signal)
    } catch (error) {
      if (!isServerCode(error, duplicateKey)) throw error
      const reason = `A later run of the same plan is not finished: ${run} cannot be opened again beside it`
      throw new TransloadError('TL_C105', { reason, cure: 'Let that one come to its end first: transload run.' }, error)
    }
  }

  async setStatus(run: string, fence: number, status: RunStatus, signal: AbortSignal): Promise<void> {
    if (status === 'finished') {
      await this.#update(run, fence, { $set: { status }, $unset: { open: '' } }, signal)
      return
    }
    await this.#reopen(run, fence, status, [], {}, signal)
  }

  async #update(
    run: string,
    fence: number,
    change: { readonly $set: Partial<RunDocument>; readonly $unset?: { readonly open: '' } },
    signal: AbortSignal,
  ): Promise<void> {
    await this.#database.call(signal, async (db) => {
      const changed = await stateOf(db).runs.updateOne({ _id: run, fence }, change)
      if (changed.matchedCount === 0) throw new TransloadError('TL_K501', { run })
    })
  }

  async discard(run: string, signal: AbortSignal): Promise<void> {
    await this.#database.call(signal, async (db) => {
      const found = await stateOf(db).runs.findOne({ _id: run })
      if (found === null) return
      const plan = (await readRun(db, found)).plan as Partial<Plan> | null
      // Whoever still writes for it finds no split to write to.
      await stateOf(db).splits.deleteMany({ run })
      for (const text of [...(plan?.takeOut ?? []), ...(plan?.restore ?? [])]) {
        await runStatement(db, parseStatement(text, this.#database.label), async () => {})
      }
      await removeRun(db, run)
    })
  }

  async clean(signal: AbortSignal): Promise<CleanOutcome> {
    return await this.#database.call(signal, async (db) => {
      const beside = (
        await stateOf(db)
          .runs.find({ status: { $ne: 'finished' } })
          .toArray()
      ).flatMap(({ made }) => made.filter((name) => name.startsWith(besidePrefix)))
      const there = await collectionNames(db)
      const removed = [...there].filter((name) => name.startsWith(statePrefix) || beside.includes(name)).toSorted()
      for (const name of removed) await db.dropCollection(name)
      return { removed, restored: [], notRestored: [] }
    })
  }
}

/** What the run has made, then what is known of it, its own document last. */
async function removeRun(db: Db, run: string): Promise<void> {
  const { runs, splits, rejects, plans, definitions, remembered } = stateOf(db)
  const found = await runs.findOne({ _id: run })
  await splits.deleteMany({ run })
  await dropCollections(db, found?.made ?? [])
  for (const made of found?.made ?? []) await definitions.deleteOne({ _id: made })
  await dropStaged(db, run)
  for (const collection of [rejects, plans, remembered]) await collection.deleteMany({ run })
  await runs.deleteOne({ _id: run })
}

/** Rows of splits that were not written to their end: who goes on with the run writes them anew. */
async function dropStaged(db: Db, run: string): Promise<void> {
  const staged = stagedPrefix(run)
  await dropCollections(
    db,
    [...(await collectionNames(db))].filter((name) => name.startsWith(staged)),
  )
}
