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

/** Every difference, one JSON document a line: values are somebody's, and so the file is its owner's alone. */
export class DifferencesFile implements AsyncDisposable {
  readonly #file: FileHandle
  #lines: string[] = []
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
    this.#lines = []
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
    this.#lines.push(`${visibleJson(difference)}\n`)
  }

  /** Waits until the file has taken what there is. @throws TL_C105 where it cannot */
  async settled(): Promise<void> {
    if (this.#lines.length === 0) return
    const text = Buffer.from(this.#lines.join(''))
    this.#lines = []
    try {
      await this.#file.writeFile(text)
    } catch (error) {
      throw unwritable('--report', error)
    }
    this.#length += text.length
  }

  async begun(): Promise<void> {
    await this.settled()
    this.#begunAt = this.#length
  }

  /** Takes back what was added since `begun`. */
  async retracted(): Promise<void> {
    this.#lines = []
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
