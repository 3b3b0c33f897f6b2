import { hashOf } from './name-bytes.ts'

const fields = 4
const fewest = 64

/** Names that were seen in the documents of one walk, each with the document it stands in. Nothing is allocated per name. */
export class NameSet {
  /** By hash: the number of an entry, and one more than the round it is of. */
  #table = new Int32Array(fewest * 2)
  #rounds = new Int32Array(fewest * 2)
  /** Of an entry: the document's number, the name's start and end, its hash. */
  #entries = new Int32Array(fewest * fields)
  #count = 0
  #round = 0

  clear(): void {
    if (this.#count > 0) this.#round++
    this.#count = 0
  }

  /** False: the document `within` has the name bytes[start, end) already. */
  add(within: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#count * 2 >= this.#table.length) this.#grow()
    const hash = hashOf(bytes, start, end) ^ Math.imul(within, 0x9e3779b1)
    const entries = this.#entries
    const mask = this.#table.length - 1
    let at = hash & mask
    for (; this.#rounds[at] === this.#round + 1; at = (at + 1) & mask) {
      const entry = this.#table[at]! * fields
      if (entries[entry] !== within || entries[entry + 3] !== hash) continue
      if (isSame(bytes, entries[entry + 1]!, entries[entry + 2]!, start, end)) return false
    }
    this.#table[at] = this.#count
    this.#rounds[at] = this.#round + 1
    const entry = this.#count++ * fields
    entries[entry] = within
    entries[entry + 1] = start
    entries[entry + 2] = end
    entries[entry + 3] = hash
    return true
  }

  #grow(): void {
    const entries = this.#entries
    const count = this.#count
    const size = this.#table.length * 2
    this.#table = new Int32Array(size)
    this.#rounds = new Int32Array(size)
    this.#entries = new Int32Array((size / 2) * fields)
    this.#entries.set(entries)
    for (let i = 0; i < count; i++) {
      let at = entries[i * fields + 3]! & (size - 1)
      while (this.#rounds[at] === this.#round + 1) at = (at + 1) & (size - 1)
      this.#table[at] = i
      this.#rounds[at] = this.#round + 1
    }
  }
}

function isSame(bytes: Uint8Array, otherStart: number, otherEnd: number, start: number, end: number): boolean {
  if (otherEnd - otherStart !== end - start) return false
  for (let i = start, o = otherStart; i < end; i++, o++) if (bytes[i] !== bytes[o]) return false
  return true
}
