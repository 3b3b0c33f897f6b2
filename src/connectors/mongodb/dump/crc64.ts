/**
 * CRC-64 with the polynomial of ECMA-182, reflected, begun and ended with all ones (CRC-64/XZ; Go's `crc64.ECMA`): what
 * mongodump ends a collection in an archive with. In halves of 32 bits, eight bytes at a step (Kounavis and Berry's
 * slicing-by-8).
 */
export class Crc64 {
  #high = -1
  #low = -1

  update(bytes: Uint8Array, start: number, end: number): void {
    let high = this.#high
    let low = this.#low
    let i = start
    for (; i + 8 <= end; i += 8) {
      const a = low ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
      const b = high ^ (bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24))
      const a0 = 0x700 | (a & 0xff)
      const a1 = 0x600 | ((a >>> 8) & 0xff)
      const a2 = 0x500 | ((a >>> 16) & 0xff)
      const a3 = 0x400 | (a >>> 24)
      const b0 = 0x300 | (b & 0xff)
      const b1 = 0x200 | ((b >>> 8) & 0xff)
      const b2 = 0x100 | ((b >>> 16) & 0xff)
      const b3 = b >>> 24
      high = highs[a0]! ^ highs[a1]! ^ highs[a2]! ^ highs[a3]! ^ highs[b0]! ^ highs[b1]! ^ highs[b2]! ^ highs[b3]!
      low = lows[a0]! ^ lows[a1]! ^ lows[a2]! ^ lows[a3]! ^ lows[b0]! ^ lows[b1]! ^ lows[b2]! ^ lows[b3]!
    }
    for (; i < end; i++) {
      const place = (low ^ bytes[i]!) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ lows[place]!
      high = (high >>> 8) ^ highs[place]!
    }
    this.#high = high
    this.#low = low
  }

  /** Of all bytes so far, as an int64, the way that archives have it. */
  get value(): bigint {
    const unsigned = (BigInt(~this.#high >>> 0) << 32n) | BigInt(~this.#low >>> 0)
    return BigInt.asIntN(64, unsigned)
  }
}

const polynomialHigh = 0xc96c5795 | 0
const polynomialLow = 0xd7870f42 | 0

/** By 256 times the bytes that follow plus the byte: what it does to the halves. */
const highs = new Int32Array(8 * 256)
const lows = new Int32Array(8 * 256)

for (let byte = 0; byte < 256; byte++) {
  let high = 0
  let low = byte
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = (low & 1) === 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (isOdd) {
      high ^= polynomialHigh
      low ^= polynomialLow
    }
  }
  highs[byte] = high
  lows[byte] = low
}
for (let place = 256; place < highs.length; place++) {
  const [high, low] = [highs[place - 256]!, lows[place - 256]!]
  lows[place] = ((low >>> 8) | (high << 24)) ^ lows[low & 0xff]!
  highs[place] = (high >>> 8) ^ highs[low & 0xff]!
}
