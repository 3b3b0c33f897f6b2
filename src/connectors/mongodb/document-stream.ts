import type { DocumentFault } from '../../format/bson/document-fault.ts'
import type { Cursor } from '../../model/plain.ts'

/**
 * Documents of one collection, one behind the other, from wherever they are:
 *
 *     while (await stream.fill(signal)) while (stream.next()) use(stream.bytes, stream.start, stream.end)
 */
export interface DocumentStream extends AsyncDisposable {
  /** The document is bytes[start, end), until the next call of `fill` or `cursor`. It may not be BSON inside: only its length is sure. */
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /**
   * Why there is no document, where the stream itself has found it out and goes on behind it: bytes[start, end) is the text
   * then that stands for none, or the beginning of it, and costs one row. The reason names the line. Absent: never.
   */
  readonly fault?: DocumentFault | undefined
  /** The document's place in its collection, from 1, where it has one that stays; in a split of a live one, in the split. */
  readonly count: number
  /** Fetches more. False: there is nothing more, which the source itself has said. */
  fill(signal: AbortSignal): Promise<boolean>
  /** Goes to the next document of what was fetched. */
  next(): boolean
  /** Where to go on behind the document, which has been used: what opens a stream of those that follow. */
  cursor(): Cursor
}
