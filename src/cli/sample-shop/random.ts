/**
 * A small seeded generator of pseudo-random numbers (mulberry32's step). Every row draws from one of its own, seeded by
 * (seed, stream, index), so that a row's values depend on nothing but those three: two tables can agree about the
 * same order without either keeping it, and adding a column to one table changes no other.
 * Not for secrets.
 */
export class Random {
  #state: number

  constructor(seed: number, stream: string, index: number) {
    let hash = (seed ^ 0x9e3779b9) >>> 0
    for (let at = 0; at < stream.length; at += 1) hash = Math.imul(hash ^ stream.charCodeAt(at), 0x01000193)
    hash = Math.imul(hash ^ index, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    this.#state = (hash ^ (hash >>> 16)) >>> 0
  }

  /** An integer, 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** An integer, 0 to limit - 1. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit)
  }

  /** An integer, minimum to maximum, both included. */
  between(minimum: number, maximum: number): number {
    return minimum + this.below(maximum - minimum + 1)
  }

  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean {
    return this.next() / 0x1_0000_0000 < percent / 100
  }

  pick<Item>(list: readonly Item[]): Item {
    const item = list[this.below(list.length)]
    if (item === undefined) throw new RangeError('Nothing to pick from: the list is empty')
    return item
  }

  bytes(byteCount: number): Uint8Array {
    const bytes = new Uint8Array(byteCount)
    for (let at = 0; at < byteCount; at += 1) bytes[at] = this.next() & 0xff
    return bytes
  }

  /** An unsigned integer of 64 bits. */
  uint64(): bigint {
    return (BigInt(this.next()) << 32n) | BigInt(this.next())
  }
}
