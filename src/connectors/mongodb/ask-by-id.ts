import { Binary, type ClientSession, type Document } from 'mongodb'
import { TransloadError } from '../../errors/transload-error.ts'
import { bsonType } from '../../format/bson/bson-type.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import { AskByCursor } from './ask-by-cursor.ts'
import type { MongoConnection } from './client.ts'
import type { CursorReply, DocumentPlace, SeenDocuments } from './document-list.ts'
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
  readonly #place: IdPlace = { start: 0, end: 0 }
  #filters: readonly Document[]
  /** For the first of the filters; absent: it is asked for reply by reply. */
  #cursor: AskByCursor | undefined
  #last: Uint8Array | undefined

  constructor(connection: MongoConnection, collection: CollectionName, { filters, behind }: IdPlan) {
    this.#connection = connection
    this.#collection = collection
    this.#filters = filters
    this.#behind = behind
  }

  get session(): ClientSession | undefined {
    return this.#cursor?.session
  }

  next(batchSize: number): Document | undefined {
    const [filter] = this.#filters
    if (filter === undefined) return undefined
    const find = { find: this.#collection.name, filter, sort: { _id: 1 }, hint: { _id: 1 } }
    if (!mayBeBinary(filter)) {
      return { ...find, limit: batchSize, batchSize, singleBatch: true, ...this.#connection.readConcernOption }
    }
    this.#cursor ??= new AskByCursor(this.#connection, this.#collection, [find])
    const command = this.#cursor.next(batchSize)
    if (command !== undefined) return command
    this.end()
    this.#filters = this.#filters.slice(1)
    return this.next(batchSize)
  }

  /** A reply that has fewer documents than were asked for may be full of bytes: only one that has none says that there is no more. */
  heed(reply: CursorReply, { first, last }: SeenDocuments): void {
    if (this.#cursor !== undefined) return this.#cursor.heed(reply)
    if (first === undefined || last === undefined) {
      this.#filters = this.#filters.slice(1)
      return
    }
    const { bytes } = reply.list
    const id = this.#idOf(bytes, first)
    if (this.#last !== undefined && Buffer.compare(id, this.#last) === 0) {
      throw notInOrder(this.#connection, this.#collection, id)
    }
    this.#last = this.#idOf(bytes, last)
    this.#filters = this.#behind(this.#last)
  }

  end(): void {
    this.#cursor?.end()
    this.#cursor = undefined
  }

  #idOf(bytes: Uint8Array, { start, end }: DocumentPlace): Uint8Array {
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
