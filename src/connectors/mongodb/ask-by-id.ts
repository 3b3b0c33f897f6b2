import { Binary, type ClientSession, type Document } from 'mongodb'
import { TransloadError } from '../../errors/transload-error.ts'
import { bsonType } from '../../format/bson/bson-type.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import type { MongoConnection } from './client.ts'
import { type CursorReply, DocumentWalk } from './document-list.ts'
import { findId, idDocument, type IdPlace, idText } from './id-text.ts'
import type { Asking, CollectionName } from './replies.ts'

/** What is asked for by `_id`, and what of it stands behind a document. */
export interface IdPlan {
  /** Conditions that give the documents in their order, one after the other. */
  readonly filters: readonly Document[]
  /** @param document It has an `_id` alone */
  readonly behind: (document: Uint8Array) => readonly Document[]
}

/**
 * Documents in the order of their `_id`, each reply by a command of its own that begins behind the one before. There is no
 * cursor that a server could drop or would have to keep; and one that sorts, or stores what a sorted cursor will give, before
 * it answers (as FerretDB does) does so for one reply and not for all of a collection.
 *
 * But for keys that are, or may be, binary: of those of several subtypes some servers (mongo-java-server) find none by `$gt` that
 * they sort behind, and they are read by a cursor.
 */
export class AskById implements Asking {
  readonly #connection: MongoConnection
  readonly #collection: CollectionName
  readonly #behind: IdPlan['behind']
  readonly #walk: DocumentWalk
  readonly #place: IdPlace = { start: 0, end: 0 }
  #filters: readonly Document[]
  #cursor = 0n
  #session: ClientSession | undefined
  #last: Uint8Array | undefined

  constructor(connection: MongoConnection, collection: CollectionName, { filters, behind }: IdPlan) {
    this.#connection = connection
    this.#collection = collection
    this.#filters = filters
    this.#behind = behind
    this.#walk = new DocumentWalk(connection.settings.label)
  }

  get session(): ClientSession | undefined {
    return this.#session
  }

  next(batchSize: number): Document | undefined {
    const { name } = this.#collection
    if (this.#cursor !== 0n) return { getMore: this.#cursor, collection: name, batchSize }
    const [filter] = this.#filters
    if (filter === undefined) return undefined
    const isByCursor = mayBeBinary(filter)
    if (isByCursor) this.#session ??= this.#connection.startSession()
    return {
      find: name,
      filter,
      sort: { _id: 1 },
      hint: { _id: 1 },
      batchSize,
      ...(isByCursor ? {} : { limit: batchSize, singleBatch: true }),
      ...this.#connection.readConcernOption,
    }
  }

  /** A reply that has fewer documents than were asked for may be full of bytes: only one that has none says that there is no more. */
  heed({ id, list }: CursorReply): void {
    if (this.#cursor !== 0n || mayBeBinary(this.#filters[0]!)) {
      this.#cursor = id
      if (id === 0n) this.#filters = this.#filters.slice(1)
      return
    }
    const walk = this.#walk
    walk.open(list)
    if (!walk.next()) {
      this.#filters = this.#filters.slice(1)
      return
    }
    const first = this.#idOf()
    if (this.#last !== undefined && Buffer.compare(first, this.#last) === 0) {
      throw notInOrder(this.#connection, this.#collection, first)
    }
    while (walk.next());
    this.#last = this.#idOf()
    walk.close()
    this.#filters = this.#behind(this.#last)
  }

  end(): void {
    const id = this.#cursor
    this.#cursor = 0n
    if (this.#session !== undefined || id !== 0n) {
      this.#connection.letGo(this.#collection.db, this.#collection.name, id, this.#session)
    }
  }

  #idOf(): Uint8Array {
    const { bytes, start, end } = this.#walk
    return idOfDocument(this.#connection, this.#collection, { bytes, start, end }, this.#place)
  }
}

function mayBeBinary({ _id: condition }: Document): boolean {
  const { $type: types, ...values } = condition as { readonly $type?: readonly unknown[] }
  return types?.includes(bsonType.binary) === true || Object.values(values).some((value) => value instanceof Binary)
}

/** A document with the `_id` of another alone. @throws TL_S299 where it has none, or is no BSON in front of it */
export function idOfDocument(
  connection: MongoConnection,
  collection: CollectionName,
  { bytes, start, end }: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  place: IdPlace,
): Uint8Array {
  try {
    if (findId(bytes, start, end, place)) return idDocument(bytes, place)
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error
    throw refused(connection, collection, `a document that is no BSON: ${error.message}`)
  }
  throw refused(connection, collection, 'a document without an _id')
}

/** The server finds a key behind itself. */
export function notInOrder(connection: MongoConnection, collection: CollectionName, id: Uint8Array): TransloadError {
  return refused(connection, collection, `the server finds ${idText(id)} behind itself`)
}

/** TL_S299 of a collection. */
export function refused({ settings }: MongoConnection, { db, name }: CollectionName, what: string): TransloadError {
  return new TransloadError('TL_S299', { endpoint: settings.label, reason: `${db}.${name}: ${what}` })
}
