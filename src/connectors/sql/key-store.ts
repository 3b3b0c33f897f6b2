import type { FileHandle } from 'node:fs/promises'
import { openNameless, writeWhole } from './nameless-file.ts'
import { keyHash } from './hash-key.ts'

const partitionCount = 64
const partitionShift = 26
/** Int32s of a hash, and of one with the number of its constraint. */
const hashInts = 4
const numberedInts = 5
/** Most bytes of keys that are held before they go to the disk. */
const maxHeldBytes = 16 * 1024 * 1024
/** Slots of the set of one partition's parents: 32 MiB. */
const slotCount = 2 * 1024 * 1024
const maxSetSize = slotCount * 0.75
const readBytes = 1024 * 1024

export interface KeyStoreLimits {
  readonly maxHeldBytes?: number
  readonly maxSetSize?: number
}

/**
 * Hashes of keys of parents and children, and of those that ought to be there once, in 64 parts by their first bits.
 * Beyond 16 MiB they go to a temporary file; to count, the keys of one part at a time are put into a set of 32 MiB, in
 * several turns where there are more.
 */
export class KeyStore implements AsyncDisposable {
  readonly #parents = new Side(hashInts)
  readonly #children = new Side(numberedInts)
  readonly #keys = new Side(numberedInts)
  readonly #maxHeldBytes: number
  readonly #maxSetSize: number
  #file: FileHandle | undefined
  #fileBytes = 0

  /** @param limits For tests. */
  constructor(limits: KeyStoreLimits = {}) {
    this.#maxHeldBytes = limits.maxHeldBytes ?? maxHeldBytes
    this.#maxSetSize = limits.maxSetSize ?? maxSetSize
  }

  /** Adds the key whose hash was made last. */
  addParent(): void {
    this.#parents.add(0)
  }

  addChild(constraint: number): void {
    this.#children.add(constraint)
  }

  /** Of a key that ought to be there once. */
  addKey(key: number): void {
    this.#keys.add(key)
  }

  /** Called now and then: puts keys on the disk where too many are held. */
  async relieve(): Promise<void> {
    const sides = [this.#parents, this.#children, this.#keys]
    if (sides.reduce((bytes, side) => bytes + side.heldBytes, 0) <= this.#maxHeldBytes) return
    for (const side of sides) {
      for (let partition = 0; partition < partitionCount; partition++) await this.#write(side, partition)
    }
  }

  /** Children without a parent, by constraint. */
  async countOrphans(constraintCount: number): Promise<number[]> {
    const orphans = Array.from({ length: constraintCount }, () => 0)
    for (let partition = 0; partition < partitionCount; partition++) {
      if (this.#children.countOf(partition) === 0) continue
      for (const isTurn of this.#turns(this.#parents.countOf(partition))) {
        const set = new HashSet(this.#parents.countOf(partition))
        for await (const keys of this.#read(this.#parents, partition)) {
          for (let at = 0; at < keys.length; at += hashInts) if (isTurn(keys[at + 1]!)) set.add(keys, at)
        }
        for await (const keys of this.#read(this.#children, partition)) {
          for (let at = 0; at < keys.length; at += numberedInts) {
            if (isTurn(keys[at + 1]!) && !set.has(keys, at)) orphans[keys[at + 4]!]!++
          }
        }
      }
    }
    return orphans
  }

  /** Hashes beyond the first of their kind, by key. */
  async countSurplusRows(keyCount: number): Promise<number[]> {
    const surplusRows = Array.from({ length: keyCount }, () => 0)
    for (let partition = 0; partition < partitionCount; partition++) {
      const count = this.#keys.countOf(partition)
      if (count === 0) continue
      for (const isTurn of this.#turns(count)) {
        const once = new HashSet(count)
        for await (const keys of this.#read(this.#keys, partition)) {
          for (let at = 0; at < keys.length; at += numberedInts) {
            if (isTurn(keys[at + 1]!) && !once.add(keys, at)) surplusRows[keys[at + 4]!]!++
          }
        }
      }
    }
    return surplusRows
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close()
  }

  /** For each turn, whether a hash with this second number is of it. */
  #turns(count: number): ((second: number) => boolean)[] {
    const turnCount = Math.max(1, Math.ceil(count / this.#maxSetSize))
    return Array.from({ length: turnCount }, (_, turn) => (second: number): boolean => {
      return turnCount === 1 || (second >>> 0) % turnCount === turn
    })
  }

  async #write(side: Side, partition: number): Promise<void> {
    const held = side.held(partition)
    if (held.length === 0) return
    this.#file ??= await openNameless()
    const bytes = Buffer.from(held.buffer, held.byteOffset, held.byteLength)
    await writeWhole(this.#file, bytes, this.#fileBytes, 'The comparing of keys')
    side.forget(partition, { position: this.#fileBytes, byteCount: bytes.length })
    this.#fileBytes += bytes.length
  }

  /** The keys of one part, on the disk and held, in pieces. */
  async *#read(side: Side, partition: number): AsyncGenerator<Int32Array> {
    const pieceBytes = Math.floor(readBytes / (side.ints * 4)) * side.ints * 4
    const piece = new Int32Array(pieceBytes / 4)
    const bytes = Buffer.from(piece.buffer)
    for (const { position, byteCount } of side.extents(partition)) {
      for (let done = 0; done < byteCount; done += pieceBytes) {
        const wanted = Math.min(pieceBytes, byteCount - done)
        for (let got = 0; got < wanted;) {
          got += (await this.#file!.read(bytes, got, wanted - got, position + done + got)).bytesRead
        }
        yield piece.subarray(0, wanted / 4)
      }
    }
    yield side.held(partition)
  }
}

interface Extent {
  readonly position: number
  readonly byteCount: number
}

/** Keys of one side, by part: those in memory, and where on the disk the others are. */
class Side {
  readonly ints: number
  heldBytes = 0
  readonly #keys: Int32Array[] = Array.from({ length: partitionCount }, () => new Int32Array(0))
  readonly #used = new Int32Array(partitionCount)
  readonly #counts = new Float64Array(partitionCount)
  readonly #extents: Extent[][] = Array.from({ length: partitionCount }, () => [])

  constructor(ints: number) {
    this.ints = ints
  }

  add(constraint: number): void {
    const partition = keyHash[0]! >>> partitionShift
    let keys = this.#keys[partition]!
    const at = this.#used[partition]!
    if (at + this.ints > keys.length) {
      const larger = new Int32Array(Math.max(64 * this.ints, keys.length * 2))
      larger.set(keys)
      keys = larger
      this.#keys[partition] = keys
    }
    for (let i = 0; i < hashInts; i++) keys[at + i] = keyHash[i]!
    if (this.ints > hashInts) keys[at + hashInts] = constraint
    this.#used[partition] = at + this.ints
    this.#counts[partition]!++
    this.heldBytes += this.ints * 4
  }

  countOf(partition: number): number {
    return this.#counts[partition]!
  }

  held(partition: number): Int32Array {
    return this.#keys[partition]!.subarray(0, this.#used[partition])
  }

  extents(partition: number): readonly Extent[] {
    return this.#extents[partition]!
  }

  /** What was held is on the disk now. */
  forget(partition: number, extent: Extent): void {
    this.#extents[partition]!.push(extent)
    this.heldBytes -= extent.byteCount
    this.#used[partition] = 0
  }
}

/** Hashes of 128 bits, by open addressing. */
class HashSet {
  readonly #slots: Int32Array
  readonly #mask: number

  constructor(size: number) {
    const count = Math.min(slotCount, 2 ** Math.ceil(Math.log2(Math.max(16, size / 0.75))))
    this.#slots = new Int32Array(count * hashInts)
    this.#mask = count - 1
  }

  /** False where it was there before. */
  add(keys: Int32Array, at: number): boolean {
    const slots = this.#slots
    for (let slot = keys[at + 2]! & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const place = slot * hashInts
      if (isFree(slots, place)) {
        for (let i = 0; i < hashInts; i++) slots[place + i] = keys[at + i]!
        return true
      }
      if (isSame(slots, place, keys, at)) return false
    }
  }

  has(keys: Int32Array, at: number): boolean {
    const slots = this.#slots
    for (let slot = keys[at + 2]! & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const place = slot * hashInts
      if (isFree(slots, place)) return false
      if (isSame(slots, place, keys, at)) return true
    }
  }
}

/** No key's hash is all zero but by a chance of 2⁻¹²⁸. */
function isFree(slots: Int32Array, place: number): boolean {
  return (slots[place]! | slots[place + 1]! | slots[place + 2]! | slots[place + 3]!) === 0
}

function isSame(slots: Int32Array, place: number, keys: Int32Array, at: number): boolean {
  return (
    slots[place] === keys[at] &&
    slots[place + 1] === keys[at + 1] &&
    slots[place + 2] === keys[at + 2] &&
    slots[place + 3] === keys[at + 3]
  )
}
