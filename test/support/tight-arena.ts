import { viewOf } from '../../src/batch/view-of.ts'
import type { Arena } from '../../src/format/bson/bson-builder.ts'

/** An arena that has just the room that it was asked for, so that whoever writes more is found out. */
export class TightArena implements Arena {
  bytes: Uint8Array
  view: DataView
  used: number

  constructor(before = '') {
    this.bytes = Uint8Array.from(Buffer.from(before))
    this.view = viewOf(this.bytes)
    this.used = this.bytes.length
  }

  reserve(byteCount: number): number {
    const needed = this.used + byteCount
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(needed)
      larger.set(this.bytes.subarray(0, this.used))
      this.bytes = larger
      this.view = viewOf(larger)
    }
    return this.used
  }

  /** What stands from `start` on. */
  from(start: number): Buffer {
    return Buffer.from(this.bytes.subarray(start, this.used))
  }
}
