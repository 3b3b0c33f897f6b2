import type { Db } from 'mongodb'
import {
  type FoundEntry,
  type KeyMaps,
  type KeyMapsOwner,
  maxFoundBytes,
  type NewIds,
} from '../../../contract/key-maps.ts'
import type { MongoDatabase } from './client.ts'
import { duplicateKey, isServerCode } from './errors.ts'
import { type RememberedDocument, stateOf } from './state-collections.ts'

/** What stages have kept, in collections of the state. */
export class MongoKeyMaps implements KeyMaps {
  readonly isWriting: boolean
  readonly #database: MongoDatabase
  readonly #of: KeyMapsOwner

  constructor(database: MongoDatabase, of: KeyMapsOwner, isWriting: boolean) {
    this.#database = database
    this.#of = of
    this.isWriting = isWriting
  }

  async find(map: string, keys: readonly string[], signal: AbortSignal): Promise<readonly (FoundEntry | undefined)[]> {
    const byKey = await this.#entries(map, keys, signal)
    return keys.map((key) => {
      const [first, ...others] = byKey.get(key) ?? []
      if (first === undefined) return undefined
      const isAmbiguous = others.some(({ rank, value }) => rank === first.rank && value !== first.value)
      return { value: first.value, rank: first.rank, id: first.id, isAmbiguous }
    })
  }

  async findAll(
    map: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly (string | null)[] | undefined)[]> {
    const byKey = await this.#entries(map, keys, signal)
    return keys.map((key) => {
      const values = (byKey.get(key) ?? []).map(({ value }) => value)
      const byteCount = values.reduce((sum, value) => sum + Buffer.byteLength(value ?? ''), 0)
      return byteCount > maxFoundBytes ? undefined : values
    })
  }

  async #entries(
    map: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Map<string, RememberedDocument[]>> {
    const found = await this.#database.call(signal, async (db) => {
      const run = await this.#runOf(db, map)
      if (run === undefined) return []
      return await stateOf(db)
        .remembered.find({ map, run, key: { $in: [...new Set(keys)] } })
        .toArray()
    })
    const byKey = Map.groupBy(found, ({ key }) => key)
    for (const entries of byKey.values()) entries.sort((a, b) => compare(a.rank, b.rank) || compare(a.id, b.id))
    return byKey
  }

  /** The run whose entries are found: of several plans' runs the last one that has left any in the map. */
  async #runOf(db: Db, map: string): Promise<string | undefined> {
    const of = this.#of
    if ('run' in of) return of.run
    const { runs, remembered } = stateOf(db)
    const found = await runs.find({ planIdentity: { $in: [...of.plans] } }).toArray()
    for (const { _id } of found.toSorted((one, other) => other.createdAt - one.createdAt)) {
      if ((await remembered.findOne({ map, run: _id }, { projection: { _id: 1 } })) !== null) return _id
    }
    return undefined
  }

  async claim(
    map: string,
    keys: readonly string[],
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const run = 'run' in this.#of ? this.#of.run : ''
    return await this.#database.call(signal, async (db) => {
      const held: string[] = []
      for (const [place, key] of keys.entries()) held.push(await hold(db, map, run, key, values[place] ?? ''))
      return held
    })
  }

  async assign(
    map: string,
    keys: readonly string[],
    newIds: NewIds,
    signal: AbortSignal,
  ): Promise<readonly (string | undefined)[]> {
    return await this.#database.call(signal, async (db) => {
      const { ids } = stateOf(db)
      const made = newIds.kind === 'made' ? [...newIds.ids] : []
      const assigned: (string | undefined)[] = []
      for (const key of keys) {
        const known = await ids.findOne({ _id: { map, run: '', key } })
        if (known !== null || !this.isWriting) assigned.push(known?.value)
        else {
          const fresh = newIds.kind === 'made' ? made.shift() : await count(db, map, newIds.first)
          assigned.push(fresh === undefined ? undefined : await hold(db, map, '', key, fresh))
        }
      }
      return assigned
    })
  }
}

/** The value that a key has, which is this one where it has none: the first who says so decides. */
async function hold(db: Db, map: string, run: string, key: string, value: string): Promise<string> {
  const { ids } = stateOf(db)
  const _id = { map, run, key }
  try {
    await ids.insertOne({ _id, value })
    return value
  } catch (error) {
    if (!isServerCode(error, duplicateKey)) throw error
    const known = await ids.findOne({ _id })
    if (known === null) throw error
    return known.value
  }
}

/** The next number of a map, which nobody else gets. Some may be left out. */
async function count(db: Db, map: string, first: number): Promise<string> {
  const { ids } = stateOf(db)
  const _id = { map, run: '', key: null }
  await ids.updateOne({ _id }, { $setOnInsert: { value: '', counted: first - 1 } }, { upsert: true })
  const counted = await ids.findOneAndUpdate({ _id }, { $inc: { counted: 1 } }, { returnDocument: 'after' })
  return String(counted?.counted ?? first)
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
