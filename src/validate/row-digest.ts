import { createHash, type Hash, hash } from 'node:crypto'
import { type ByteSink, CanonicalJson, canonicalJson } from '../canonical/canonical-json.ts'
import { viewOf } from '../batch/view-of.ts'
import { digestText } from '../canonical/digest-text.ts'
import { evenEnd } from '../canonical/even-bytes.ts'
import { oddUtf8At } from '../format/charset/odd-utf8.ts'
import { type DigestForm, isJsonForm, isListForm, type JsonForm } from '../model/digest-form.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'
import { cellOf, shortBytes } from './compare-rows.ts'
import { expectedCell, isOfCharacters } from './expected-value.ts'
import type { RowPlace } from './row-stream.ts'

/**
 * SHA-256 over the cells of a row in their digest forms, each before its length, so that no two lists of values are the
 * same bytes; a NULL is a length of its own. A digest is a string of 32 characters below U+0100, one for each byte: Node
 * makes it in a third of the time that a Buffer takes, and without memory outside of its heap.
 */
export class RowDigester {
  readonly #columns: readonly ComparedColumn[]
  /** By column: whether a policy may change its values. */
  readonly #isMended: readonly boolean[]
  /** By column: whether policies change nothing but characters. */
  readonly #isText: readonly boolean[]
  readonly #onDeclared: (column: string, rule: string) => void
  readonly #all: readonly number[]
  readonly #input = new DigestInput()
  readonly #json = new CanonicalJson()
  #bytes: Uint8Array = new Uint8Array(0)
  /** Over all of it. */
  #view = viewOf(this.#bytes)

  /**
   * @param end Of the source, values are taken as the target is to have them
   * @param onDeclared Told of each value that a rule changes
   */
  constructor(
    { columns }: Pick<ComparedTable, 'columns'>,
    end: 'source' | 'target',
    onDeclared: (column: string, rule: string) => void = () => {},
  ) {
    this.#columns = columns
    this.#isMended = columns.map(({ policies }) => end === 'source' && Object.keys(policies).length > 0)
    this.#isText = columns.map(isOfCharacters)
    this.#onDeclared = onDeclared
    this.#all = columns.map((_, slot) => slot)
  }

  /** @param slots Of the row's columns: all, where they are left out */
  digest(row: RowPlace, slots: readonly number[] = this.#all): string {
    const input = this.#input
    for (const slot of slots) {
      const before = input.length
      const { form } = this.#columns[slot]!
      const start = row.cells[row.at + slot * 2]!
      const length = row.cells[row.at + slot * 2 + 1]!
      if (length < 0) {
        input.putLength(-1)
        continue
      }
      if (!this.#isMended[slot]! || this.#isKept(slot, row.bytes, start, start + length)) {
        const end = evenEnd(form, row.bytes, start, start + length)
        if (end >= 0) {
          input.put(row.bytes, start, end)
          input.putLength(end - start)
          continue
        }
      }
      const cell = this.#cell(slot, row)
      if (cell === undefined) {
        input.putLength(-1)
        continue
      }
      if (isJsonForm(form)) this.#json.write(cell, form, input)
      else {
        const even = evenCell(form, cell)
        input.put(even, 0, even.length)
      }
      input.putLength(input.length - before)
    }
    return input.digest()
  }

  /** Whether for sure no policy changes the value, which is a text without NUL and in UTF-8. */
  #isKept(slot: number, bytes: Buffer, start: number, end: number): boolean {
    if (!this.#isText[slot]!) return false
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = viewOf(bytes)
    }
    return oddUtf8At(this.#view, start, end) < 0
  }

  /** As the target is to have it. */
  #cell(slot: number, row: RowPlace): Buffer | undefined {
    const cell = cellOf(row, slot)
    if (!this.#isMended[slot]!) return cell
    const column = this.#columns[slot]!
    const expected = expectedCell(column, cell)
    if (expected.rule !== undefined) this.#onDeclared(column.from, expected.rule)
    return expected.cell
  }
}

const inputBytes = 64 * 1024
const maxKnownBytes = 1024

/** Bytes whose SHA-256 is taken: of few at once, and of a huge row as they come, without holding it once more. */
class DigestInput implements ByteSink {
  readonly #bytes = Buffer.allocUnsafeSlow(inputBytes)
  /** By length: its beginning, which is no new object for each row then. */
  readonly #starts: (Buffer | undefined)[] = Array.from({ length: maxKnownBytes })
  #used = 0
  #hash: Hash | undefined
  #hashed = 0

  get length(): number {
    return this.#hashed + this.#used
  }

  put(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (this.#used + length > inputBytes) this.#flush()
    if (length > inputBytes) {
      this.#update(bytes.subarray(start, end))
      return
    }
    if (length > shortBytes) this.#bytes.set(bytes.subarray(start, end), this.#used)
    else for (let at = start, to = this.#used; at < end; at++, to++) this.#bytes[to] = bytes[at]!
    this.#used += length
  }

  putLength(length: number): void {
    if (this.#used + 4 > inputBytes) this.#flush()
    this.#bytes.writeInt32LE(length, this.#used)
    this.#used += 4
  }

  /** Of all that was put since the last one. */
  digest(): string {
    const rest = this.#start()
    const digest = this.#hash === undefined ? hash('sha256', rest, 'binary') : this.#hash.update(rest).digest('binary')
    this.#hash = undefined
    this.#used = this.#hashed = 0
    return digest
  }

  /** What is there, of which most rows have one of few lengths. */
  #start(): Buffer {
    const used = this.#used
    if (used >= maxKnownBytes) return this.#bytes.subarray(0, used)
    return (this.#starts[used] ??= this.#bytes.subarray(0, used))
  }

  #flush(): void {
    this.#update(this.#bytes.subarray(0, this.#used))
    this.#used = 0
  }

  #update(bytes: Uint8Array): void {
    this.#hash ??= createHash('sha256')
    this.#hash.update(bytes)
    this.#hashed += bytes.length
  }
}

/** A cell in the form in which equal values are the same bytes. */
export function digestCell(form: DigestForm, cell: Buffer): Buffer {
  return isJsonForm(form) ? Buffer.from(canonicalJson(cell.toString('utf8'), form)) : evenCell(form, cell)
}

function evenCell(form: Exclude<DigestForm, JsonForm>, cell: Buffer): Buffer {
  const end = evenEnd(form, cell, 0, cell.length)
  if (end >= 0) return cell.subarray(0, end)
  const encoding = isListForm(form) ? 'utf8' : 'latin1'
  const text = cell.toString(encoding)
  const even = digestText(form, text)
  return even === text ? cell : Buffer.from(even, encoding)
}
