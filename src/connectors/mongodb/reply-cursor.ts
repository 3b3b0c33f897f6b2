import type { Document } from 'mongodb'
import { viewOf } from '../../batch/view-of.ts'
import { waitOrAbort } from '../../async/abort.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { bsonType, emptyDocumentBytes } from '../../format/bson/bson-type.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import type { MongoConnection, Reply } from './client.ts'
import { field } from './reply-field.ts'

/** What a reply is to have, roughly. The server itself ends one at 16 MB. */
const targetReplyBytes = 4 * 1024 * 1024
const firstBatchSize = 100
const maxBatchSize = 100_000

/** A collection, or a view, of a database. */
export interface CollectionName {
  readonly db: string
  readonly name: string
}

/** The documents of one reply, one behind the other: BSON's array of them is bytes[start, end). */
export interface DocumentList {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/**
 * A cursor in the server, reply by reply, at most one of which is on its way while the one before it is used. Nothing is made
 * of the documents. Disposing ends the cursor.
 */
export class ReplyCursor implements AsyncDisposable {
  readonly #connection: MongoConnection
  readonly #collection: CollectionName
  readonly #command: Document
  readonly #isLong: boolean
  readonly #stop = new AbortController()
  readonly #session
  /** What the server calls it that the cursor is of. */
  #name: string
  #id = 0n
  #isBegun = false
  #pending: Promise<Reply> | undefined
  #batchSize = firstBatchSize

  /** @param command `find` or `aggregate`, without the size of a batch */
  constructor(connection: MongoConnection, collection: CollectionName, command: Document, isLong = false) {
    this.#connection = connection
    this.#collection = collection
    this.#name = collection.name
    this.#command = command
    this.#isLong = isLong
    this.#session = connection.startSession()
  }

  /** Undefined: the server has said that there is nothing more. @throws `signal.reason` at once where it aborts */
  async next(signal: AbortSignal): Promise<DocumentList | undefined> {
    if (!this.#isBegun) {
      this.#isBegun = true
      this.#send(this.#firstCommand())
    }
    if (this.#pending === undefined) return undefined
    const reply = await waitOrAbort(this.#pending, signal, () => this.#stop.abort(signal.reason))
    this.#pending = undefined
    const { id, name, list } = readReply(reply, this.#connection.settings.label)
    if (name !== undefined) this.#name = name
    this.#id = id
    this.#learn(list)
    if (id !== 0n) {
      this.#send({ getMore: id, collection: this.#name, batchSize: this.#batchSize })
    }
    return list
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const id = this.#id
    this.#stop.abort(new TransloadError('TL_X902'))
    await Promise.allSettled([this.#pending])
    this.#pending = undefined
    this.#id = 0n
    this.#connection.letGo(this.#collection.db, this.#name, id, this.#session)
  }

  #firstCommand(): Document {
    const { readConcern } = this.#connection
    const size = { batchSize: this.#batchSize }
    const isRead = 'find' in this.#command || 'aggregate' in this.#command
    return {
      ...this.#command,
      ...('find' in this.#command ? size : { cursor: size }),
      ...(isRead && readConcern !== undefined ? { readConcern: { level: readConcern } } : {}),
    }
  }

  #send(command: Document): void {
    const options = { session: this.#session, isLong: this.#isLong }
    const sent = this.#connection.command(this.#collection.db, command, this.#stop.signal, options)
    this.#pending = sent
    // Whoever asks for the next reply is told; nobody may.
    void Promise.allSettled([sent])
  }

  /** A batch of so many documents has about the target's bytes, where they are as large as those that came last. */
  #learn({ bytes, start, end }: DocumentList): void {
    const count = countDocuments({ bytes, start, end })
    if (count === 0) return
    const wanted = Math.floor((targetReplyBytes * count) / (end - start))
    this.#batchSize = Math.max(1, Math.min(wanted, this.#batchSize * 10, maxBatchSize))
  }
}

/** `cursor: { id, ns, firstBatch | nextBatch }`. @throws TL_S299 where it is none */
function readReply(
  reply: Reply,
  label: string,
): { readonly id: bigint; readonly name: string | undefined; readonly list: DocumentList } {
  const bytes = reply['cursor']
  if (!(bytes instanceof Uint8Array)) throw noReply(label, 'a reply without a cursor')
  try {
    const id = field.int64(bytes, 'id')
    const list = field.array(bytes, 'firstBatch') ?? field.array(bytes, 'nextBatch')
    if (id === undefined || list === undefined) throw noReply(label, 'a cursor without an id or without documents')
    const namespace = field.text(bytes, 'ns')
    return { id, name: namespace === undefined ? undefined : withoutDatabase(namespace), list: { bytes, ...list } }
  } catch (error) {
    if (error instanceof DocumentFault) throw noReply(label, error.message)
    throw error
  }
}

/** A database's name has no dot. */
function withoutDatabase(namespace: string): string {
  return namespace.slice(namespace.indexOf('.') + 1)
}

function noReply(label: string, reason: string): TransloadError {
  return new TransloadError('TL_S299', { endpoint: label, reason })
}

/** Walks over the documents of a reply. */
export class DocumentWalk {
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  readonly #label: string
  #view = viewOf(this.bytes)
  #at = 0
  #stop = 0

  constructor(label: string) {
    this.#label = label
  }

  open({ bytes, start, end }: DocumentList): void {
    this.bytes = bytes
    this.#view = viewOf(bytes)
    this.#at = start + 4
    this.#stop = end - 1
  }

  /** @throws TL_S299 where what follows is no document */
  next(): boolean {
    const { bytes } = this
    if (this.#at >= this.#stop) return false
    const type = bytes[this.#at]
    let at = this.#at + 1
    while (bytes[at] !== 0) at++
    const start = at + 1
    const left = this.#stop - start
    const byteCount = type === bsonType.document && left >= emptyDocumentBytes ? this.#view.getInt32(start, true) : -1
    if (byteCount < emptyDocumentBytes || byteCount > left) {
      throw noReply(this.#label, 'a reply with something among its documents that is none')
    }
    this.start = start
    this.end = this.#at = start + byteCount
    return true
  }
}

function countDocuments(list: DocumentList): number {
  const walk = new DocumentWalk('')
  walk.open(list)
  let count = 0
  while (walk.next()) count++
  return count
}
