import type { Batch } from '../../../batch/batch.ts'
import type { IdPlace } from '../id-text.ts'

/** Appends the document bytes[start, end), with the element `_id` in front of all others, where a server puts it. */
export function putWholeDocument(into: Batch, bytes: Uint8Array, start: number, end: number, id: IdPlace): void {
  const at = into.reserve(end - start)
  const to = into.bytes
  if (id.start === start + 4) to.set(bytes.subarray(start, end), at)
  else {
    const idBytes = id.end - id.start
    to.set(bytes.subarray(start, start + 4), at)
    to.set(bytes.subarray(id.start, id.end), at + 4)
    to.set(bytes.subarray(start + 4, id.start), at + 4 + idBytes)
    to.set(bytes.subarray(id.end, end), at + 4 + idBytes + id.start - start - 4)
  }
  into.used = at + end - start
}
