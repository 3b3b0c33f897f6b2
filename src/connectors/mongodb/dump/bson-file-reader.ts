import { DocumentCutter } from './document-cutter.ts'
import { type DumpPieces, openDumpPieces } from './dump-pieces.ts'

/**
 * The documents of one `.bson` file of a dump, packed with gzip or not, in their order and in constant memory:
 *
 *     while (await reader.fill(signal)) while (reader.next()) use(reader.bytes, reader.start, reader.end)
 */
export class BsonFileReader implements AsyncDisposable {
  readonly #pieces: DumpPieces
  readonly #cutter: DocumentCutter

  /** @param from Where an earlier reader stopped: its `nextPosition` and `count` */
  static async open(label: string, path: string, from?: { position: number; count: number }): Promise<BsonFileReader> {
    return new BsonFileReader(await openDumpPieces(label, path, from?.position), new DocumentCutter(label, { from }))
  }

  private constructor(pieces: DumpPieces, cutter: DocumentCutter) {
    this.#pieces = pieces
    this.#cutter = cutter
  }

  /** The document is bytes[start, end), until the next call of `fill`. */
  get bytes(): Uint8Array {
    return this.#cutter.bytes
  }

  get start(): number {
    return this.#cutter.start
  }

  get end(): number {
    return this.#cutter.end
  }

  /** Documents that were read, in the whole file. */
  get count(): number {
    return this.#cutter.count
  }

  /** Where the document begins in the file, unpacked, in bytes. */
  get position(): number {
    return this.#cutter.position
  }

  /** Where the one behind it begins. */
  get nextPosition(): number {
    return this.#cutter.nextPosition
  }

  /** Reads on. False: the file has ended. @throws TL_S207 where it ends within a document */
  async fill(signal: AbortSignal): Promise<boolean> {
    const piece = await this.#pieces.next(signal)
    if (piece === undefined) {
      this.#cutter.finish()
      return false
    }
    this.#cutter.feed(piece)
    return true
  }

  /** Goes to the next document of what was read. @throws TL_S208 where what follows is none */
  next(): boolean {
    return this.#cutter.next() === 'document'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces[Symbol.asyncDispose]()
  }
}
