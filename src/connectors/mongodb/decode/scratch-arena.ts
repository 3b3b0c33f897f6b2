import { viewOf } from '../../../batch/view-of.ts'

/** An arena of its own for what is not a batch's yet. */
export class ScratchArena {
  bytes: Uint8Array = new Uint8Array(0)
  view: DataView = viewOf(this.bytes)
  used = 0

  reserve(byteCount: number): number {
    const needed = this.used + byteCount
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(needed * 2)
      larger.set(this.bytes.subarray(0, this.used))
      this.bytes = larger
      this.view = viewOf(larger)
    }
    return this.used
  }
}
