import type { Document } from 'mongodb'
import { viewOf } from '../../batch/view-of.ts'
import { waitOrAbort } from '../../async/abort.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { bsonType, emptyDocumentBytes } from '../../format/bson/bson-type.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import type { MongoConnection, Reply } from './client.ts'
import { field } from './reply-field.ts'

/**
 * What a reply is to have, roughly; the server itself ends one at 16 MB. Small ones are garbage before it costs anything to
 * collect them (measured at a server near by: a fifth less CPU and 20 MiB less than with 4 MiB), but of a server that is far
 * away a reply is all that one round trip brings.
 */
const minReplyBytes = 512 * 1024
const maxReplyBytes = 2 * 1024 * 1024
/** A line brings so much in a millisecond, or is what is waited for. */
const bytesInMs = 100_000

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

/** Replies beyond the one that is used: where they are larger than wanted, since documents are, one is enough to hold. */
const maxAhead = 2

/**
 * A cursor in the server, reply by reply. While one is used the next is fetched, and as soon as it is here the one after it
 * is asked for, so that the server does not wait for what is made of its documents. Nothing is made of them here. Disposing
 * ends the cursor.
 */
export class ReplyCursor implements AsyncDisposable {
  readonly #connection: MongoConnection
  readonly #collection: CollectionName
  readonly #command: Document
  readonly #isLong: boolean
  readonly #replyBytes: number
  readonly #stop = new AbortController()
  readonly #session
  /** What the server calls it that the cursor is of. */
  #name: string
  #id = 0n
  #isBegun = false
  /** In their order: here and not used yet, or, the last one, on its way. */
  readonly #ahead: Promise<DocumentList>[] = []
  #isUnderway = false
  #maxAhead = maxAhead
  #batchSize = firstBatchSize

  /** @param command `find` or `aggregate`, without the size of a batch */
  constructor(connection: MongoConnection, collection: CollectionName, command: Document, isLong = false) {
    this.#connection = connection
    this.#collection = collection
    this.#name = collection.name
    this.#command = command
    this.#isLong = isLong
    this.#replyBytes = Math.min(Math.max(minReplyBytes, connection.roundTripMs * bytesInMs), maxReplyBytes)
    this.#session = connection.startSession()
  }

  /** Undefined: the server has said that there is nothing more. @throws `signal.reason` at once where it aborts */
  async next(signal: AbortSignal): Promise<DocumentList | undefined> {
    if (!this.#isBegun) {
      this.#isBegun = true
      this.#send(this.#firstCommand())
    }
    const sent = this.#ahead[0]
    if (sent === undefined) return undefined
    const list = await waitOrAbort(sent, signal, () => this.#stop.abort(signal.reason))
    void this.#ahead.shift()
    this.#goOn()
    return list
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new TransloadError('TL_X902'))
    await Promise.allSettled(this.#ahead)
    const id = this.#id
    this.#id = 0n
    this.#ahead.length = 0
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
    this.#isUnderway = true
    const sent = this.#receive(command)
    this.#ahead.push(sent)
    // Whoever asks for the next reply is told; nobody may.
    void Promise.allSettled([sent])
  }

  async #receive(command: Document): Promise<DocumentList> {
    const options = { session: this.#session, isLong: this.#isLong }
    const reply = await this.#connection.command(this.#collection.db, command, this.#stop.signal, options)
    const { id, name, list } = readReply(reply, this.#connection.settings.label)
    if (name !== undefined) this.#name = name
    this.#id = id
    this.#isUnderway = false
    this.#learn(list)
    this.#goOn()
    return list
  }

  /** Asks for the next reply, where there is one, and no more are held than may be. */
  #goOn(): void {
    if (this.#id === 0n || this.#isUnderway || this.#ahead.length >= this.#maxAhead || this.#stop.signal.aborted) return
    this.#send({ getMore: this.#id, collection: this.#name, batchSize: this.#batchSize })
  }

  /** A batch of so many documents has about the target's bytes, where they are as large as those that came last. */
  #learn({ bytes, start, end }: DocumentList): void {
    this.#maxAhead = end - start > maxReplyBytes * 2 ? 1 : maxAhead
    const count = countDocuments({ bytes, start, end })
    if (count === 0) return
    const wanted = Math.floor((this.#replyBytes * count) / (end - start))
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
