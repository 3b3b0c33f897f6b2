import { ExpectedName } from '../../../format/bson/expected-name.ts'
import { maxCountedFields } from '../../../model/document-census.ts'

/** No node: what is there is not counted. */
export const noNode = 0
/** The node of the documents themselves. */
export const rootNode = 1

/** Nodes that a collection may have before no name is taken up any more; each of them has then two more at most. */
const maxNodes = 50_000

/** What the tree keeps of a node, in `ints`: as a power of two. */
export const nodeShift = 4
export const nodeField = {
  parent: 0,
  kind: 1,
  /** The name in `names`. The node of other fields has a length of −1, and so no name is its own. */
  nameStart: 2,
  nameEnd: 3,
  hash: 4,
  /** The field that documents began with last time, and the one that followed this one. */
  first: 5,
  next: 6,
  elements: 7,
  others: 8,
  fieldCount: 9,
  /** The number of the document that it was seen in last. */
  lastSeen: 10,
} as const

const noName = new ExpectedName(undefined)

export const nodeKind = { field: 0, elements: 1, others: 2 } as const

/**
 * The paths of a collection as nodes with numbers, a parent's always smaller than those of its children, fields of a
 * parent in the order in which they came. Grows with names that are new, and only up to a limit.
 */
export class FieldTree {
  nodeCount = rootNode + 1
  ints: Int32Array = new Int32Array(64 << nodeShift)
  /** Of each node how often a document had it once more. */
  repeats: Float64Array = new Float64Array(64)
  /** Of all fields, one behind the other. */
  names: Uint8Array = new Uint8Array(1024)
  /** Of each node, to be compared with the one that is read next; elements and other fields have none. */
  readonly expectedNames: ExpectedName[] = [noName, noName]
  #nameBytes = 0
  /** Nodes of fields by the hash of parent and name, with linear probing; a power of two, at most half full. */
  #table: Int32Array = new Int32Array(128)
  #fieldCount = 0
  readonly #maxNodes: number

  constructor(limit = maxNodes) {
    this.#maxNodes = limit
  }

  /** Whether it came when there were too many: no nodes are made below it. */
  isLeaf(node: number): boolean {
    return node >= this.#maxNodes
  }

  get(node: number, field: number): number {
    return this.ints[(node << nodeShift) + field]!
  }

  set(node: number, field: number, value: number): void {
    this.ints[(node << nodeShift) + field] = value
  }

  /** Whether the node's name is bytes[start, end). */
  hasName(node: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { ints, names } = this
    const at = node << nodeShift
    const nameStart = ints[at + nodeField.nameStart]!
    if (ints[at + nodeField.nameEnd]! - nameStart !== end - start) return false
    const offset = nameStart - start
    for (let i = start; i < end; i++) if (names[i + offset] !== bytes[i]) return false
    return true
  }

  /**
   * The field of the parent with the name bytes[start, end), or the node of its other fields where it takes up no more;
   * {@link noNode} where {@link addField} has to make one first.
   */
  findField(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const table = this.#table
    const mask = table.length - 1
    const hash = hashOf(parent, bytes, start, end)
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const node = table[at]!
      if (node === noNode) return this.#isFull(parent) ? this.get(parent, nodeField.others) : noNode
      const found = node << nodeShift
      if (this.ints[found + nodeField.hash] !== hash || this.ints[found + nodeField.parent] !== parent) continue
      if (this.hasName(node, bytes, start, end)) return node
    }
  }

  /** Makes a node for a name that {@link findField} does not know: of the field, or of all others. */
  addField(parent: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.#isFull(parent)) return this.others(parent)
    const node = this.#add(parent, nodeKind.field)
    const byteCount = end - start
    if (this.#nameBytes + byteCount > this.names.length) {
      const names = new Uint8Array((this.#nameBytes + byteCount) * 2)
      names.set(this.names)
      this.names = names
    }
    this.names.set(bytes.subarray(start, end), this.#nameBytes)
    this.set(node, nodeField.nameStart, this.#nameBytes)
    this.#nameBytes += byteCount
    this.set(node, nodeField.nameEnd, this.#nameBytes)
    this.set(node, nodeField.hash, hashOf(parent, bytes, start, end))
    this.expectedNames[node] = new ExpectedName(bytes.subarray(start, end))
    this.set(parent, nodeField.fieldCount, this.get(parent, nodeField.fieldCount) + 1)
    this.#fieldCount++
    if (this.#fieldCount * 2 > this.#table.length) this.#rehash()
    else this.#place(node)
    return node
  }

  /** Numbers of documents begin anew. */
  forgetSeen(): void {
    for (let node = rootNode; node < this.nodeCount; node++) this.set(node, nodeField.lastSeen, 0)
  }

  /** The fields of every node, by its number. */
  children(): readonly (readonly number[] | undefined)[] {
    const children: number[][] = []
    for (let node = rootNode + 1; node < this.nodeCount; node++) {
      if (this.get(node, nodeField.kind) === nodeKind.field)
        (children[this.get(node, nodeField.parent)] ??= []).push(node)
    }
    return children
  }

  /** Of all elements of the parent's arrays together; made where there is none. */
  elements(parent: number): number {
    return this.#only(parent, nodeField.elements, nodeKind.elements)
  }

  /** Of all fields that are not taken up; made where there is none. */
  others(parent: number): number {
    return this.#only(parent, nodeField.others, nodeKind.others)
  }

  #only(parent: number, field: number, kind: number): number {
    const known = this.get(parent, field)
    if (known !== noNode) return known
    const node = this.#add(parent, kind)
    if (kind === nodeKind.others) this.set(node, nodeField.nameEnd, -1)
    this.set(parent, field, node)
    return node
  }

  #isFull(parent: number): boolean {
    return this.get(parent, nodeField.fieldCount) >= maxCountedFields || this.nodeCount >= this.#maxNodes
  }

  #add(parent: number, kind: number): number {
    const node = this.nodeCount++
    this.expectedNames.push(noName)
    if (this.nodeCount > this.repeats.length) this.#grow()
    this.set(node, nodeField.parent, parent)
    this.set(node, nodeField.kind, kind)
    return node
  }

  #grow(): void {
    const room = this.nodeCount * 2
    const ints = new Int32Array(room << nodeShift)
    ints.set(this.ints)
    this.ints = ints
    const repeats = new Float64Array(room)
    repeats.set(this.repeats)
    this.repeats = repeats
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2)
    for (let node = rootNode + 1; node < this.nodeCount; node++) {
      if (this.get(node, nodeField.kind) === nodeKind.field) this.#place(node)
    }
  }

  #place(node: number): void {
    const table = this.#table
    const mask = table.length - 1
    let at = this.get(node, nodeField.hash) & mask
    while (table[at] !== noNode) at = (at + 1) & mask
    table[at] = node
  }
}

/** FNV-1a, with its bits mixed so that the lower ones depend on all. */
function hashOf(parent: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(0x811c_9dc5 ^ parent, 0x0100_0193)
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  return hash ^ (hash >>> 13)
}
