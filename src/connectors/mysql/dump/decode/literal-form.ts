/**
 * Turns one value of an INSERT, as it is written, into the bytes that the server would send for it in the binary
 * protocol: what comes after is then the same for a dump as for a live server. Chosen once per column; called once per
 * value, so it allocates nothing.
 */
export interface LiteralForm {
  /** A value as written in `n` bytes needs at most `n + fixedBytes` bytes. */
  readonly fixedBytes: number
  /**
   * Writes the bytes to the front of the scratch; returns how many, or a negative fault.
   *
   * @param flags As the row scanner has them: kind of literal and introducer.
   */
  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number
}

/** Room for one value. Replaced by a larger one where it takes that; given back once a huge value is done with. */
export class Scratch {
  bytes = Buffer.alloc(usualBytes)

  /** Room for `byteCount` bytes and a zero after them. What was there before is lost. */
  reserve(byteCount: number): Buffer {
    if (byteCount + 1 > this.bytes.length) this.bytes = Buffer.allocUnsafe(roundUp(byteCount + 1))
    return this.bytes
  }

  release(): void {
    if (this.bytes.length > maxKeptBytes) this.bytes = Buffer.alloc(usualBytes)
  }
}

const usualBytes = 64 * 1024
const maxKeptBytes = 4 * 1024 * 1024

function roundUp(byteCount: number): number {
  return byteCount > maxKeptBytes ? byteCount : Math.max(usualBytes, 2 ** Math.ceil(Math.log2(byteCount)))
}
