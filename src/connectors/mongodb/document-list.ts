import { giveBack } from '../../batch/give-back.ts'
import { viewOf } from '../../batch/view-of.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { bsonType, emptyDocumentBytes } from '../../format/bson/bson-type.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import type { Reply } from './client.ts'
import { field } from './reply-field.ts'

/** The documents of one reply, one behind the other: BSON's array of them is bytes[start, end). */
export interface DocumentList {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** The driver keeps nothing of the reply, so that its memory may be given back. */
  readonly isOurs: boolean
}

/** A reply of `find`, `getMore` and the like: what the server calls the cursor is `id`, 0 where it has ended. */
export interface CursorReply {
  readonly id: bigint
  /** Of the collection, as the cursor is called by it. */
  readonly name: string | undefined
  readonly list: DocumentList
}

/** Where a document stands in the bytes of its reply. */
export interface DocumentPlace {
  readonly start: number
  readonly end: number
}

/** What a walk over a reply has seen. */
export interface SeenDocuments {
  readonly count: number
  /** Undefined: there is none. */
  readonly first: DocumentPlace | undefined
  readonly last: DocumentPlace | undefined
}

/** `cursor: { id, ns, firstBatch | nextBatch }`. @throws TL_S299 where it is none */
export function readReply(reply: Reply, label: string): CursorReply {
  const bytes = reply['cursor']
  if (!(bytes instanceof Uint8Array)) throw noReply(label, 'a reply without a cursor')
  try {
    const id = field.int64(bytes, 'id')
    const list = field.array(bytes, 'firstBatch') ?? field.array(bytes, 'nextBatch')
    if (id === undefined || list === undefined) throw noReply(label, 'a cursor without an id or without documents')
    const namespace = field.text(bytes, 'ns')
    return {
      id,
      name: namespace === undefined ? undefined : withoutDatabase(namespace),
      list: { bytes, ...list, isOurs: isOurs(reply) },
    }
  } catch (error) {
    if (error instanceof DocumentFault) throw noReply(label, error.message)
    throw error
  }
}

/** Of a replica set's reply the driver keeps `$clusterTime`, whose hash is a view of the reply's own bytes. */
function isOurs(reply: Reply): boolean {
  return Object.keys(reply).every((name) => name === 'cursor' || name === 'ok')
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
  #isOurs = false

  constructor(label: string) {
    this.#label = label
  }

  open({ bytes, start, end, isOurs: mayGiveBack }: DocumentList): void {
    this.bytes = bytes
    this.#isOurs = mayGiveBack
    this.#view = viewOf(bytes)
    this.#at = start + 4
    this.#stop = end - 1
  }

  /** Whether the documents have all gone by. */
  get isAtEnd(): boolean {
    return this.#at >= this.#stop
  }

  /** Gives the memory of the reply back, where that may be: nobody reads it any more. */
  giveBack(): void {
    if (this.#isOurs) giveBack(this.bytes)
    this.close()
  }

  /** Lets the reply go: there is nothing to walk over until the next `open`. */
  close(): void {
    this.bytes = new Uint8Array(0)
    this.#view = viewOf(this.bytes)
    this.#at = this.#stop = 0
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
