import type { Batch } from '../../../batch/batch.ts'
import { copyWords, maxWordBytes } from '../../../batch/copy-words.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { isArrayName } from '../../../format/bson/array-name.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType, maxDocumentDepth } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { madeColumn } from '../../../model/document-path.ts'
import type { ReadPlan } from '../../../model/plan.ts'
import { ArrayWriter } from './array-writer.ts'
import { carryCells, rememberParent } from './carried-cells.ts'
import { CellOut } from './cell-out.ts'
import type { CellPlan } from './cell-plan.ts'
import { CellWriter, misfit, isOddNan } from './cell-writer.ts'
import { DocumentNotes, showText } from './document-notes.ts'
import { compileFrames } from './document-tree.ts'
import { Leftovers } from './leftovers.ts'
import { lossRule } from './loss-rule.ts'
import { mendText } from './mend-text.ts'
import { isBefore } from './name-bytes.ts'
import { NameSet } from './name-set.ts'
import { forgetInstances, Group, lacksSome, type Place, type RowFrame } from './places.ts'
import { refuseText, refuseType } from './refuse-value.ts'
import { takeBackRows } from './take-back-rows.ts'
import { noText, rejectText } from './text-faults.ts'
import { ValueText } from './value-text.ts'
import { way } from './way.ts'

/** What the elements of an open container are. */
const Inside = { fields: 0, elements: 1, entries: 2 } as const

/** Documents are told apart by a number for as long as it is a small integer. */
const maxInstance = 2 ** 30

/** Room for cells beyond the document's own bytes, reserved at once. */
const spareBytes = 1024

/** A document of so many gets room for all of its own at once: an arena that grows with its cells leaves many about. */
const largeBytes = 4 * 1024 * 1024

/**
 * Turns documents into rows of a batch by a plan: of each one row of frame 0, and those of child frames behind their
 * parents', in one walk over its bytes. No object is made for a document or a value, save for what is wrong with one.
 */
export class DocumentDecoder {
  readonly #frames: readonly RowFrame[]
  readonly #first: RowFrame
  /** Slots of the first frame that tell its rows apart. */
  readonly #keySlots: readonly number[]
  /** Documents that cannot be made again of their cells are kept as they are. */
  readonly #hasSignature: boolean
  readonly #cursor = new BsonCursor({ checksText: false })
  readonly #out = new CellOut()
  readonly #cells = new CellWriter(this.#out)
  readonly #arrays = new ArrayWriter(this.#out, this.#cells)
  readonly #text = new ValueText(this.#out)
  readonly #notes = new DocumentNotes()
  readonly #leftovers = new Leftovers(this.#out, this.#text, this.#notes)
  readonly #names = new NameSet()
  // By depth of an open container.
  readonly #insides = new Uint8Array(maxDocumentDepth + 2)
  readonly #groups: Group[]
  readonly #openers: Place[]
  readonly #rows: RowFrame[]
  /** Place of the field that is expected next, by the plan's order. */
  readonly #expected = new Int32Array(maxDocumentDepth + 2)
  readonly #instances = new Int32Array(maxDocumentDepth + 2)
  readonly #counts = new Int32Array(maxDocumentDepth + 2)
  /** Whether a row ends with the container. */
  readonly #endsRow = new Uint8Array(maxDocumentDepth + 2)
  /** Of the last name in an open map, where it stands: they are to come in the order of their bytes. */
  readonly #lastNames = new Int32Array((maxDocumentDepth + 2) * 2)
  #instance = 0
  #isExact = true
  #batch: Batch | undefined
  #origin = 0

  /** @throws TL_C105 where a column of the plan cannot have cells of its type */
  constructor(read: ReadPlan) {
    this.#frames = compileFrames(read)
    const [first] = this.#frames
    if (first === undefined) throw new TransloadError('TL_X901', { reason: 'a plan without frames' })
    this.#first = first
    this.#keySlots = read.identify.map((name) => first.columns.findIndex((column) => column.name === name))
    this.#hasSignature = read.signature !== undefined
    const none = new Group('')
    this.#groups = Array.from(this.#insides, () => none)
    this.#openers = Array.from(this.#insides, () => first.element)
    this.#rows = Array.from(this.#insides, () => first)
  }

  /**
   * Appends the document bytes[start, end), which are not the batch's: a row of frame 0, and those of children, in which it
   * is `origin`. A document that is no BSON is a row of NULLs that is rejected.
   * @param count The document's place, from 1: its `$ordinal`
   */
  decode(bytes: Uint8Array, start: number, end: number, count: number, into: Batch): void {
    this.#begin(into, start, end)
    const first = this.#first
    const out = this.#out
    const begin = out.at
    const row = into.addRow(0)
    this.#open(first, row)
    try {
      if (first.ordinalSlot >= 0) this.#putOrdinal(first, count)
      if (first.document === undefined) this.#walk(bytes, start, end)
      else this.#walkToKey(bytes, start, end, first)
      this.#finish(bytes, start, end)
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      this.#takeBack(begin, row)
      this.#notes.rejectDocument(error, bytes, start, end)
    }
    out.end()
    this.#batch = undefined
    this.#notes.flush(into, row, bytes)
  }

  /**
   * Appends a row for what stands for no document: of NULLs, and rejected.
   * @param fault Why; bytes[start, end) is the text that it stands in
   * @param count As of {@link decode}
   */
  refuse(fault: DocumentFault, bytes: Uint8Array, start: number, end: number, count: number, into: Batch): void {
    this.#begin(into, start, start)
    const first = this.#first
    const row = into.addRow(0)
    this.#open(first, row)
    if (first.ordinalSlot >= 0) this.#putOrdinal(first, count)
    this.#notes.rejectDocument(fault, bytes, start, end, showText)
    this.#out.end()
    this.#batch = undefined
    this.#notes.flush(into, row, bytes)
  }

  #begin(into: Batch, start: number, end: number): void {
    this.#batch = into
    this.#origin = start
    this.#isExact = true
    this.#cells.isInexact = this.#cells.hasLostExponent = this.#arrays.isInexact = false
    this.#leftovers.cut(0)
    this.#names.clear()
    if (this.#instance > maxInstance) {
      forgetInstances(this.#frames)
      this.#instance = 0
    }
    for (let i = 0; i < this.#frames.length; i++) {
      const own = this.#frames[i]!
      const frame = into.frames[own.number]
      if (frame === undefined) throw new TransloadError('TL_X901', { reason: `no frame ${own.number}` })
      own.frame = frame
      own.firstRow = frame.rowCount
    }
    const length = end - start
    this.#out.begin(into, (length > largeBytes ? length : Math.min(length, 2 ** 16)) + spareBytes)
  }

  #walk(bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.#cursor
    cursor.open(bytes, start, end)
    this.#enter(Inside.fields, this.#first.element, this.#first)
    do {
      const { depth } = cursor
      const inside = this.#insides[depth]!
      if (inside === Inside.fields) {
        const group = this.#groups[depth]!
        const expected = this.#expected[depth]!
        if (cursor.nextLike(group.expectedNames[expected]!) === 0) this.#leave(depth)
        else this.#takeField(depth, group, expected)
      } else if (cursor.next() === 0) this.#leave(depth)
      else this.#takeRow(depth, inside)
    } while (cursor.depth > 0)
  }

  /** Of a document that is taken whole only the key has a place: whoever makes text of it walks over all of it. */
  #walkToKey(bytes: Uint8Array, start: number, end: number, first: RowFrame): void {
    const cursor = this.#cursor
    cursor.open(bytes, start, end)
    this.#enter(Inside.fields, first.element, first)
    const { depth } = cursor
    const group = this.#groups[depth]!
    const instance = this.#instances[depth]
    while (lacksSome(group.places, instance)) {
      const expected = this.#expected[depth]!
      if (cursor.nextLike(group.expectedNames[expected]!) === 0) return
      this.#takeField(depth, group, expected)
    }
  }

  /** The container that was entered is one of these. */
  #enter(inside: number, opener: Place, frame: RowFrame): void {
    const { depth } = this.#cursor
    this.#insides[depth] = inside
    this.#openers[depth] = opener
    this.#rows[depth] = frame
    this.#counts[depth] = 0
    this.#endsRow[depth] = 0
    this.#instances[depth] = ++this.#instance
    if (inside !== Inside.fields) return
    if (opener.group !== undefined) this.#groups[depth] = opener.group
    this.#expected[depth] = 0
  }

  /** The container that was at this depth has ended. */
  #leave(depth: number): void {
    if (this.#hasSignature && this.#isExact) this.#compareEnd(depth)
    if (this.#endsRow[depth] === 1) this.#close(this.#rows[depth]!)
  }

  /** Whether what is not in the container would not be in one that is made again. */
  #compareEnd(depth: number): void {
    const inside = this.#insides[depth]!
    const empty = inside === Inside.elements ? 'array' : 'document'
    if (this.#counts[depth] === 0 && this.#openers[depth]!.emptyForm !== empty) this.#isExact = false
    if (inside !== Inside.fields) return
    const instance = this.#instances[depth]!
    for (const place of this.#groups[depth]!.alwaysThere) if (place.seenIn !== instance) this.#isExact = false
  }

  #takeField(depth: number, group: Group, expected: number): void {
    const cursor = this.#cursor
    this.#counts[depth]!++
    let index = expected
    if (!cursor.isAsExpected) {
      const found = group.find(cursor.bytes, cursor.nameStart, cursor.nameEnd)
      if (found === undefined) return this.#takeUnknown(depth, group)
      index = found.index
      if (index < expected) this.#isExact = false
    }
    const place = group.places[index]!
    this.#expected[depth] = index + 1
    const instance = this.#instances[depth]!
    const frame = this.#rows[depth]!
    if (place.seenIn === instance) {
      this.#leaveOver(frame, place, lossRule.duplicateField, cursor.type, cursor.start, cursor.end)
      return
    }
    place.seenIn = instance
    const how = place.ways[cursor.type]!
    if (how >= way.copy1) this.#putCell(place, place.cell!, how, frame)
    else this.#put(place, how, frame)
  }

  #takeUnknown(depth: number, group: Group): void {
    this.#isExact = false
    const frame = this.#rows[depth]!
    if (group.dropsUnknown || frame.document !== undefined) return
    const { bytes, nameStart, nameEnd, start, end, type } = this.#cursor
    const isNew = this.#names.add(this.#instances[depth]!, bytes, nameStart, nameEnd)
    const rule = isNew ? lossRule.unknownField : lossRule.duplicateField
    if (frame.rest === undefined) this.#notes.lose(frame.restName, rule, type, start, end)
    else this.#leftovers.add(frame.restName, rule, group.prefix, type, start, end, nameStart, nameEnd)
  }

  /** An element of an array, or a field of a map. */
  #takeRow(depth: number, inside: number): void {
    const cursor = this.#cursor
    const { bytes, nameStart, nameEnd, index } = cursor
    const opener = this.#openers[depth]!
    const frame = opener.child!
    this.#counts[depth]!++
    if (inside === Inside.elements) {
      if (!isArrayName(bytes, nameStart, nameEnd, index)) this.#isExact = false
    } else if (!this.#isNewKey(depth, frame)) return
    const batch = this.#batch!
    const row = batch.addRow(frame.number, this.#first.row)
    this.#open(frame, row)
    const parent = frame.parent!
    if (parent !== this.#first) rememberParent(frame, row, parent.row)
    if (frame.ordinalSlot >= 0) this.#putOrdinal(frame, index + 1)
    if (frame.keySlot >= 0) this.#putKey(frame, bytes, nameStart, nameEnd)
    if (frame.document !== undefined) {
      this.#putJson(frame, frame.documentSlot, frame.document, frame.lossPrefix + madeColumn.document)
      frame.wasExact = this.#isExact
    }
    const openedDepth = cursor.depth
    this.#put(frame.element, frame.element.ways[cursor.type]!, frame)
    if (cursor.depth > openedDepth) this.#endsRow[cursor.depth] = 1
    else this.#close(frame)
  }

  /** Notes a name of a map; false: the map has it already, and the value is left over. */
  #isNewKey(depth: number, frame: RowFrame): boolean {
    const { bytes, nameStart, nameEnd, start, end, type } = this.#cursor
    const last = depth * 2
    const lastNames = this.#lastNames
    if (this.#hasSignature && this.#counts[depth]! > 1) {
      if (!isBefore(bytes, lastNames[last]!, lastNames[last + 1]!, nameStart, nameEnd)) this.#isExact = false
    }
    lastNames[last] = nameStart
    lastNames[last + 1] = nameEnd
    if (this.#names.add(this.#instances[depth]!, bytes, nameStart, nameEnd)) return true
    this.#isExact = false
    const parent = this.#rows[depth]!
    const column = frame.lossPrefix + madeColumn.key
    if (parent.rest === undefined) this.#notes.lose(column, lossRule.duplicateField, type, start, end)
    else {
      this.#leftovers.add(column, lossRule.duplicateField, frame.keyPrefix, type, start, end, nameStart, nameEnd)
    }
    return false
  }

  /** What was read last, where it belongs. */
  #put(place: Place, how: number, frame: RowFrame): void {
    const cursor = this.#cursor
    switch (how) {
      case way.group:
        cursor.enter()
        this.#enter(Inside.fields, place, frame)
        return
      case way.elements:
        cursor.enter()
        this.#enter(Inside.elements, place, frame)
        return
      case way.entries:
        cursor.enter()
        this.#enter(Inside.entries, place, frame)
        return
      case way.null:
        if (place.emptyForm !== 'null') this.#isExact = false
        return
      case way.skip:
        this.#isExact = false
        return
      default:
        if (how >= way.copy1) this.#putCell(place, place.cell!, how, frame)
        else this.#leaveOver(frame, place, lossRule.typeDrift, cursor.type, cursor.start, cursor.end)
    }
  }

  #putCell(place: Place, plan: CellPlan, how: number, frame: RowFrame): void {
    const cursor = this.#cursor
    const { bytes, view, start, type } = cursor
    if (how <= way.copy12) {
      // Most values: not worth a call.
      const out = this.#out
      out.makeRoom(12)
      const { at, view: target } = out
      if (type !== place.exactType || (this.#hasSignature && type === bsonType.double && isOddNan(view, start))) {
        this.#isExact = false
      }
      if (how === way.copy1) {
        out.bytes[at] = bytes[start]!
        return this.#keep(frame, place.slot, 1)
      }
      target.setInt32(at, view.getInt32(start, true), true)
      if (how === way.copy4) return this.#keep(frame, place.slot, 4)
      target.setInt32(at + 4, view.getInt32(start + 4, true), true)
      if (how === way.copy8) return this.#keep(frame, place.slot, 8)
      target.setInt32(at + 8, view.getInt32(start + 8, true), true)
      return this.#keep(frame, place.slot, 12)
    }
    const { end } = cursor
    if (how === way.json) return this.#putJson(frame, place.slot, plan, place.lossName)
    const length =
      how === way.array
        ? this.#arrays.write(plan, bytes, start, end, this.#origin)
        : this.#cells.write(plan, how, bytes, view, start, end)
    if (length < 0) return this.#misfit(place, plan, frame, length)
    if (type !== place.exactType) this.#isExact = false
    if (this.#cells.hasLostExponent) {
      this.#cells.hasLostExponent = this.#isExact = false
      this.#notes.lose(place.lossName, lossRule.decimalExponent, type, start, end)
    }
    this.#keep(frame, place.slot, length)
  }

  /** What stands at the output's end is the cell. */
  #keep(frame: RowFrame, slot: number, length: number): void {
    const out = this.#out
    const cell = frame.base + slot * 2
    frame.cells[cell] = out.at
    frame.cells[cell + 1] = length
    out.at += length
  }

  #misfit(place: Place, plan: CellPlan, frame: RowFrame, found: number): void {
    const { bytes, start, end, type } = this.#cursor
    this.#cells.hasLostExponent = false
    if (found === misfit.value) return this.#leaveOver(frame, place, lossRule.typeDrift, type, start, end)
    this.#isExact = false
    const mended = mendText(found, plan.policies, bytes, start + 4, end - 1)
    if (mended === undefined) return refuseText(this.#notes, place.lossName, this.#cursor, found)
    for (const rule of mended.rules) this.#notes.lose(place.lossName, rule, type, start, end)
    if (mended.bytes === undefined) return
    this.#out.makeRoom(mended.bytes.length)
    this.#out.bytes.set(mended.bytes, this.#out.at)
    this.#keep(frame, place.slot, mended.bytes.length)
  }

  /** The value that was read last, as JSON. */
  #putJson(frame: RowFrame, slot: number, plan: CellPlan, lossName: string): void {
    const { bytes, start, end, type } = this.#cursor
    this.#putText(frame, slot, plan, lossName, type, bytes, start, end)
  }

  #putText(
    frame: RowFrame,
    slot: number,
    plan: CellPlan,
    lossName: string,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const length = this.#text.put(plan, type, bytes, start, end, this.#origin)
    for (const rule of this.#text.rules) this.#notes.lose(lossName, rule, type, start, end)
    if (this.#text.isInexact || length < 0) this.#isExact = false
    if (length >= 0) this.#keep(frame, slot, length)
    else if (length !== noText.null) rejectText(this.#notes, length, lossName, type, bytes, start, end)
  }

  /** A value at a known place that has no cell there. */
  #leaveOver(frame: RowFrame, place: Place, rule: string, type: number, start: number, end: number): void {
    this.#isExact = false
    if (place.ways[type] === way.skip) return
    // A row whose key has no cell is none.
    const isKey = frame === this.#first && this.#keySlots.includes(place.slot) && frame.required.includes(place.slot)
    if (isKey && rule === lossRule.typeDrift) refuseType(this.#notes, place.lossName, this.#cursor, true)
    const isElsewhere = frame.document !== undefined || rule === lossRule.duplicateField
    if (frame.rest !== undefined && frame.document === undefined && !place.isHidden) {
      this.#leftovers.add(place.lossName, rule, place.pathBytes, type, start, end)
    } else if (isElsewhere || this.#notes.isRejected) this.#notes.lose(place.lossName, rule, type, start, end)
    else refuseType(this.#notes, place.lossName, this.#cursor, false)
  }

  /** The frame's row is this one. */
  #open(frame: RowFrame, row: number): void {
    const { cells, layout } = frame.frame!
    frame.row = row
    frame.cells = cells
    frame.base = row * layout.columns.length * 2
    frame.restStart = this.#leftovers.count
    frame.wasExact = this.#isExact
  }

  #close(frame: RowFrame): void {
    if (this.#leftovers.count > frame.restStart && frame.rest !== undefined) {
      this.#leftovers.write(frame, frame.rest, this.#cursor.bytes, this.#origin)
    }
    // A document that is there as a whole is made again of that alone.
    if (frame.document !== undefined && frame !== this.#first) this.#isExact = frame.wasExact
    for (let i = 0; i < frame.required.length; i++) {
      const slot = frame.required[i]!
      if (frame.cells[frame.base + slot * 2 + 1]! >= 0) continue
      const column = frame.lossPrefix + frame.columns[slot]!.name
      this.#notes.reject(column, 'TL_D403', 'NULL in a column that must have a value', undefined)
    }
  }

  /** The document has been walked over to its end. */
  #finish(bytes: Uint8Array, start: number, end: number): void {
    const first = this.#first
    if (first.document !== undefined) {
      this.#isExact = true
      const lossName = madeColumn.document
      this.#putText(first, first.documentSlot, first.document, lossName, bsonType.document, bytes, start, end)
    }
    const isExact = this.#isExact && !this.#cells.isInexact && !this.#arrays.isInexact
    if (first.originalSlot >= 0 && !(isExact && this.#hasSignature)) this.#putOriginal(bytes, start, end)
    this.#close(first)
    for (let i = 1; i < this.#frames.length; i++) carryCells(this.#frames[i]!, first.row)
  }

  #putOriginal(bytes: Uint8Array, start: number, end: number): void {
    const out = this.#out
    out.makeRoom(end - start)
    out.bytes.set(bytes.subarray(start, end), out.at)
    this.#keep(this.#first, this.#first.originalSlot, end - start)
  }

  #putOrdinal(frame: RowFrame, ordinal: number): void {
    const out = this.#out
    const { type } = frame.columns[frame.ordinalSlot]!
    const isLong = type.kind === 'int' && type.bits === 64
    out.makeRoom(8)
    out.view.setInt32(out.at, ordinal, true)
    out.view.setInt32(out.at + 4, Math.floor(ordinal / 2 ** 32), true)
    this.#keep(frame, frame.ordinalSlot, isLong ? 8 : 4)
  }

  #putKey(frame: RowFrame, bytes: Uint8Array, start: number, end: number): void {
    const out = this.#out
    const length = end - start
    out.makeRoom(length)
    if (length <= maxWordBytes) copyWords(this.#cursor.view, start, length, out.view, out.at)
    else out.bytes.set(bytes.subarray(start, end), out.at)
    this.#keep(frame, frame.keySlot, length)
  }

  /** Nothing of the document is left but its row, without a value but those of its key that were read already. */
  #takeBack(begin: number, row: number): void {
    this.#leftovers.cut(0)
    this.#notes.forgetLosses()
    this.#out.at = Math.max(begin, takeBackRows(this.#frames, row, this.#keySlots))
  }
}
