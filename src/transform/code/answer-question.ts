import { isPromise } from 'node:util/types'
import type { CodeValue } from './code-function.ts'
import { describeThrown, describeValue } from './describe-value.ts'
import { type Fault, idle, type PackedColumn, type Part, type Question, type ThreadSetup } from './messages.ts'
import { fromCellOf, givenAs, toTextOf } from './row-values.ts'

export type UserFunction = (row: object) => unknown

/** Rows, and milliseconds, behind which what is done is told: where a thread is lost, so much is done once more. */
const maxPartRows = 4096
const maxPartMs = 50

/** Of one value that a function gives. */
const maxValueBytes = 64 * 2 ** 20

const longText = 64 * 1024

// As they are before the user's module has had a chance to change them.
const { store } = Atomics
const now = performance.now.bind(performance)

/** Asks the function about each row, and tells what came of them part by part. */
export function answer(
  { reads, writes, working }: ThreadSetup,
  ask: UserFunction,
  { rowCount, columns }: Question,
  tell: (part: Part) => void,
): void {
  const readers = columns.map((column, place) => new CellReader(reads[place]!, column))
  const written = new Answers(writes)
  let toldAt = now()
  for (let row = 0; row < rowCount; row++) {
    store(working, 0, row)
    written.add(ask, viewOf(readers))
    if (written.rowCount < maxPartRows && now() - toldAt < maxPartMs) continue
    tell(written.take())
    toldAt = now()
  }
  store(working, 0, idle)
  if (written.rowCount > 0) tell(written.take())
}

/** An object of its own for each row, and without a prototype: no name of a column means anything to it. */
function viewOf(readers: readonly CellReader[]): object {
  const view = Object.create(null) as { [name: string]: CodeValue }
  for (const reader of readers) view[reader.name] = reader.next()
  return view
}

class CellReader {
  readonly name: string
  readonly #cells: Buffer
  readonly #lengths: Int32Array
  readonly #fromCell: ReturnType<typeof fromCellOf>
  #row = 0
  #at = 0

  constructor({ name, type }: ThreadSetup['reads'][number], { bytes, lengths }: PackedColumn) {
    this.name = name
    this.#cells = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#lengths = lengths
    this.#fromCell = fromCellOf(type)
  }

  next(): CodeValue {
    const length = this.#lengths[this.#row++]!
    if (length < 0) return null
    const start = this.#at
    this.#at = start + length
    return this.#fromCell(this.#cells, start, length)
  }
}

/** Why a row is not taken. */
class Refusal extends Error {
  readonly column: string | undefined

  constructor(column: string | undefined, reason: string) {
    super(reason)
    this.column = column
  }
}

/** What the function has answered since it was last told. */
class Answers {
  rowCount = 0
  readonly #writes: ThreadSetup['writes']
  readonly #names: ReadonlySet<string>
  readonly #columns: CellWriter[]
  #faults: Fault[] = []

  constructor(writes: ThreadSetup['writes']) {
    this.#writes = writes
    this.#names = new Set(writes.map(({ name }) => name))
    this.#columns = writes.map((column) => new CellWriter(column))
  }

  add(ask: UserFunction, view: object): void {
    try {
      this.#write(ask(view))
    } catch (error) {
      // What was written of the row before its fault was found goes again.
      for (const column of this.#columns) column.reset(this.rowCount)
      const fault = error instanceof Refusal ? { column: error.column, reason: error.message } : undefined
      this.#faults.push({ row: this.rowCount, ...(fault ?? { reason: `it threw ${describeThrown(error)}` }) })
    }
    this.rowCount++
  }

  #write(result: unknown): void {
    if (isPromise(result)) {
      throw new Refusal(undefined, 'a promise came: the function has to return its values, and may not be async')
    }
    if (typeof result !== 'object' || result === null || Array.isArray(result)) {
      const came = Array.isArray(result) ? 'a list' : describeValue(result)
      throw new Refusal(undefined, `${came} came, and not an object with the columns that it writes`)
    }
    const unknown = Object.keys(result).find((name) => !this.#names.has(name))
    if (unknown !== undefined) {
      throw new Refusal(undefined, `it gave ${describeValue(unknown)}, which is not among the columns of writes`)
    }
    for (const [place, { name }] of this.#writes.entries()) {
      if (!Object.hasOwn(result, name)) throw new Refusal(name, `it gave no ${name}`)
      this.#columns[place]!.put(this.rowCount, (result as { readonly [name: string]: unknown })[name])
    }
  }

  take(): Part {
    const part = {
      rowCount: this.rowCount,
      columns: this.#columns.map((column) => column.take(this.rowCount)),
      faults: this.#faults,
    }
    this.rowCount = 0
    this.#faults = []
    return part
  }
}

class CellWriter {
  readonly #column: ThreadSetup['writes'][number]
  readonly #toText: ReturnType<typeof toTextOf>
  readonly #lengths = new Int32Array(maxPartRows).fill(-1)
  #bytes = Buffer.alloc(64 * 1024)
  #used = 0

  constructor(column: ThreadSetup['writes'][number]) {
    this.#column = column
    this.#toText = toTextOf(column.type)
  }

  put(row: number, value: unknown): void {
    const { name, type, nullable } = this.#column
    if (value === null) {
      if (!nullable) throw new Refusal(name, `NULL came, and ${name} is declared without ?`)
      return
    }
    const text = this.#toText(value)
    if (text === undefined) throw new Refusal(name, `${describeValue(value)} came, and ${givenAs(type)}`)
    if (typeof text === 'string') {
      // Half of a pair of surrogates has no UTF-8: another character would stand there without a word.
      if (!text.isWellFormed()) throw new Refusal(name, `${describeValue(text)} has half a character`)
      // UTF-8 of a UTF-16 unit has three bytes at the most.
      this.#reserve(text.length > longText ? Buffer.byteLength(text) : text.length * 3)
      this.#lengths[row] = this.#bytes.write(text, this.#used, 'utf8')
    } else {
      this.#reserve(text.length)
      this.#bytes.set(text, this.#used)
      this.#lengths[row] = text.length
    }
    this.#used += this.#lengths[row]!
  }

  reset(row: number): void {
    const length = this.#lengths[row]!
    if (length > 0) this.#used -= length
    this.#lengths[row] = -1
  }

  take(rowCount: number): PackedColumn {
    const packed = {
      bytes: new Uint8Array(this.#bytes.subarray(0, this.#used)),
      lengths: this.#lengths.slice(0, rowCount),
    }
    this.#used = 0
    this.#lengths.fill(-1)
    return packed
  }

  #reserve(byteCount: number): void {
    if (byteCount > maxValueBytes) {
      throw new Refusal(this.#column.name, `it gave more than ${maxValueBytes / 2 ** 20} MiB`)
    }
    const needed = this.#used + byteCount
    if (needed <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#used))
    this.#bytes = larger
  }
}
