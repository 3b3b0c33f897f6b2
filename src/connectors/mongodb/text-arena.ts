import { viewOf } from '../../batch/view-of.ts'
import type { Arena } from '../../format/bson/bson-builder.ts'

/** For the texts of single documents. */
export class TextArena implements Arena {
  bytes: Uint8Array = new Uint8Array(256)
  view: DataView = viewOf(this.bytes)
  used = 0

  reserve(byteCount: number): number {
    const needed = this.used + byteCount
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
      larger.set(this.bytes.subarray(0, this.used))
      this.bytes = larger
      this.view = viewOf(larger)
    }
    return this.used
  }
}
