import type { Batch } from '../../batch/batch.ts'
import type { DocumentDecoder } from './decode/document-decoder.ts'
import type { DocumentStream } from './document-stream.ts'

/** What makes rows of documents. */
export type Decoding = Pick<DocumentDecoder, 'decode' | 'refuse'>

/** Appends the document that the stream has come to; what the stream could make none of is a row that is rejected. */
export function decodeNext(decoder: Decoding, stream: DocumentStream, into: Batch): void {
  const { bytes, start, end, count, fault } = stream
  if (fault === undefined) decoder.decode(bytes, start, end, count, into)
  else decoder.refuse(fault, bytes, start, end, count, into)
}
