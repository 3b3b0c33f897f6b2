import type { Cursor } from '../../../model/plain.ts'
import type { DocumentStream } from '../document-stream.ts'
import type { DocumentCutter } from './document-cutter.ts'
import type { DumpPieces } from './dump-pieces.ts'

/** Documents that are cut out of the pieces of a file, whatever else stands in it. */
export abstract class CutStream implements DocumentStream {
  protected readonly pieces: DumpPieces
  protected readonly cutter: DocumentCutter

  /** @param pieces Are disposed with it. */
  constructor(pieces: DumpPieces, cutter: DocumentCutter) {
    this.pieces = pieces
    this.cutter = cutter
  }

  get bytes(): Uint8Array {
    return this.cutter.bytes
  }

  get start(): number {
    return this.cutter.start
  }

  get end(): number {
    return this.cutter.end
  }

  /** Where the document begins in the file, unpacked, in bytes. */
  get position(): number {
    return this.cutter.position
  }

  abstract get count(): number
  abstract fill(signal: AbortSignal): Promise<boolean>
  abstract next(): boolean
  abstract cursor(): Cursor

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pieces[Symbol.asyncDispose]()
  }
}
