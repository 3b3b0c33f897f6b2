import { emptyDocumentBytes } from '../../../format/bson/bson-type.ts'
import { cutOff, damaged } from './errors.ts'
import { PendingBytes } from './pending-bytes.ts'

/** The most bytes that a server lets a document have: 16 MiB, and 16 KiB for what it adds to them itself. */
export const maxDumpedDocumentBytes = 16 * 1024 * 1024 + 16 * 1024

/** A piece that is fed, and then some. */
const spareBytes = 1024 * 1024

/** Stands in an archive where a document's length would. */
const terminator = -1

/** `document`: it stands at bytes[start, end). `hungry`: more has to be fed first. */
export type Cut = 'document' | 'terminator' | 'hungry'

export interface CutterOptions {
  /** Archives end groups of documents with a terminator. */
  readonly hasTerminators?: boolean | undefined
  readonly maxDocumentBytes?: number | undefined
  /** Where the first byte that is fed stands in the dump, and how many documents are before it. */
  readonly from?: { readonly position: number; readonly count: number } | undefined
}

/**
 * Cuts a stream of BSON documents, one behind the other, into documents: by their lengths alone, their insides are for a
 * cursor. What is kept is the document that is not all there yet: room grows with bytes that have come, never by what
 * a length claims.
 */
export class DocumentCutter {
  /** The document that was cut last, until the next call of `feed`. */
  start = 0
  end = 0
  /** Documents that were cut, those before the first byte among them. */
  count: number
  readonly #label: string
  readonly #hasTerminators: boolean
  readonly #maxDocumentBytes: number
  readonly #pending: PendingBytes

  /** @param label For messages: what the user named */
  constructor(
    label: string,
    { hasTerminators = false, maxDocumentBytes = maxDumpedDocumentBytes, from }: CutterOptions = {},
  ) {
    this.#label = label
    this.#hasTerminators = hasTerminators
    this.#maxDocumentBytes = maxDocumentBytes
    this.#pending = new PendingBytes(from?.position ?? 0, maxDocumentBytes + spareBytes)
    this.count = from?.count ?? 0
  }

  get bytes(): Uint8Array {
    return this.#pending.bytes
  }

  /** Where the document that was cut last begins in the dump, in bytes. */
  get position(): number {
    return this.#pending.position + this.start
  }

  /** Where what is cut next begins in the dump: whoever goes on later goes on from there. */
  get nextPosition(): number {
    return this.#pending.position + this.#pending.at
  }

  /** Takes a copy of the piece, of any size. */
  feed(piece: Uint8Array): void {
    this.#pending.feed(piece)
    this.start = this.end = 0
  }

  /** Goes to the next document. @throws TL_S208 where there is none, nor can be one */
  next(): Cut {
    const pending = this.#pending
    const { at, fed } = pending
    if (fed - at < 4) return 'hungry'
    const byteCount = pending.view.getInt32(at, true)
    if (byteCount === terminator && this.#hasTerminators) {
      this.start = at
      this.end = pending.at = at + 4
      return 'terminator'
    }
    if (byteCount < emptyDocumentBytes || byteCount > this.#maxDocumentBytes) {
      this.#failAt(at, `says ${byteCount} bytes, which no document has`)
    }
    const end = at + byteCount
    if (end > fed) return 'hungry'
    if (pending.bytes[end - 1] !== 0) this.#failAt(at, `says ${byteCount} bytes, and does not end there`)
    this.start = at
    this.end = pending.at = end
    this.count++
    return 'document'
  }

  /** Nothing more will be fed. @throws TL_S207 where a document has begun and not ended */
  finish(): void {
    const { at, fed, view } = this.#pending
    const left = fed - at
    if (left === 0) return
    const says = left < 4 ? 'has not even its length' : `says ${view.getInt32(at, true)} bytes`
    throw cutOff(this.#label, `${this.#what(at)} ${says}, and the dump ends after ${left} of it`)
  }

  #failAt(at: number, reason: string): never {
    throw damaged(this.#label, `${this.#what(at)} ${reason}`)
  }

  #what(at: number): string {
    const place = `at byte ${this.#pending.position + at},`
    return this.#hasTerminators ? `the document or header ${place}` : `document ${this.count + 1}, ${place}`
  }
}
