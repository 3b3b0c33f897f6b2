import { isArrayName } from '../../../format/bson/array-name.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { maxEscapedGrowth, putJsonString } from '../../../format/json/put-json-string.ts'
import type { CellOut } from './cell-out.ts'
import type { CellPlan } from './cell-plan.ts'
import { type CellWriter, misfit } from './cell-writer.ts'
import { way } from './way.ts'

const quote = 0x22
const comma = 0x2c
const open = 0x5b
const close = 0x5d

/** Arrays of single values of one type, as the JSON array of their canonical texts. */
export class ArrayWriter {
  /** The array's bytes cannot be made again of the cell: whoever looks sets it back. */
  isInexact = false
  readonly #out: CellOut
  readonly #cells: CellWriter
  readonly #cursor = new BsonCursor({ checksText: false })

  constructor(out: CellOut, cells: CellWriter) {
    this.#out = out
    this.#cells = cells
  }

  /**
   * The length of the cell, which stands at the output's end, or one of `misfit`.
   * @param origin Where the document begins that the array is in
   * @throws DocumentFault where it is no BSON
   */
  write(plan: CellPlan, bytes: Uint8Array, start: number, end: number, origin: number): number {
    const out = this.#out
    const begin = out.at
    try {
      return this.#putElements(plan, bytes, start, end) ? out.at - begin : misfit.value
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      throw new DocumentFault(error.kind, error.reason, error.position + start - origin)
    } finally {
      out.at = begin
    }
  }

  #putElements({ element, elementText, isBare }: CellPlan, bytes: Uint8Array, start: number, end: number): boolean {
    if (element === undefined || elementText === undefined) return false
    const out = this.#out
    const cursor = this.#cursor
    cursor.open(bytes, start, end)
    out.makeRoom(1)
    out.bytes[out.at++] = open
    for (let type = cursor.next(); type !== 0; type = cursor.next()) {
      // Whether the value is one of the type is what its cell says; the text alone would take others.
      if (!this.#fits(element, type)) return false
      if (cursor.index > 0) this.#putByte(comma)
      if (!isBare) this.#putByte(quote)
      if (element.ways[type] === way.text) this.#putString()
      else {
        const { view, start: from, end: to } = cursor
        const length = this.#cells.write(elementText, elementText.ways[type]!, bytes, view, from, to)
        if (length < 0) return false
        out.at += length
      }
      if (!isBare) this.#putByte(quote)
    }
    this.#putByte(close)
    return true
  }

  #fits(element: CellPlan, type: number): boolean {
    const { bytes, view, start, end, nameStart, nameEnd, index } = this.#cursor
    const how = element.ways[type]!
    if (how === way.none || this.#cells.write(element, how, bytes, view, start, end) < 0) return false
    if (type !== element.exactType || !isArrayName(bytes, nameStart, nameEnd, index)) this.isInexact = true
    // Text has one NaN.
    if (type === bsonType.double && Number.isNaN(view.getFloat64(start, true))) this.isInexact = true
    return true
  }

  #putString(): void {
    const out = this.#out
    const { bytes, view, start, end } = this.#cursor
    out.makeRoom((end - start) * maxEscapedGrowth)
    out.at = putJsonString(bytes, view, start + 4, end - 1, out.bytes, out.view, out.at)
  }

  #putByte(byte: number): void {
    this.#out.makeRoom(1)
    this.#out.bytes[this.#out.at++] = byte
  }
}
