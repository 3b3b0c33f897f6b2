import { type FileHandle, open } from 'node:fs/promises'
import { TransloadError } from '../errors/transload-error.ts'
import { visibleJson } from '../report/visible.ts'
import type { Difference } from '../validate/difference.ts'
import { unwritable } from './carry-out.ts'

/** How much of the file is known to be right: in bytes. */
export interface FilePlace {
  readonly length: number
  /** Where the differences of the table at hand begin. */
  readonly begunAt: number
}

/** As many bytes of lines as come between two times that the file is waited for, mostly. */
const lineMemory = 512 * 1024

/** Every difference, one JSON document a line: values are somebody's, and so the file is its owner's alone. */
export class DifferencesFile implements AsyncDisposable {
  readonly #file: FileHandle
  /** Lines that the file has not taken yet: as bytes in the same memory, since strings that wait would be garbage later. */
  #lines = Buffer.allocUnsafeSlow(lineMemory)
  #used = 0
  /** Takes the lines that come while the others are written. */
  #spare = Buffer.allocUnsafeSlow(lineMemory)
  #length = 0
  #begunAt = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Opens the file. What is there stays until `goOnFrom` says how much of it. @throws TL_C105 where there can be none */
  static async open(path: string): Promise<DifferencesFile> {
    try {
      // To the end of what is there, wherever that is after some of it was taken back.
      const file = await open(path, 'a', 0o600)
      await file.chmod(0o600)
      return new DifferencesFile(file)
    } catch (error) {
      throw unwritable('--report', error)
    }
  }

  get place(): FilePlace {
    return { length: this.#length, begunAt: this.#begunAt }
  }

  /** Keeps what an earlier one has written up to a place, and takes back what is behind it. */
  async goOnFrom({ length, begunAt }: FilePlace): Promise<void> {
    this.#used = 0
    const { size } = await this.#file.stat()
    if (size < length) {
      throw new TransloadError('TL_C105', {
        reason: `The file of differences has ${size} bytes, and ${length} were written: another validation has begun it anew`,
        cure: 'Leave --resume out.',
      })
    }
    await this.#cut(length)
    this.#begunAt = begunAt
  }

  add(difference: Difference): void {
    const line = `${visibleJson(difference)}\n`
    const needed = this.#used + Buffer.byteLength(line)
    if (needed > this.#lines.length) {
      const larger = Buffer.allocUnsafeSlow(needed + lineMemory)
      this.#lines.copy(larger, 0, 0, this.#used)
      this.#lines = larger
    }
    this.#used += this.#lines.write(line, this.#used)
  }

  /** Waits until the file has taken what there is. @throws TL_C105 where it cannot */
  async settled(): Promise<void> {
    if (this.#used === 0) return
    const [lines, length] = [this.#lines, this.#used]
    this.#lines = this.#spare
    this.#used = 0
    try {
      await this.#file.writeFile(lines.subarray(0, length))
    } catch (error) {
      throw unwritable('--report', error)
    }
    this.#length += length
    // A huge value's memory is not kept.
    this.#spare = lines.length <= 2 * lineMemory ? lines : Buffer.allocUnsafeSlow(lineMemory)
  }

  async begun(): Promise<void> {
    await this.settled()
    this.#begunAt = this.#length
  }

  /** Takes back what was added since `begun`. */
  async retracted(): Promise<void> {
    this.#used = 0
    await this.#cut(this.#begunAt)
  }

  async #cut(length: number): Promise<void> {
    try {
      await this.#file.truncate(length)
    } catch (error) {
      throw unwritable('--report', error)
    }
    this.#length = length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
