import { TransloadError } from '../../errors/transload-error.ts'
import type { Cursor } from '../../model/plain.ts'
import { idOfDocument, refused } from './ask-by-id.ts'
import type { MongoConnection } from './client.ts'
import { assertSameCollection, type CollectionIdentity, identifyCollection } from './collection-identity.ts'
import { DocumentWalk } from './document-list.ts'
import type { DocumentStream } from './document-stream.ts'
import { kindOf } from './id-order.ts'
import { type IdPlace, idText } from './id-text.ts'
import { type Asking, type CollectionName, Replies } from './replies.ts'

/** How the documents are asked for. */
export interface StreamPlan {
  readonly asking: Asking
  /** They come in the order of their `_id`. */
  readonly isOrdered: boolean
}

/**
 * Documents of a collection from a server.
 *
 * A server answers for a collection that is not there as for one that is empty: that it is there, and is the same one still,
 * is asked before the first document and behind the last.
 *
 * @throws TL_S202 where the line broke, TL_S205 where there is no such collection, TL_S206 where another has taken its place
 */
export class CollectionStream implements DocumentStream {
  start = 0
  end = 0
  count = 0
  readonly #connection: MongoConnection
  readonly #collection: CollectionName
  readonly #isOrdered: boolean
  readonly #replies: Replies
  readonly #walk: DocumentWalk
  readonly #place: IdPlace = { start: 0, end: 0 }
  #identity: CollectionIdentity | undefined
  /** Of the document that came last, copied: the reply that it stood in may be gone. */
  #last: Uint8Array | undefined
  #hasDocument = false
  #lastKind = -1
  #isDone = false

  constructor(connection: MongoConnection, collection: CollectionName, { asking, isOrdered }: StreamPlan) {
    this.#connection = connection
    this.#collection = collection
    this.#isOrdered = isOrdered
    this.#replies = new Replies(connection, collection.db, asking)
    this.#walk = new DocumentWalk(connection.settings.label)
  }

  get bytes(): Uint8Array {
    return this.#walk.bytes
  }

  async fill(signal: AbortSignal): Promise<boolean> {
    if (this.#isDone) return false
    this.#remember()
    this.#walk.giveBack()
    this.#identity ??= await identifyCollection(this.#connection, this.#collection, signal)
    const list = await this.#replies.next(signal)
    if (list !== undefined) {
      this.#walk.open(list)
      return true
    }
    await assertSameCollection(this.#connection, this.#collection, this.#identity, signal)
    this.#isDone = true
    return false
  }

  next(): boolean {
    const walk = this.#walk
    if (!walk.next()) return false
    this.start = walk.start
    this.end = walk.end
    this.#hasDocument = true
    this.count++
    if (this.#isOrdered) this.#checkOrder()
    return true
  }

  cursor(): Cursor {
    const document = this.#hasDocument ? this.#idOf() : this.#last
    if (document === undefined) throw new TransloadError('TL_X901', { reason: 'a cursor before the first document' })
    // Whoever asks where to go on has taken the document: its reply need not wait in memory until then.
    if (this.#hasDocument && this.#walk.isAtEnd) {
      this.#last = document
      this.#hasDocument = false
      this.#walk.giveBack()
    }
    return idText(document)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#replies[Symbol.asyncDispose]()
  }

  #remember(): void {
    if (!this.#hasDocument) return
    if (this.#isOrdered) this.#last = this.#idOf()
    this.#hasDocument = false
  }

  #idOf(): Uint8Array {
    return idOfDocument(this.#connection, this.#collection, this, this.#place)
  }

  /** Lower kinds come first, or the conditions that the rest is asked for by would miss some. */
  #checkOrder(): void {
    const { bytes, start } = this
    // Nearly always it stands first.
    const isFirst =
      bytes[start + 5] === 0x5f && bytes[start + 6] === 0x69 && bytes[start + 7] === 0x64 && bytes[start + 8] === 0
    if (!isFirst) this.#idOf()
    const kind = kindOf(bytes[isFirst ? start + 4 : this.#place.start]!)
    if (kind < this.#lastKind) {
      throw refused(this.#connection, this.#collection, 'the server does not order types as MongoDB does')
    }
    this.#lastKind = kind
  }
}
