import type { Socket } from 'node:net'
import type { Submittable } from 'pg'
import { TransloadError } from '../../errors/transload-error.ts'
import type { TextRow } from '../sql/session.ts'

/** The bytes of one `COPY … FROM STDIN`, in pieces that are sent as one CopyData message each; they may be made as asked for. */
export type CopyPieces = Iterable<Uint8Array>

export interface StatementResult {
  /** The server's command tag, such as `COPY 812`. */
  readonly tag: string
  readonly rows: readonly TextRow[]
}

/** Told while a query is sent. */
export interface SendEvents {
  /** Statements to send right behind the last COPY's data, without waiting for an answer: made when all of it was sent. */
  readonly thenSend?: (() => string) | undefined

  /** The system has taken the first piece of a COPY. */
  readonly onFirstPiece?: (() => void) | undefined
  /** The system has taken the last CopyDone; without a COPY, the statements themselves. */
  readonly onSent?: (() => void) | undefined
}

/** What the driver has of its connection, as far as this file uses it. */
interface WireConnection {
  readonly stream: Socket
  query(text: string): void
  sendCopyFail(reason: string): void
}

const copyDone = new Uint8Array([0x63, 0, 0, 0, 4])

/** Takes a query whose message is with the server already, to give it what the server answers next. */
type Enqueue = (query: SimpleQuery) => void

/**
 * One Query message of the simple protocol: any number of statements, `COPY … FROM STDIN` among them, which without a
 * BEGIN are one transaction. Why it is written here, and not taken from pg-copy-streams: docs/adr/002.
 *
 * A second message may follow the data at once (`thenSend`). It has to begin inside a transaction that the first one
 * began: where the first fails, the server refuses the second, and nothing of either stands.
 *
 * - A piece is written once the one before it was handed to the system: never more than one is buffered.
 * - After an error of the server no further piece is written. The server reads and drops what was under way.
 * - Settles only once the system has taken every piece that was written, so that nothing reads the caller's buffers
 *   any more, whether it went well or not.
 */
export class SimpleQuery implements Submittable {
  readonly done: Promise<readonly StatementResult[]>
  readonly #text: string
  readonly #copies: readonly CopyPieces[]
  readonly #events: SendEvents
  readonly #enqueue: Enqueue
  readonly #results: StatementResult[] = []
  readonly #settle: PromiseWithResolvers<readonly StatementResult[]>
  #rows: TextRow[] = []
  #nextCopy = 0
  #writesUnderWay = 0
  #outcome: { readonly error: unknown } | 'done' | undefined
  #isSent = false
  #next: SimpleQuery | undefined
  #isPassedOn = false

  /** @param enqueue Hands a query to the client: `client.query`. */
  constructor(text: string, copies: readonly CopyPieces[], events: SendEvents, enqueue: Enqueue) {
    this.#text = text
    this.#copies = copies
    this.#events = events
    this.#enqueue = enqueue
    this.#settle = Promise.withResolvers()
    this.done = this.#settle.promise
  }

  submit(connection: unknown): void {
    this.#send(connection as WireConnection)
  }

  #send(wire: WireConnection): void {
    if (this.#isSent) return
    this.#isSent = true
    wire.query(this.#text)
    const { onSent } = this.#events
    if (this.#copies.length === 0 && onSent !== undefined) this.#write(wire.stream, new Uint8Array(0), onSent)
  }

  handleCopyInResponse(connection: WireConnection): void {
    const pieces = this.#copies[this.#nextCopy++]
    if (pieces === undefined) {
      connection.sendCopyFail('no data for this COPY')
      return
    }
    void this.#feed(connection, pieces, this.#nextCopy === this.#copies.length)
  }

  async #feed(wire: WireConnection, pieces: CopyPieces, isLast: boolean): Promise<void> {
    const { stream } = wire
    const { thenSend, onFirstPiece, onSent } = this.#events
    try {
      let isFirst = true
      for (const piece of pieces) {
        if (this.#outcome !== undefined || stream.destroyed) return
        const header = new Uint8Array(5)
        header[0] = 0x64
        new DataView(header.buffer).setUint32(1, piece.length + 4)
        // Header and piece stay together: a message that was begun is always finished, whatever happens meanwhile.
        stream.cork()
        this.#write(stream, header)
        const hasRoom = this.#write(stream, piece, isFirst ? onFirstPiece : undefined)
        stream.uncork()
        isFirst = false
        if (!hasRoom) await drained(stream)
      }
      if (this.#outcome !== undefined || stream.destroyed) return
      const text = isLast ? thenSend?.() : undefined
      if (text === undefined) {
        this.#write(stream, copyDone, isLast ? onSent : undefined)
        return
      }
      this.#next = new SimpleQuery(text, [], { onSent }, this.#enqueue)
      this.#write(stream, copyDone)
      this.#next.#send(wire)
    } catch (error) {
      // Whoever makes the pieces failed: nothing of them may stand.
      this.#outcome ??= { error }
      wire.sendCopyFail('the rows could not be made')
    }
  }

  #write(stream: Socket, bytes: Uint8Array, onTaken?: () => void): boolean {
    this.#writesUnderWay++
    return stream.write(bytes, (error) => {
      this.#writesUnderWay--
      // A failed write needs no report of its own: the driver tells its queries that the connection is gone.
      if (error == null && this.#outcome === undefined) onTaken?.()
      this.#settleIfStill()
    })
  }

  handleRowDescription(): void {
    this.#rows = []
  }

  handleDataRow(message: { readonly fields: TextRow }): void {
    this.#rows.push(message.fields)
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#results.push({ tag: message.text, rows: this.#rows })
    this.#rows = []
  }

  handleReadyForQuery(): void {
    this.#outcome ??= 'done'
    this.#passOn()
  }

  handleError(error: unknown): void {
    this.#outcome ??= { error }
    this.#passOn()
  }

  /** The answers to the message behind this one come next: the client must know whose they are before they do. */
  #passOn(): void {
    if (this.#next !== undefined && !this.#isPassedOn) {
      this.#isPassedOn = true
      this.#enqueue(this.#next)
    }
    this.#settleIfStill()
  }

  handleEmptyQuery(): void {
    this.#rows = []
  }

  handlePortalSuspended(): void {
    this.handleError(new TransloadError('TL_X901', { reason: 'a portal in the simple protocol' }))
  }

  handleCopyData(): void {
    this.handleError(new TransloadError('TL_X901', { reason: 'COPY … TO where nobody reads' }))
  }

  #settleIfStill(): void {
    const outcome = this.#outcome
    if (outcome === undefined || this.#writesUnderWay > 0) return
    const settle = (more: readonly StatementResult[], error?: { readonly error: unknown }): void => {
      const failure = outcome === 'done' ? error : outcome
      if (failure === undefined) this.#settle.resolve([...this.#results, ...more])
      else this.#settle.reject(failure.error)
    }
    if (this.#next === undefined) settle([])
    else void this.#next.done.then(settle, (error: unknown) => settle([], { error }))
  }
}

function drained(stream: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle)
      stream.off('close', settle)
      resolve()
    }
    stream.on('drain', settle)
    stream.on('close', settle)
  })
}

/** Rows in a command tag such as `COPY 812` or `INSERT 0 812`; undefined where the tag has no count. */
export function countInTag(tag: string): number | undefined {
  const found = /(\d+)$/.exec(tag)
  return found === null ? undefined : Number(found[1])
}
