const zero = 0x30

/** Writes a whole number from 0 to 2^53 in decimal digits; returns where it ends. */
export function putDigits(value: number, target: Uint8Array, at: number): number {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  let rest = value
  for (let to = at + count - 1; to >= at; to--) {
    const next = Math.floor(rest / 10)
    target[to] = zero + (rest - next * 10)
    rest = next
  }
  return at + count
}
