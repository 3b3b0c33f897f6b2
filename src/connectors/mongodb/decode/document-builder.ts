import { type Batch, firstOf } from '../../../batch/batch.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { type Arena, BsonBuilder } from '../../../format/bson/bson-builder.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { ExtendedJsonReader } from '../../../format/bson/extended-json/extended-json-reader.ts'
import type { ReadPlan } from '../../../model/plan.ts'
import { compileFrames } from './document-tree.ts'
import type { Group, Place, RowFrame } from './places.ts'
import { ValueBuilder } from './value-builder.ts'

/**
 * Makes documents again of the rows that a `DocumentDecoder` of the same plan made of them: to the byte, where the plan has
 * a signature and its `$original` is there. Rows of a frame are in the order of the rows that they stand in, then of
 * `$ordinal`, or of the bytes of `$key`.
 */
export class DocumentBuilder {
  readonly #first: RowFrame
  readonly #frames: readonly RowFrame[]
  readonly #builder = new BsonBuilder()
  readonly #values = new ValueBuilder(this.#builder)
  readonly #reader = new ExtendedJsonReader()
  #batch: Batch | undefined

  /** @throws TL_C105 where a column of the plan cannot have cells of its type */
  constructor(read: ReadPlan) {
    this.#frames = compileFrames(read)
    const [first] = this.#frames
    if (first === undefined) throw new TransloadError('TL_X901', { reason: 'a plan without frames' })
    this.#first = first
  }

  /** Appends the document of row `row` of frame 0 to the arena, which may be the batch. */
  build(batch: Batch, row: number, arena: Arena): { readonly start: number; readonly end: number } {
    const start = arena.used
    const first = this.#first
    this.#batch = batch
    for (const own of this.#frames) {
      own.frame = batch.frames[own.number]
      // Of a child's rows the one that is looked at next.
      if (own.frame !== undefined) own.row = own === first ? row : firstOf(own.frame, row)
    }
    const original = this.#cellOf(first, row, first.originalSlot)
    const whole = this.#cellOf(first, row, first.documentSlot)
    if (original >= 0) this.#copy(arena, original, this.#lengthOf(first, row, first.originalSlot))
    else if (whole >= 0) {
      this.#reader.append(arena, batch.bytes, whole, whole + this.#lengthOf(first, row, first.documentSlot))
    } else {
      this.#builder.begin(arena)
      if (first.element.group !== undefined) this.#putFields(first.element.group, first, row)
      this.#builder.close()
      this.#builder.finish()
    }
    this.#batch = undefined
    return { start, end: arena.used }
  }

  #copy(arena: Arena, start: number, length: number): void {
    const at = arena.reserve(length)
    arena.bytes.set(this.#batch!.bytes.subarray(start, start + length), at)
    arena.used = at + length
  }

  /** How many of the group's fields there are. */
  #putFields(group: Group, frame: RowFrame, row: number): number {
    const builder = this.#builder
    let count = 0
    for (const place of group.places) {
      const before = builder.to
      builder.addElement()
      this.#putName(place.name, 0, place.name.length)
      if (this.#putValue(place, frame, row)) count++
      else builder.to = before
    }
    return count
  }

  #putName(bytes: Uint8Array, start: number, length: number): void {
    const builder = this.#builder
    builder.makeRoom(length + 1)
    builder.bytes.set(bytes.subarray(start, start + length), builder.to)
    builder.to += length
    builder.bytes[builder.to++] = 0
  }

  /** The value of the element that was added last; false: there is none. */
  #putValue(place: Place, frame: RowFrame, row: number): boolean {
    const builder = this.#builder
    const { slot, cell, child, group, emptyForm } = place
    const start = this.#cellOf(frame, row, slot)
    if (start >= 0 && cell !== undefined) {
      const { bytes, view } = this.#batch!
      this.#values.put(cell, bytes, view, start, this.#lengthOf(frame, row, slot))
      return true
    }
    if (child !== undefined && this.#isNextOf(child, frame, row)) {
      builder.open(child.isMap ? bsonType.document : bsonType.array)
      this.#putRows(child, frame, row)
      builder.close()
      return true
    }
    if (group !== undefined && child?.isMap !== true) {
      builder.open(bsonType.document)
      if (this.#putFields(group, frame, row) > 0 || emptyForm === 'document') {
        builder.close()
        return true
      }
      builder.takeBack()
    }
    if (emptyForm === 'nothing') return false
    if (emptyForm === 'null') builder.setType(bsonType.null)
    else {
      builder.open(emptyForm === 'array' ? bsonType.array : bsonType.document)
      builder.close()
    }
    return true
  }

  #putRows(child: RowFrame, parent: RowFrame, parentRow: number): void {
    const builder = this.#builder
    while (this.#isNextOf(child, parent, parentRow)) {
      const row = child.row++
      builder.addElement()
      if (child.isMap) {
        const start = this.#cellOf(child, row, child.keySlot)
        this.#putName(this.#batch!.bytes, start, this.#lengthOf(child, row, child.keySlot))
      }
      const whole = this.#cellOf(child, row, child.documentSlot)
      if (whole >= 0) {
        this.#values.putJson(this.#batch!.bytes, whole, this.#lengthOf(child, row, child.documentSlot))
      } else this.#putValue(child.element, child, row)
    }
  }

  /** Whether the child's next row stands in the parent's. */
  #isNextOf({ row, frame, carried }: RowFrame, parent: RowFrame, parentRow: number): boolean {
    if (frame === undefined || row >= frame.rowCount || frame.origin[row] !== this.#first.row) return false
    if (parent === this.#first) return true
    const { bytes } = this.#batch!
    const from = parent.frame!
    for (let slot = 0; slot < carried.length; slot++) {
      const own = (row * frame.layout.columns.length + slot) * 2
      const parents = (parentRow * from.layout.columns.length + carried[slot]!) * 2
      const length = frame.cells[own + 1]!
      if (length !== from.cells[parents + 1]!) return false
      const [at, parentAt] = [frame.cells[own]!, from.cells[parents]!]
      if (at === parentAt) continue
      for (let i = 0; i < length; i++) if (bytes[at + i] !== bytes[parentAt + i]) return false
    }
    return true
  }

  /** Where the cell begins; −1 where it is NULL, or there is no such slot. */
  #cellOf({ frame }: RowFrame, row: number, slot: number): number {
    if (slot < 0 || frame === undefined) return -1
    const cell = (row * frame.layout.columns.length + slot) * 2
    return frame.cells[cell + 1]! < 0 ? -1 : frame.cells[cell]!
  }

  #lengthOf({ frame }: RowFrame, row: number, slot: number): number {
    return frame === undefined ? 0 : frame.cells[(row * frame.layout.columns.length + slot) * 2 + 1]!
  }
}
