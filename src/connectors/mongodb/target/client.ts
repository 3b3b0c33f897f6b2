import { createRequire } from 'node:module'
import { type Db, MongoClient } from 'mongodb'
import { assertNotAborted, waitOrAbort } from '../../../async/abort.ts'
import { toTargetError } from './errors.ts'
import { clientOptions } from '../config.ts'
import type { MongoPlace } from './place.ts'

const namesOfHello = ['hello', 'isMaster'] as const

/** What the server takes at once. */
export interface ServerLimits {
  readonly documentBytes: number
  readonly messageBytes: number
  readonly batchCount: number
}

/** As many as it takes to be fast; some servers take fewer than they say. */
const maxBatchCount = 10_000

/** The limits that every server since MongoDB 3.6 has, for one that does not say. */
const usualLimits: ServerLimits = { documentBytes: 16 * 2 ** 20, messageBytes: 48_000_000, batchCount: maxBatchCount }

/**
 * One database of a server, with its pool of connections. Whatever the driver throws comes out as a `TransloadError`,
 * and every call rejects with `signal.reason` at once when the signal aborts.
 */
export class MongoDatabase implements AsyncDisposable {
  readonly db: Db
  readonly label: string
  readonly version: string
  readonly limits: ServerLimits
  readonly #client: MongoClient

  private constructor(client: MongoClient, place: MongoPlace, version: string, limits: ServerLimits) {
    this.#client = client
    this.db = client.db(place.database)
    this.label = place.label
    this.version = version
    this.limits = limits
  }

  /** @throws TL_T301, TL_T303 where it cannot be had */
  static async open(place: MongoPlace, signal: AbortSignal): Promise<MongoDatabase> {
    assertNotAborted(signal)
    const client = clientOf(place)
    try {
      const work = async (): Promise<MongoDatabase> => {
        await client.connect()
        const { version } = await client.db(place.database).admin().command({ buildInfo: 1 })
        return new MongoDatabase(client, place, String(version), await limitsOf(client))
      }
      return await waitOrAbort(work(), signal)
    } catch (error) {
      await client.close()
      if (signal.aborted) throw signal.reason
      throw toTargetError(error, place)
    }
  }

  /** Does something with the database. */
  async call<T>(signal: AbortSignal, work: (db: Db) => Promise<T>): Promise<T> {
    assertNotAborted(signal)
    try {
      return await waitOrAbort(work(this.db), signal)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw toTargetError(error, this)
    }
  }

  /** Runs one command; an abort closes the connection that it is on. */
  async command(command: Record<string, unknown>, signal: AbortSignal): Promise<Record<string, unknown>> {
    return await this.call(signal, (db) => db.command(command, { signal }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close()
  }
}

function clientOf(place: MongoPlace): MongoClient {
  try {
    return new MongoClient(place.settings.url, {
      ...clientOptions(place.settings),
      // What comes back of the target's own state is read as objects.
      promoteValues: true,
      promoteBuffers: false,
      ignoreUndefined: true,
    })
  } catch (error) {
    throw toTargetError(error, place)
  }
}

async function limitsOf(client: MongoClient): Promise<ServerLimits> {
  for (const name of namesOfHello) {
    try {
      const told = await client.db('admin').command({ [name]: 1 })
      return {
        documentBytes: Number(told['maxBsonObjectSize'] ?? usualLimits.documentBytes),
        messageBytes: Number(told['maxMessageSizeBytes'] ?? usualLimits.messageBytes),
        batchCount: Math.min(Number(told['maxWriteBatchSize'] ?? usualLimits.batchCount), maxBatchCount),
      }
    } catch (error) {
      const isUnknown = error instanceof Error && 'code' in error && error.code === 59
      if (!isUnknown) throw error
    }
  }
  return usualLimits
}

interface Sequence {
  push(document: object, buffer: Uint8Array): number
}

/**
 * The driver's own class for documents that are BSON already, which it does not export: it knows it by `instanceof` in a
 * command's fields, and writes its bytes as they are. The driver is pinned, and every batch of the conformance suite goes
 * this way.
 */
const { DocumentSequence } = createRequire(import.meta.url)('mongodb/lib/cmap/commands.js') as {
  DocumentSequence: new (field: string) => Sequence
}

/** Documents one behind the other, as the field of a command that is sent as a document sequence. */
export function documentSequence(field: string, runs: readonly Uint8Array[]): object {
  const sequence = new DocumentSequence(field)
  for (const run of runs) sequence.push({}, run)
  return sequence
}
