import type { Cursor } from '../../../model/plain.ts'
import { CutStream } from './cut-stream.ts'
import { DocumentCutter } from './document-cutter.ts'
import { type DumpPieces, openDumpPieces } from './dump-pieces.ts'
import { readFilePlace } from './file-place.ts'

/** The documents of one `.bson` file of a dump, packed with gzip or not, in their order and in constant memory. */
export class BsonFileReader extends CutStream {
  /** @param from Where an earlier reader stopped: its `cursor` */
  static async open(label: string, path: string, from?: Cursor): Promise<BsonFileReader> {
    const place = readFilePlace(from)
    const pieces = await openDumpPieces(label, path, place.position)
    return new BsonFileReader(pieces, new DocumentCutter(label, { from: place }))
  }

  private constructor(pieces: DumpPieces, cutter: DocumentCutter) {
    super(pieces, cutter)
  }

  get count(): number {
    return this.cutter.count
  }

  /** Reads on. False: the file has ended. @throws TL_S207 where it ends within a document */
  async fill(signal: AbortSignal): Promise<boolean> {
    const piece = await this.pieces.next(signal)
    if (piece === undefined) {
      this.cutter.finish()
      return false
    }
    this.cutter.feed(piece)
    return true
  }

  /** @throws TL_S208 where what follows is none */
  next(): boolean {
    return this.cutter.next() === 'document'
  }

  cursor(): Cursor {
    return { position: this.cutter.nextPosition, count: this.cutter.count }
  }
}
