import { DumpEvent, type DumpCursor } from '../../../format/sql-text/dump-event.ts'
import { StatementScanner } from '../../../format/sql-text/statement-scanner.ts'
import { toFileError } from '../../../errors/file-error.ts'
import { toDumpError } from './errors.ts'
import type { PieceReader } from './input/piece-reader.ts'

/**
 * Statements and rows of a dump, from its start or from a cursor on. `next` is asked until it says
 * {@link DumpEvent.needMore}; then `feed` brings the next piece. Nothing is awaited for a row.
 */
export class DumpScan implements AsyncDisposable {
  readonly scanner: StatementScanner
  readonly #label: string
  readonly #path: string
  readonly #pieces: PieceReader
  #window: Uint8Array
  #buffer: Buffer
  /** One after the last byte that was fed. */
  #fedTo: number

  /** @param pieces Begins at the cursor's position. Is disposed with the scan. */
  constructor(
    pieces: PieceReader,
    from: DumpCursor | undefined,
    names: { readonly label: string; readonly path: string },
  ) {
    this.scanner = new StatementScanner({ from })
    this.#label = names.label
    this.#path = names.path
    this.#pieces = pieces
    this.#fedTo = from?.position ?? 0
    this.#window = this.scanner.bytes
    this.#buffer = bufferOver(this.#window)
  }

  /** The scanner's bytes, which its values point into. */
  get bytes(): Buffer {
    const window = this.scanner.bytes
    if (window !== this.#window) {
      this.#window = window
      this.#buffer = bufferOver(window)
    }
    return this.#buffer
  }

  /** Bytes of the row or statement under way that are held already. */
  get pendingBytes(): number {
    return this.#fedTo - Math.max(this.scanner.start, this.scanner.position)
  }

  /** @throws TL_S207, TL_S208 where the dump cannot be read on */
  next(): DumpEvent {
    const event = this.scanner.next()
    if (event === DumpEvent.failed && this.scanner.failure !== undefined) {
      throw toDumpError(this.scanner.failure, this.#label)
    }
    return event
  }

  async feed(signal: AbortSignal): Promise<void> {
    let piece: Uint8Array | undefined
    try {
      piece = await this.#pieces.next(signal)
    } catch (error) {
      throw toFileError(error, this.#label, this.#path)
    }
    if (piece === undefined) {
      this.scanner.end()
      return
    }
    this.scanner.feed(piece)
    this.#fedTo += piece.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces[Symbol.asyncDispose]()
  }
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
