import type { Batch } from '../../batch/batch.ts'
import { bsonType, maxDocumentDepth } from './bson-type.ts'
import { putUint53 } from '../integer-text.ts'

/** Where documents and their texts are appended: a batch, or what has its arena. */
export type Arena = Pick<Batch, 'bytes' | 'view' | 'used' | 'reserve'>

/** Per container: where the byte of its type stands, its value, its length; what it is; how many elements it has. */
const frameFields = 5

/** A byte for the type, and an array's name of ten digits with its NUL. */
const elementRoom = 12

/**
 * Builds one BSON document after the other in an arena, element by element, in the order of its bytes:
 *
 *     builder.begin(arena)
 *     builder.addElement()                    // in an array with its name; else the name and its NUL are written at `to`
 *     builder.makeRoom(4)                     // then the value is, and `to` moved on
 *     builder.setType(bsonType.int32)
 *     builder.close()                         // once for every container that was opened, the document among them
 *     builder.finish()
 *
 * Lengths are filled in when a container closes; no object is made for any of it.
 */
export class BsonBuilder {
  bytes: Uint8Array = new Uint8Array(0)
  view: DataView = new DataView(this.bytes.buffer)
  /** Where the next byte goes. */
  to = 0
  /** Containers that are open, the document itself among them. */
  depth = 0
  readonly maxDepth: number
  readonly #stack: Int32Array
  #arena: Arena | undefined
  /** Where the document begins. */
  #begin = 0
  /** Of the element that was added last. */
  #typeAt = 0

  constructor(maxDepth = maxDocumentDepth) {
    this.maxDepth = maxDepth
    this.#stack = new Int32Array((maxDepth + 1) * frameFields)
  }

  /** Begins a document at the end of the arena. Until `finish` the arena is the builder's alone. */
  begin(arena: Arena): void {
    this.#arena = arena
    this.bytes = arena.bytes
    this.view = arena.view
    this.#begin = this.to = arena.used
    this.depth = 0
    this.#typeAt = -1
    this.open(bsonType.document)
  }

  /** The document is in the arena, and what `begin` took of it is given back. */
  finish(): void {
    if (this.#arena !== undefined) this.#arena.used = this.to
    this.#arena = undefined
  }

  /** Makes sure that so many bytes can be written at `to`; `bytes` and `view` may be others after it. */
  makeRoom(byteCount: number): void {
    if (this.to + byteCount > this.bytes.length) this.#grow(byteCount)
  }

  /** Begins an element of the open container: in an array, with its name. A document's name is put by the caller. */
  addElement(): void {
    this.makeRoom(elementRoom)
    this.#typeAt = this.to++
    const at = (this.depth - 1) * frameFields
    const index = this.#stack[at + 4]!
    this.#stack[at + 4] = index + 1
    if (this.#stack[at + 3] !== bsonType.array) return
    this.to = putUint53(this.bytes, this.to, index)
    this.bytes[this.to++] = 0
  }

  /** Whether the open container is an array. */
  get isInArray(): boolean {
    return this.container === bsonType.array
  }

  /** What the open container is, by its type. */
  get container(): number {
    return this.#stack[(this.depth - 1) * frameFields + 3]!
  }

  /** Says what the element is that was added last; its value has been written. */
  setType(type: number): void {
    this.bytes[this.#typeAt] = type
  }

  /**
   * Begins a document, array or scope as the value of the element that was added last; for a scope the code stands at
   * `valueAt` already, behind room for the length of all.
   */
  open(type: number, valueAt = this.to): void {
    this.makeRoom(8)
    if (this.#typeAt >= 0) this.bytes[this.#typeAt] = type
    const at = this.depth * frameFields
    this.#stack[at] = this.#typeAt
    this.#stack[at + 1] = valueAt
    this.#stack[at + 2] = this.to
    this.#stack[at + 3] = type
    this.#stack[at + 4] = 0
    this.depth++
    this.to += 4
  }

  /** Ends the open container. */
  close(): void {
    this.makeRoom(1)
    this.bytes[this.to++] = 0
    this.depth--
    const at = this.depth * frameFields
    const lengthAt = this.#stack[at + 2]!
    this.view.setInt32(lengthAt, this.to - lengthAt, true)
    const valueAt = this.#stack[at + 1]!
    if (valueAt < lengthAt) this.view.setInt32(valueAt, this.to - valueAt, true)
  }

  /** Forgets the open container and what is in it: its element has another value, which is written at `to` next. */
  takeBack(): void {
    this.depth--
    const at = this.depth * frameFields
    this.#typeAt = this.#stack[at]!
    this.to = this.#stack[at + 1]!
  }

  #grow(byteCount: number): void {
    const arena = this.#arena
    if (arena === undefined) return
    arena.used = this.to
    // Twice what the document has, or the arena would be copied for every few elements of a large one.
    arena.reserve(Math.max(byteCount, this.to - this.#begin))
    this.bytes = arena.bytes
    this.view = arena.view
  }
}
