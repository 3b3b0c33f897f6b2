import type { Place } from './document-tree.ts'

/** The fields of documents that stand at one place, found by the bytes of their names. */
export class Group {
  readonly places: Place[] = []
  /** Bytes of the path before a name. */
  readonly prefix: Uint8Array
  /** Fields that no place is for are not wanted. */
  dropsUnknown = false
  /** Those that are there even where there is nothing in them. */
  alwaysThere: readonly Place[] = []
  readonly #byName = new Map<string, Place>()
  /** Places by hash, with the next free one where it is taken; −1: free. */
  #table: Int32Array = new Int32Array(0)
  #mask = 0

  constructor(prefix: string) {
    this.prefix = Uint8Array.from(Buffer.from(prefix))
  }

  placeOf(name: string, make: () => Place): Place {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const place = make()
    this.#byName.set(name, place)
    this.places.push(place)
    return place
  }

  /** No place is added any more: they can be found. */
  close(): void {
    this.alwaysThere = this.places.filter(({ emptyForm }) => emptyForm !== 'nothing')
    const size = 2 ** Math.ceil(Math.log2(this.places.length * 2 + 1))
    this.#mask = size - 1
    this.#table = new Int32Array(size).fill(-1)
    for (const { name, index } of this.places) {
      let at = hashOf(name, 0, name.length) & this.#mask
      while (this.#table[at]! >= 0) at = (at + 1) & this.#mask
      this.#table[at] = index
    }
  }

  /** The place of the field named bytes[start, end), where there is one. */
  find(bytes: Uint8Array, start: number, end: number): Place | undefined {
    const table = this.#table
    for (let at = hashOf(bytes, start, end) & this.#mask; ; at = (at + 1) & this.#mask) {
      const index = table[at]!
      if (index < 0) return undefined
      const place = this.places[index]!
      if (isName(place.name, bytes, start, end)) return place
    }
  }
}

export function isName(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = name
  if (length !== end - start) return false
  for (let i = 0; i < length; i++) if (name[i] !== bytes[start + i]) return false
  return true
}

/** FNV-1a, mixed so that the lower bits hang on all of it. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash ^ (hash >>> 15)
}
