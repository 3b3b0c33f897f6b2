import { viewOf } from '../../batch/view-of.ts'
import type { Arena } from '../../format/bson/bson-builder.ts'

const leastBytes = 256

/** An arena of its own for what is no batch's: single documents, their texts. It takes no memory before it is used. */
export class ScratchArena implements Arena {
  bytes: Uint8Array = new Uint8Array(0)
  view: DataView = viewOf(this.bytes)
  used = 0

  reserve(byteCount: number): number {
    const needed = this.used + byteCount
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(leastBytes, needed * 2))
      larger.set(this.bytes.subarray(0, this.used))
      this.bytes = larger
      this.view = viewOf(larger)
    }
    return this.used
  }
}
