import { BsonCursor, assertBson } from '../../../format/bson/bson-cursor.ts'
import { bsonType, maxDocumentDepth } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { type DocumentCensus, valueTypes } from '../../../model/document-census.ts'
import type { QualifiedName } from '../../../model/relation.ts'
import { fieldCensuses, valueCensus } from './census-result.ts'
import { FieldTree, nodeField, nodeKind, nodeShift, noNode, rootNode } from './field-tree.ts'
import { KeyText } from './key-text.ts'
import { noSlot, slotShift, TypeCounts } from './type-counts.ts'
import { typePlaces, valuePlace } from './value-place.ts'

/** Levels of documents and arrays whose insides are counted, the document itself among them: as many as MongoDB promises. */
const maxCountedDepth = 100

/** What was seen of a document and is not counted yet: of values slot and place, in pairs. */
const noteInts = 2 * 8192

/** What the stack keeps of a container while one within it is read. */
const frameFields = 5

/** Numbers of documents begin anew from here on: no document has as many in it as there are numbers above. */
const maxSerial = 2 ** 30

export interface CensusTakerOptions {
  /** Not all documents will be looked at. */
  readonly isSample?: boolean | undefined
  /** Paths from which on names that are new are counted together. */
  readonly maxPaths?: number | undefined
}

/**
 * Counts what documents hold, path by path, in one walk over each of them: with counters alone, so that memory grows with
 * paths and types that are new, and not with documents.
 */
export class DocumentCensusTaker {
  readonly #table: QualifiedName
  readonly #cursor = new BsonCursor({ checksText: false })
  readonly #checker = new BsonCursor({ checksText: false })
  readonly #keys = new KeyText()
  readonly #tree: FieldTree
  readonly #counts = new TypeCounts()
  readonly #notes = new Int32Array(noteInts)
  readonly #stack = new Int32Array((maxDocumentDepth + 2) * frameFields)
  #serial = 0
  #isSample: boolean
  #documents = 0
  #bytes = 0
  #faulty = 0
  /** The document that is walked over: where it is, whether all of it is known to be BSON, its key once it was asked for. */
  #start = 0
  #end = 0
  #isSound = false
  #key: string | undefined
  #hasKey = false

  constructor(table: QualifiedName, { isSample = false, maxPaths }: CensusTakerOptions = {}) {
    this.#table = table
    this.#isSample = isSample
    this.#tree = new FieldTree(maxPaths)
  }

  /** Counts the document that is all of bytes[start, end); where that is no BSON, as faulty and in nothing else. */
  take(bytes: Uint8Array, start: number, end: number): void {
    this.#start = start
    this.#end = end
    this.#isSound = this.#hasKey = false
    try {
      this.#cursor.open(bytes, start, end)
      this.#count(this.#walk())
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      this.#faulty++
      return
    }
    this.#documents++
    this.#bytes += end - start
  }

  /** Counts a document that could not be had at all. */
  takeFaulty(): void {
    this.#faulty++
  }

  /** Adds what another one counted: of documents that come behind those of this one. */
  merge(other: DocumentCensusTaker): void {
    this.#documents += other.#documents
    this.#bytes += other.#bytes
    this.#faulty += other.#faulty
    this.#isSample ||= other.#isSample
    const tree = this.#tree
    const from = other.#tree
    /** Nodes of this one by those of the other: a parent is always there before its children. */
    const own = new Int32Array(from.nodeCount)
    own[rootNode] = rootNode
    for (let node = rootNode + 1; node < from.nodeCount; node++) {
      const parent = own[from.get(node, nodeField.parent)]!
      if (parent === noNode || tree.isLeaf(parent)) continue
      own[node] = this.#nodeLike(from, node, parent)
    }
    for (let node = rootNode + 1; node < from.nodeCount; node++) {
      const target = own[node]!
      if (target === noNode) continue
      if (tree.get(target, nodeField.kind) === nodeKind.field) tree.repeats[target]! += from.repeats[node]!
      for (let place = 0; place < valueTypes.length; place++) {
        const slot = other.#counts.slotAt(node, place)
        if (slot !== noSlot) this.#counts.merge(this.#counts.makeSlot(target, place), other.#counts, slot)
      }
    }
  }

  result(): DocumentCensus {
    const others = this.#tree.get(rootNode, nodeField.others)
    const counted = { tree: this.#tree, counts: this.#counts, children: this.#tree.children() }
    return {
      table: this.#table,
      documents: this.#documents,
      bytes: this.#bytes,
      isSample: this.#isSample,
      faulty: this.#faulty,
      fields: fieldCensuses(counted, rootNode),
      ...(others !== noNode && { otherFields: valueCensus(counted, others) }),
    }
  }

  #nodeLike(from: FieldTree, node: number, parent: number): number {
    const tree = this.#tree
    switch (from.get(node, nodeField.kind)) {
      case nodeKind.elements:
        return tree.elements(parent)
      case nodeKind.others:
        return tree.others(parent)
      default: {
        const start = from.get(node, nodeField.nameStart)
        const end = from.get(node, nodeField.nameEnd)
        const known = tree.findField(parent, from.names, start, end)
        return known === noNode ? tree.addField(parent, from.names, start, end) : known
      }
    }
  }

  /** Walks over the document that the cursor has opened; returns how much was noted of it. */
  #walk(): number {
    // Written out where calls would cost more than what they do: it is gone through for every value.
    const cursor = this.#cursor
    const tree = this.#tree
    const counts = this.#counts
    const notes = this.#notes
    const stack = this.#stack
    let used = 0
    // Of the container that is walked over: its node, where the one of the field that is next most often stands, its slot,
    // its elements, its number.
    let parent: number = rootNode
    let expectedAt = (rootNode << nodeShift) + nodeField.first
    let ownSlot: number = noSlot
    let elementCount = 0
    if (this.#serial > maxSerial) {
      this.#tree.forgetSeen()
      this.#serial = 0
    }
    let serial = ++this.#serial
    for (;;) {
      if (used > noteInts - 4) used = this.#countEarly(used)
      const isField = parent !== noNode && cursor.container !== bsonType.array
      // Documents of a collection are alike.
      const likely = isField ? tree.ints[expectedAt]! : noNode
      const type = isField ? cursor.nextLike(tree.expectedNames[likely]!) : cursor.next()
      if (type === 0) {
        if (ownSlot !== noSlot) {
          notes[used++] = ownSlot
          notes[used++] = elementCount
        }
        if (cursor.depth === 0) return used
        const at = cursor.depth * frameFields
        parent = stack[at]!
        expectedAt = stack[at + 1]!
        ownSlot = stack[at + 2]!
        elementCount = stack[at + 3]!
        serial = stack[at + 4]!
        continue
      }
      elementCount++
      const isContainer = type === bsonType.document || type === bsonType.array
      let node: number = noNode
      let slot: number = noSlot
      if (parent !== noNode) {
        if (!isField) {
          node = tree.ints[(parent << nodeShift) + nodeField.elements]!
          if (node === noNode) node = this.#newElements(parent)
        } else {
          node = cursor.isAsExpected ? likely : this.#findField(parent, expectedAt)
          expectedAt = (node << nodeShift) + nodeField.next
          const seenAt = (node << nodeShift) + nodeField.lastSeen
          if (tree.ints[seenAt] === serial) used = this.#noteRepeat(node, used)
          tree.ints[seenAt] = serial
        }
        slot = counts.slots[(node << slotShift) + typePlaces[type]!]!
        if (slot === noSlot || type === bsonType.binary) slot = this.#findSlot(node)
        if (!isContainer) {
          notes[used++] = slot
          notes[used++] = cursor.start
        }
      }
      if (!isContainer && type !== bsonType.codeWithScope) continue
      const at = cursor.depth * frameFields
      stack[at] = parent
      stack[at + 1] = expectedAt
      stack[at + 2] = ownSlot
      stack[at + 3] = elementCount
      stack[at + 4] = serial
      cursor.enter()
      // The inside of what is not counted is walked over all the same: it may be no BSON.
      const isCounted = isContainer && cursor.depth <= maxCountedDepth && !this.#tree.isLeaf(node)
      parent = isCounted ? node : noNode
      expectedAt = (node << nodeShift) + nodeField.first
      ownSlot = isContainer ? slot : noSlot
      elementCount = 0
      serial = ++this.#serial
    }
  }

  /** The node of the field that the cursor is at, which is not the one that was expected; next time it is. */
  #findField(parent: number, expectedAt: number): number {
    const tree = this.#tree
    const { bytes, nameStart, nameEnd } = this.#cursor
    let node = tree.findField(parent, bytes, nameStart, nameEnd)
    if (node === noNode) {
      this.#assertSound()
      node = tree.addField(parent, bytes, nameStart, nameEnd)
      this.#counts.makeRoom(node)
    }
    tree.ints[expectedAt] = node
    return node
  }

  #newElements(parent: number): number {
    this.#assertSound()
    const node = this.#tree.elements(parent)
    this.#counts.makeRoom(node)
    return node
  }

  /** The slot of the value that the cursor is at. */
  #findSlot(node: number): number {
    const { type, bytes, view, start } = this.#cursor
    return this.#counts.makeSlot(node, valuePlace(type, bytes, view, start))
  }

  /** Other fields are together, so that none of them is there once more. */
  #noteRepeat(node: number, used: number): number {
    if (this.#tree.get(node, nodeField.kind) !== nodeKind.field) return used
    this.#notes[used] = -node
    return used + 2
  }

  /** Before a document leaves traces for which it has to be BSON to its end. */
  #assertSound(): void {
    if (this.#isSound) return
    assertBson(this.#checker, this.#cursor.bytes, this.#start, this.#end)
    this.#isSound = true
  }

  /** What was noted is as much as there is room for. */
  #countEarly(used: number): number {
    this.#assertSound()
    this.#count(used)
    return 0
  }

  #count(used: number): void {
    const notes = this.#notes
    const counts = this.#counts
    if (!counts.addAll(notes, used, this.#cursor.bytes, this.#cursor.view)) return
    for (let i = 0; i < used; i += 2) {
      const slot = notes[i]!
      if (slot < 0) this.#tree.repeats[-slot]!++
      else if (counts.lacksKeys(slot)) this.#addKey(slot)
    }
  }

  #addKey(slot: number): void {
    if (!this.#hasKey) {
      this.#key = this.#keys.of(this.#cursor.bytes, this.#start, this.#end)
      this.#hasKey = true
    }
    if (this.#key !== undefined) this.#counts.addKey(slot, this.#key)
  }
}
