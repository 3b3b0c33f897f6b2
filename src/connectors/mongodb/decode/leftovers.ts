import { viewOf } from '../../../batch/view-of.ts'
import { maxEscapedGrowth, putJsonString } from '../../../format/json/put-json-string.ts'
import type { CellOut } from './cell-out.ts'
import type { CellPlan } from './cell-plan.ts'
import type { DocumentNotes } from './document-notes.ts'
import type { RowFrame } from './places.ts'
import { noText, rejectText } from './text-faults.ts'
import type { ValueText } from './value-text.ts'

const quote = 0x22
const comma = 0x2c
const dollar = 0x24
const dot = 0x2e
const backslash = 0x5c
const colon = 0x3a
const open = 0x7b
const close = 0x7d

const fields = 5
const noName = -1

/**
 * Values that no cell holds, those of a row behind those of the row that it stands in, until `$rest` is written of them.
 */
export class Leftovers {
  /** A value's type, start and end, and its name's, where that is not in the path. */
  #numbers = new Int32Array(64 * fields)
  readonly #paths: Uint8Array[] = []
  readonly #columns: string[] = []
  readonly #rules: string[] = []
  readonly #out: CellOut
  readonly #text: ValueText
  readonly #notes: DocumentNotes
  #path = new Uint8Array(256)
  #pathView = viewOf(this.#path)

  constructor(out: CellOut, text: ValueText, notes: DocumentNotes) {
    this.#out = out
    this.#text = text
    this.#notes = notes
  }

  get count(): number {
    return this.#rules.length
  }

  /** Forgets all that was added when there were so many. */
  cut(count: number): void {
    if (count === this.count) return
    this.#paths.length = this.#columns.length = this.#rules.length = count
  }

  /** @param column As the loss names it @param path Of the value, or what stands before a name that is not in it */
  add(
    column: string,
    rule: string,
    path: Uint8Array,
    type: number,
    start: number,
    end: number,
    nameStart = noName,
    nameEnd = noName,
  ): void {
    const at = this.count * fields
    if (at === this.#numbers.length) {
      const larger = new Int32Array(at * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    const numbers = this.#numbers
    numbers[at] = type
    numbers[at + 1] = start
    numbers[at + 2] = end
    numbers[at + 3] = nameStart
    numbers[at + 4] = nameEnd
    this.#paths.push(path)
    this.#columns.push(column)
    this.#rules.push(rule)
  }

  /**
   * Writes the `$rest` of the frame's row, and forgets what is in it.
   * @throws DocumentFault where a value is no BSON
   */
  write(frame: RowFrame, plan: CellPlan, bytes: Uint8Array, origin: number): void {
    const out = this.#out
    const { restStart, restName } = frame
    const cellStart = out.at
    out.makeRoom(1)
    out.bytes[out.at++] = open
    for (let entry = restStart; entry < this.count; entry++) {
      this.#writeEntry(entry, plan, restName, bytes, origin, out.at > cellStart + 1)
    }
    out.makeRoom(1)
    out.bytes[out.at++] = close
    const cell = frame.base + frame.restSlot * 2
    frame.cells[cell] = cellStart
    frame.cells[cell + 1] = out.at - cellStart
    // Of what is not known the value as it was is all of the cell.
    for (let entry = restStart; entry < this.count; entry++) {
      const rule = this.#rules[entry]!
      if (this.#columns[entry] === restName) this.#notes.loseText(restName, rule, cellStart, out.at)
    }
    this.cut(restStart)
  }

  #writeEntry(
    entry: number,
    plan: CellPlan,
    restName: string,
    bytes: Uint8Array,
    origin: number,
    isFollowing: boolean,
  ): void {
    const out = this.#out
    const at = entry * fields
    const type = this.#numbers[at]!
    const start = this.#numbers[at + 1]!
    const end = this.#numbers[at + 2]!
    const before = out.at
    this.#writeName(this.#paths[entry]!, bytes, this.#numbers[at + 3]!, this.#numbers[at + 4]!, isFollowing)
    const length = this.#text.put(plan, type, bytes, start, end, origin)
    const column = this.#columns[entry]!
    for (const rule of this.#text.rules) this.#notes.lose(column, rule, type, start, end)
    if (length < 0) {
      out.at = before
      if (length !== noText.null) rejectText(this.#notes, length, column, type, bytes, start, end)
      return
    }
    if (column !== restName) this.#notes.loseText(column, this.#rules[entry]!, out.at, out.at + length)
    out.at += length
  }

  /** With what stands before and behind it. */
  #writeName(path: Uint8Array, bytes: Uint8Array, start: number, end: number, isFollowing: boolean): void {
    const out = this.#out
    const byteCount = this.#putPath(path, bytes, start, end)
    out.makeRoom(byteCount * maxEscapedGrowth + 4)
    if (isFollowing) out.bytes[out.at++] = comma
    out.bytes[out.at++] = quote
    out.at = putJsonString(this.#path, this.#pathView, 0, byteCount, out.bytes, out.view, out.at)
    out.bytes[out.at++] = quote
    out.bytes[out.at++] = colon
  }

  /** As `pathText` writes it; returns how many bytes it has. */
  #putPath(before: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
    const byteCount = before.length + (end - start) * 2 + 1
    if (byteCount > this.#path.length) {
      this.#path = new Uint8Array(byteCount * 2)
      this.#pathView = viewOf(this.#path)
    }
    const path = this.#path
    path.set(before)
    let at = before.length
    if (start === noName) return at
    if (at === 0 && start < end && bytes[start] === dollar) path[at++] = backslash
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!
      if (byte === dot || byte === backslash) path[at++] = backslash
      path[at++] = byte
    }
    return at
  }
}
