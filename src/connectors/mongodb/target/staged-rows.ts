import { createHash } from 'node:crypto'
import type { LanePlan } from '../../../contract/lane.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { WritePlan } from '../../../model/plan.ts'
import type { MongoDatabase } from './client.ts'
import { collectionOf, stagedPrefix } from './collection-name.ts'
import { dropCollections } from './collections.ts'
import { duplicateKey, isServerCode } from './errors.ts'
import { areStanding } from './standing.ts'

/**
 * Rows of a split without a cursor, which are kept apart until the last of them is there. What an earlier process has left
 * is never looked at: the fence is part of the name.
 */
export class StagedRows {
  readonly #database: MongoDatabase
  readonly #prefix: string
  readonly #used = new Map<WritePlan, string>()
  readonly #hasKey: (write: WritePlan) => boolean
  /** An earlier process may have moved the same rows. */
  readonly #mayBeThere: boolean

  /** @param hasKey Whether the rows have a key, so that others may have the same `_id` */
  constructor(database: MongoDatabase, { run, split, fence }: LanePlan, hasKey: (write: WritePlan) => boolean) {
    this.#database = database
    const name = createHash('sha256').update(split.id).digest('hex').slice(0, 24)
    this.#prefix = `${stagedPrefix(run)}${fence}.${name}`
    this.#hasKey = hasKey
    this.#mayBeThere = fence > 1
  }

  /** The collection that rows of this write are put into meanwhile. */
  async collectionOf(write: WritePlan, signal: AbortSignal): Promise<string> {
    const known = this.#used.get(write)
    if (known !== undefined) return known
    const name = `${this.#prefix}.${this.#used.size}`
    await this.#database.call(signal, async (db) => {
      await dropCollections(db, [name])
      await db.createCollection(name)
    })
    this.#used.set(write, name)
    return name
  }

  /** Puts all rows where they belong, in the server; done a second time it comes to the same. */
  async moveAll(signal: AbortSignal): Promise<void> {
    for (const [write, name] of this.#used) {
      const isAdded = write.mode === 'append' && this.#hasKey(write)
      try {
        await this.#move(write, name, write.mode === 'merge' ? 'merge' : isAdded ? 'fail' : 'replace', signal)
      } catch (error) {
        if (!isServerCode(error, duplicateKey)) throw error
        if (isAdded && this.#mayBeThere && (await this.#isThere(write, name, signal))) continue
        const reason = `a row of a table that is written as a whole has a value that is there already: ${(error as Error).message}`
        const cure = 'Take the documents away that have the same key, or drop a unique index until the rows are there.'
        throw new TransloadError('TL_T308', { table: collectionOf(write.to), reason, cure }, error)
      }
    }
  }

  async #move(write: WritePlan, name: string, whenMatched: string, signal: AbortSignal): Promise<void> {
    const into = collectionOf(write.to)
    const stages = [{ $merge: { into, on: '_id', whenMatched, whenNotMatched: 'insert' } }]
    await this.#database.call(signal, (db) => db.collection(name).aggregate(stages).toArray())
  }

  /** Whether an earlier process has moved the same rows, to the byte, and died before it said so: what it has not moved is moved. */
  async #isThere(write: WritePlan, name: string, signal: AbortSignal): Promise<boolean> {
    await this.#move(write, name, 'keepExisting', signal)
    return await areStanding(this.#database, name, collectionOf(write.to), signal)
  }

  async drop(signal: AbortSignal): Promise<void> {
    if (this.#used.size === 0) return
    await this.#database.call(signal, (db) => dropCollections(db, this.#used.values()))
    this.#used.clear()
  }
}
