import type { ClientSession, Document } from 'mongodb'
import { waitOrAbort } from '../../async/abort.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { MongoConnection } from './client.ts'
import {
  type CursorReply,
  type DocumentList,
  type DocumentPlace,
  DocumentWalk,
  readReply,
  type SeenDocuments,
} from './document-list.ts'

/**
 * What a reply is to have, roughly; the server itself ends one at 16 MB. Of a server near by larger ones cost more than they
 * save (measured with FerretDB, from 512 KiB to 3 MiB), but of one that is far away a reply is all that one round trip brings.
 */
const minReplyBytes = 1024 * 1024
const maxReplyBytes = 2 * 1024 * 1024
/** That a line may bring in a millisecond: with a longer round trip a reply has to be larger, or the line is idle. */
const bytesInMs = 100_000

const firstBatchSize = 100
const maxBatchSize = 100_000

/** Replies held beyond the one in use: fewer where single documents make replies larger than wanted. */
const maxAhead = 2
/** Of replies that are larger still one is in memory, not two: the next one is asked for once it is wanted. */
const hugeReplyBytes = 8 * 1024 * 1024

/** A collection, or a view, of a database. */
export interface CollectionName {
  readonly db: string
  readonly name: string
}

/** The commands that replies answer, each of which may hang on the reply before. */
export interface Asking {
  readonly session?: ClientSession | undefined
  /** Undefined: there is nothing more to ask. @param batchSize Documents that the reply is to have at most */
  next(batchSize: number): Document | undefined
  /** Is told each reply, and what is in it, before the next command is asked of it. @throws TransloadError where it is none to go on from */
  heed(reply: CursorReply, seen: SeenDocuments): void
  /** Nothing will be asked any more. */
  end(): void
}

/**
 * Documents from a server, reply by reply. While one is used the next is fetched, and as soon as it is here the one after it
 * is asked for, so that the server does not wait for what is made of its documents. Nothing is made of them here.
 */
export class Replies implements AsyncDisposable {
  readonly #connection: MongoConnection
  readonly #db: string
  readonly #asking: Asking
  readonly #isLong: boolean
  readonly #replyBytes: number
  readonly #stop = new AbortController()
  readonly #walk: DocumentWalk
  /** In their order: here and not used yet, or, the last one, on its way. */
  readonly #ahead: Promise<DocumentList>[] = []
  #isUnderway = false
  #maxAhead = maxAhead
  #batchSize = firstBatchSize

  constructor(connection: MongoConnection, db: string, asking: Asking, isLong = false) {
    this.#connection = connection
    this.#db = db
    this.#asking = asking
    this.#isLong = isLong
    this.#replyBytes = Math.min(Math.max(minReplyBytes, connection.roundTripMs * bytesInMs), maxReplyBytes)
    this.#walk = new DocumentWalk(connection.settings.label)
  }

  /** Undefined: the server has said that there is nothing more. @throws `signal.reason` at once where it aborts */
  async next(signal: AbortSignal): Promise<DocumentList | undefined> {
    if (this.#ahead.length === 0) this.#ask()
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
    this.#ahead.length = 0
    this.#asking.end()
  }

  /** Asks for the next reply, where there is one, and no more are held than may be. */
  #goOn(): void {
    if (!this.#isUnderway && this.#ahead.length < this.#maxAhead) this.#ask()
  }

  #ask(): void {
    if (this.#stop.signal.aborted) return
    const command = this.#asking.next(this.#batchSize)
    if (command === undefined) return
    this.#isUnderway = true
    const sent = this.#receive(command)
    this.#ahead.push(sent)
    // Whoever asks for the next reply is told; nobody may.
    void Promise.allSettled([sent])
  }

  async #receive(command: Document): Promise<DocumentList> {
    const options = { session: this.#asking.session, isLong: this.#isLong }
    const answer = await this.#connection.command(this.#db, command, this.#stop.signal, options)
    const reply = readReply(answer, this.#connection.settings.label)
    const seen = this.#see(reply.list)
    this.#asking.heed(reply, seen)
    this.#learn(reply.list, seen.count)
    this.#isUnderway = false
    this.#goOn()
    return reply.list
  }

  #see(list: DocumentList): SeenDocuments {
    const walk = this.#walk
    walk.open(list)
    let count = 0
    let first: DocumentPlace | undefined
    for (; walk.next(); count++) first ??= { start: walk.start, end: walk.end }
    const last = first && { start: walk.start, end: walk.end }
    walk.close()
    return { count, first, last }
  }

  /** A batch of so many documents has about the target's bytes, where they are as large as those that came last. */
  #learn({ start, end }: DocumentList, count: number): void {
    const byteCount = end - start
    this.#maxAhead = byteCount > hugeReplyBytes ? 0 : byteCount > maxReplyBytes * 2 ? 1 : maxAhead
    if (count === 0) return
    const wanted = Math.floor((this.#replyBytes * count) / byteCount)
    this.#batchSize = Math.max(1, Math.min(wanted, this.#batchSize * 10, maxBatchSize))
  }
}
