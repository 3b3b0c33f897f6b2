import { type FileHandle, open } from 'node:fs/promises'
import { visibleJson } from '../report/visible.ts'
import type { Difference } from '../validate/difference.ts'
import { unwritable } from './carry-out.ts'

/** Every difference, one JSON document a line: values are somebody's, and so the file is its owner's alone. */
export class DifferencesFile implements AsyncDisposable {
  readonly #file: FileHandle
  #lines: string[] = []
  #length = 0
  #begunAt = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** @throws TL_C105 where there can be no such file */
  static async create(path: string): Promise<DifferencesFile> {
    try {
      // To the end of what is there, wherever that is after some of it was taken back.
      const file = await open(path, 'a', 0o600)
      await file.chmod(0o600)
      await file.truncate()
      return new DifferencesFile(file)
    } catch (error) {
      throw unwritable('--report', error)
    }
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
    await this.settled()
    try {
      await this.#file.truncate(this.#begunAt)
    } catch (error) {
      throw unwritable('--report', error)
    }
    this.#length = this.#begunAt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
