/** More than any name has. */
const endless = 2 ** 30

/** A name that elements of documents are likely to have, as it is compared with bytes: eight of them at once. */
export class ExpectedName {
  /** With its NUL. */
  readonly bytes: Uint8Array
  /** Without it; more than any name has where it is one that none can have. */
  readonly byteCount: number
  /** The first eight bytes, the NUL among them, as two numbers, little-endian; zeros behind it. */
  readonly first: number
  readonly second: number
  readonly firstMask: number
  readonly secondMask: number

  /** @param name UTF-8; undefined: there is none that would be likely */
  constructor(name: Uint8Array | undefined) {
    this.bytes = new Uint8Array((name?.length ?? 0) + 1)
    if (name !== undefined) this.bytes.set(name)
    this.byteCount = name === undefined || name.includes(0) ? endless : name.length
    const words = new Int32Array(2)
    const masks = new Int32Array(2)
    for (let i = 0; i < Math.min(this.bytes.length, 8); i++) {
      words[i >> 2]! |= this.bytes[i]! << (8 * (i & 3))
      masks[i >> 2]! |= 0xff << (8 * (i & 3))
    }
    this.first = words[0]!
    this.second = words[1]!
    this.firstMask = masks[0]!
    this.secondMask = masks[1]!
  }
}
