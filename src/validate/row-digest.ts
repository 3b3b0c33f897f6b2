import { createHash, type Hash, hash } from 'node:crypto'
import { type ByteSink, CanonicalJson, canonicalJson } from '../canonical/canonical-json.ts'
import { digestText } from '../canonical/digest-text.ts'
import { isEven } from '../canonical/even-bytes.ts'
import { type DigestForm, isJsonForm, isListForm, type JsonForm } from '../model/digest-form.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'
import { cellOf, shortBytes } from './compare-rows.ts'
import { expectedCell } from './expected-value.ts'
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
  readonly #onDeclared: (column: string, rule: string) => void
  readonly #all: readonly number[]
  readonly #input = new DigestInput()
  readonly #json = new CanonicalJson()

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
      if (!this.#isMended[slot]! && length >= 0 && isEven(form, row.bytes, start, start + length)) {
        input.put(row.bytes, start, start + length)
        input.putLength(length)
        continue
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

/** Bytes whose SHA-256 is taken: of few at once, and of a huge row as they come, without holding it once more. */
class DigestInput implements ByteSink {
  readonly #bytes = Buffer.allocUnsafeSlow(inputBytes)
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
    const rest = this.#bytes.subarray(0, this.#used)
    const digest = this.#hash === undefined ? hash('sha256', rest, 'binary') : this.#hash.update(rest).digest('binary')
    this.#hash = undefined
    this.#used = this.#hashed = 0
    return digest
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
  if (isEven(form, cell, 0, cell.length)) return cell
  const encoding = isListForm(form) ? 'utf8' : 'latin1'
  const text = cell.toString(encoding)
  const even = digestText(form, text)
  return even === text ? cell : Buffer.from(even, encoding)
}
