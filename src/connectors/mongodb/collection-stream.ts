import type { Document } from 'mongodb'
import { TransloadError } from '../../errors/transload-error.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import type { Cursor } from '../../model/plain.ts'
import type { MongoConnection } from './client.ts'
import type { DocumentStream } from './document-stream.ts'
import { isCursorGone } from './errors.ts'
import { assertSameCollection, type CollectionIdentity, identifyCollection } from './collection-identity.ts'
import { type CollectionName, DocumentWalk, ReplyCursor } from './reply-cursor.ts'
import { findId, idDocument, type IdPlace, idText } from './id-text.ts'
import { kindOf } from './id-order.ts'

/** How often a cursor that the server has dropped is opened anew without a document in between. */
const maxReopenings = 3

/** How the documents are asked for: by one command after the other. */
export interface StreamPlan {
  readonly filters: readonly Document[]
  /** Added to each `find`, such as a sort. */
  readonly find: Document
  /** What asks for those behind an `_id`, in the order of the stream; absent: there is no such order. */
  readonly behind?: ((document: Uint8Array) => readonly Document[]) | undefined
}

/**
 * Documents of a collection from a server. A cursor that the server has dropped, since it was idle for too long or somebody
 * ended it, is opened anew behind the last document that came, where there is an order.
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
  readonly #plan: StreamPlan
  readonly #walk: DocumentWalk
  readonly #place: IdPlace = { start: 0, end: 0 }
  #filters: readonly Document[]
  #replies: ReplyCursor | undefined
  #identity: CollectionIdentity | undefined
  /** Of the document that came last, copied: the reply that it stood in may be gone. */
  #last: Uint8Array | undefined
  #hasDocument = false
  #lastKind = -1
  #reopenings = 0
  #isDone = false

  constructor(connection: MongoConnection, collection: CollectionName, plan: StreamPlan) {
    this.#connection = connection
    this.#collection = collection
    this.#plan = plan
    this.#filters = plan.filters
    this.#walk = new DocumentWalk(connection.settings.label)
  }

  get bytes(): Uint8Array {
    return this.#walk.bytes
  }

  async fill(signal: AbortSignal): Promise<boolean> {
    if (this.#isDone) return false
    this.#remember()
    this.#identity ??= await identifyCollection(this.#connection, this.#collection, signal)
    for (;;) {
      const filter = this.#filters[0]
      if (filter === undefined) {
        await assertSameCollection(this.#connection, this.#collection, this.#identity, signal)
        this.#isDone = true
        return false
      }
      this.#replies ??= new ReplyCursor(this.#connection, this.#collection, this.#find(filter))
      try {
        const list = await this.#replies.next(signal)
        if (list !== undefined) {
          this.#walk.open(list)
          return true
        }
        this.#filters = this.#filters.slice(1)
      } catch (error) {
        if (signal.aborted || !isCursorGone(error)) throw error
        this.#reopenBehind(error)
      }
      await this.#endReplies()
    }
  }

  next(): boolean {
    const walk = this.#walk
    if (!walk.next()) return false
    this.start = walk.start
    this.end = walk.end
    this.#hasDocument = true
    this.count++
    this.#reopenings = 0
    if (this.#plan.behind !== undefined) this.#checkOrder()
    return true
  }

  cursor(): Cursor {
    const document = this.#hasDocument ? this.#idOf() : this.#last
    if (document === undefined) throw new TransloadError('TL_X901', { reason: 'a cursor before the first document' })
    return idText(document)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#endReplies()
  }

  #find(filter: Document): Document {
    return { find: this.#collection.name, filter, ...this.#plan.find }
  }

  async #endReplies(): Promise<void> {
    const replies = this.#replies
    this.#replies = undefined
    await replies?.[Symbol.asyncDispose]()
  }

  #remember(): void {
    if (!this.#hasDocument) return
    if (this.#plan.behind !== undefined) this.#last = this.#idOf()
    this.#hasDocument = false
  }

  #reopenBehind(error: unknown): void {
    const { behind } = this.#plan
    if (behind === undefined || ++this.#reopenings > maxReopenings) throw error
    if (this.#last !== undefined) this.#filters = behind(this.#last)
  }

  #idOf(): Uint8Array {
    this.#findId()
    return idDocument(this.bytes, this.#place)
  }

  /** Lower kinds come first, or the conditions that the rest is asked for by would miss some. */
  #checkOrder(): void {
    const { bytes, start } = this
    // Nearly always it stands first.
    const isFirst =
      bytes[start + 5] === 0x5f && bytes[start + 6] === 0x69 && bytes[start + 7] === 0x64 && bytes[start + 8] === 0
    if (!isFirst) this.#findId()
    const kind = kindOf(bytes[isFirst ? start + 4 : this.#place.start]!)
    if (kind < this.#lastKind) throw this.#refuse('the server does not order types as MongoDB does')
    this.#lastKind = kind
  }

  #findId(): void {
    try {
      if (findId(this.bytes, this.start, this.end, this.#place)) return
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      throw this.#refuse(`a document that is no BSON: ${error.message}`)
    }
    throw this.#refuse('a document without an _id')
  }

  #refuse(what: string): TransloadError {
    const { db, name } = this.#collection
    return new TransloadError('TL_S299', {
      endpoint: this.#connection.settings.label,
      reason: `${db}.${name}: ${what}`,
    })
  }
}
