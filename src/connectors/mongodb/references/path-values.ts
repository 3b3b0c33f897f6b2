import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType, maxDocumentDepth } from '../../../format/bson/bson-type.ts'
import { isName } from '../decode/name-bytes.ts'

/** What follows on a path: by name, or whatever there is (null). */
interface Step {
  readonly name: Uint8Array | null
  readonly next: Step[]
  /** What values here are for. */
  readonly uses: UseValue[]
}

/** Takes a value: all of what stands behind the element's name. */
export type UseValue = (bytes: Uint8Array, type: number, start: number, end: number) => void

const encoder = new TextEncoder()

/** Finds what stands at some paths of documents, in one walk over each that enters nothing else. */
export class PathValues {
  readonly #cursor = new BsonCursor({ checksText: false, checksNames: false })
  readonly #root: Step = { name: null, next: [], uses: [] }
  /** By depth: what follows on the paths that lead to the container. */
  readonly #open: (readonly Step[])[] = Array.from({ length: maxDocumentDepth + 2 }, () => [])

  /** @param path Names of fields, and null for the elements of an array or the fields of a map */
  add(path: readonly (string | null)[], use: UseValue): void {
    let step = this.#root
    for (const one of path) {
      const name = one === null ? null : encoder.encode(one)
      let next = step.next.find((other) => isSame(other.name, name))
      if (next === undefined) step.next.push((next = { name, next: [], uses: [] }))
      step = next
    }
    step.uses.push(use)
  }

  /** @throws DocumentFault where the document is no BSON as far as it was looked at */
  find(bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.#cursor
    cursor.open(bytes, start, end)
    this.#open[1] = this.#root.next
    while (cursor.depth > 0) {
      const type = cursor.next()
      if (type === 0) continue
      let below: Step[] | undefined
      for (const step of this.#open[cursor.depth]!) {
        if (step.name !== null && !isName(step.name, bytes, cursor.nameStart, cursor.nameEnd)) continue
        for (const use of step.uses) use(bytes, type, cursor.start, cursor.end)
        if (step.next.length > 0) below = below === undefined ? step.next : [...below, ...step.next]
      }
      if (below === undefined || (type !== bsonType.document && type !== bsonType.array)) continue
      cursor.enter()
      this.#open[cursor.depth] = type === bsonType.array ? below.filter(({ name }) => name === null) : below
    }
  }
}

function isSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other
  return Buffer.compare(one, other) === 0
}
