import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { escapeBytes, escapeText } from './sql-literal.ts'
import type { Cell } from './sql-literal.ts'

const flushBytes = 1024 * 1024

/**
 * A dump being written. Bytes gather in memory and go to the disk a MiB at a time, whatever the dump's size. They go
 * to `PATH.partial`; only `finish` gives the file its name, so that a file of that name is always a whole dump.
 */
export class DumpFile implements AsyncDisposable {
  readonly #path: string
  readonly #handle: FileHandle
  #bytes = Buffer.allocUnsafe(2 * flushBytes)
  #used = 0
  #written = 0
  #finished = false

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  static async open(path: string): Promise<DumpFile> {
    return new DumpFile(path, await open(`${path}.partial`, 'w'))
  }

  /** True when `flush` is due. Asked for each row, so that a row costs no await. */
  get isFull(): boolean {
    return this.#used >= flushBytes
  }

  text(text: string): void {
    this.#reserve(text.length * 3)
    this.#used += this.#bytes.write(text, this.#used)
  }

  /** Appends `(value,value,…)` and returns its length in bytes. */
  row(cells: readonly Cell[]): number {
    const before = this.#used
    let text = '('
    for (const [at, cell] of cells.entries()) {
      if (at > 0) text += ','
      if (cell instanceof Uint8Array && cell.length > 0) {
        this.text(`${text}_binary '`)
        this.#append(escapeBytes(cell))
        text = "'"
      } else {
        text += textLiteral(cell)
      }
    }
    this.text(`${text})`)
    return this.#used - before
  }

  /** Puts text in front of the last `byteCount` bytes: mysqldump chooses a row's separator by the row's length. */
  before(byteCount: number, text: string): void {
    const length = Buffer.byteLength(text)
    this.#reserve(length)
    const at = this.#used - byteCount
    this.#bytes.copyWithin(at + length, at, this.#used)
    this.#bytes.write(text, at)
    this.#used += length
  }

  async flush(): Promise<void> {
    let done = 0
    while (done < this.#used) done += (await this.#handle.write(this.#bytes, done, this.#used - done)).bytesWritten
    this.#written += this.#used
    this.#used = 0
  }

  /** Writes what is left and gives the file its name. Returns its length in bytes. */
  async finish(): Promise<number> {
    await this.flush()
    await this.#handle.close()
    await rename(`${this.#path}.partial`, this.#path)
    this.#finished = true
    return this.#written
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return
    await this.#handle.close()
    await rm(`${this.#path}.partial`, { force: true })
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#used)
    this.#used += bytes.length
  }

  #reserve(byteCount: number): void {
    if (this.#used + byteCount <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#used + byteCount))
    this.#bytes.copy(larger, 0, 0, this.#used)
    this.#bytes = larger
  }
}

/** Bytes are none here: mysqldump writes no introducer for an empty value. */
function textLiteral(cell: Cell): string {
  if (cell === null) return 'NULL'
  if (cell instanceof Uint8Array) return "''"
  if (typeof cell === 'string') return `'${escapeText(cell)}'`
  return typeof cell === 'object' ? cell.digits : String(cell)
}
