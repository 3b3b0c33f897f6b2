import { ArenaBatch } from '../../../../batch/batch.ts'
import { DocumentFault } from '../../../../format/bson/document-fault.ts'
import { ExtendedJsonReader } from '../../../../format/bson/extended-json/extended-json-reader.ts'
import type { Cursor } from '../../../../model/plain.ts'
import type { DocumentStream } from '../../document-stream.ts'
import { maxDumpedDocumentBytes } from '../document-cutter.ts'
import { type DumpPieces, openDumpPieces } from '../dump-pieces.ts'
import { cutOff } from '../errors.ts'
import { type FilePlace, readFilePlace } from '../file-place.ts'
import { JsonCutter, maxJsonTextBytes } from './json-cutter.ts'
import type { JsonLayout } from './json-form.ts'
import { endsWithin } from './json-nesting.ts'

const mib = 1024 * 1024

/**
 * The documents of a file of Extended JSON, packed with gzip or not, made into BSON one by one and in constant memory.
 * What stands for no document is told as a fault, and counts: the stream goes on behind it.
 */
export class JsonFileStream implements DocumentStream {
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  fault: DocumentFault | undefined
  count: number
  readonly #label: string
  readonly #pieces: DumpPieces
  readonly #cutter: JsonCutter
  readonly #reader = new ExtendedJsonReader()
  /** The documents since the last `fill`. */
  readonly #arena = new ArenaBatch([], 64 * 1024, 1)
  readonly #isEmpty: boolean
  #isOver = false
  /** The last line has been cut, and not been asked for. */
  #hasLastLine = false

  /** @param from Where an earlier stream stopped: its `cursor` */
  static async open(label: string, path: string, layout: JsonLayout, from?: Cursor): Promise<JsonFileStream> {
    const place = readFilePlace(from)
    const begun = place.count === 0 ? { ...place, position: layout.begin, line: 1 } : place
    return new JsonFileStream(label, await openDumpPieces(label, path, begun.position), layout, begun)
  }

  private constructor(label: string, pieces: DumpPieces, { form, isEmpty }: JsonLayout, from: FilePlace) {
    this.#label = label
    this.#pieces = pieces
    this.#cutter = new JsonCutter(label, form, from)
    this.#isEmpty = isEmpty
    this.count = from.count
  }

  /** Reads on. False: the file has ended. @throws TL_S207 where it ends within an array */
  async fill(signal: AbortSignal): Promise<boolean> {
    if (this.#isOver) return false
    this.#arena.used = 0
    const piece = this.#isEmpty ? undefined : await this.#pieces.next(signal)
    if (piece === undefined) {
      this.#isOver = true
      this.#hasLastLine = !this.#isEmpty && this.#cutter.finish()
      return this.#hasLastLine
    }
    this.#cutter.feed(piece)
    return true
  }

  /** @throws TL_S208 where an array is none, TL_S207 where the last line is cut off */
  next(): boolean {
    if (this.#isOver) {
      if (!this.#hasLastLine) return false
      this.#hasLastLine = false
    } else if (!this.#cutter.next()) return false
    this.count++
    this.#convert()
    return true
  }

  cursor(): Cursor {
    return { position: this.#cutter.nextPosition, count: this.count, line: this.#cutter.nextLine }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces[Symbol.asyncDispose]()
  }

  #convert(): void {
    const cutter = this.#cutter
    const arena = this.#arena
    const before = arena.used
    if (cutter.isTooLong) {
      this.#tell(new DocumentFault('json', `its text is longer than ${maxJsonTextBytes / mib} MiB`, 0))
      return
    }
    try {
      this.#reader.append(arena, cutter.bytes, cutter.start, cutter.end)
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      this.#tell(error)
      return
    }
    if (arena.used - before > maxDumpedDocumentBytes) {
      this.#tell(new DocumentFault('json', `it has ${arena.used - before} bytes of BSON, and MongoDB allows 16 MiB`, 0))
      arena.used = before
      return
    }
    this.fault = undefined
    this.bytes = arena.bytes
    this.start = before
    this.end = arena.used
  }

  #tell({ kind, reason, position }: DocumentFault): void {
    const { bytes, start, end, line, isLast } = this.#cutter
    if (isLast && endsWithin(bytes, start, end)) {
      throw cutOff(this.#label, `the document in line ${line} does not end, and the file does`)
    }
    this.fault = new DocumentFault(kind, `line ${line}: ${reason}`, position)
    this.bytes = bytes
    this.start = start
    this.end = end
  }
}
