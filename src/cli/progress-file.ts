import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { TransloadError } from '../errors/transload-error.ts'
import type { ValidationState, ValidationStore } from '../run/validation-progress.ts'
import { unwritable } from './carry-out.ts'
import type { DifferencesFile } from './differences-file.ts'

export interface ProgressFileOptions {
  /** The report's. */
  readonly directory: string
  readonly differences: DifferencesFile
  /** Whether to go on from what an earlier validation has left. */
  readonly isResumed: boolean
  readonly say: (line: string) => void
}

/** What is looked at before the rest is believed. */
const envelope = z.looseObject({
  schema: z.literal('transload.validation-progress/1'),
  place: z.object({ length: z.number(), begunAt: z.number() }),
  state: z.looseObject({ identity: z.string() }),
})

/** Keeps how far a validation has come in its report's directory, as `progress.json`, beside the differences that it told. */
export class ProgressFile implements ValidationStore {
  readonly #path: string
  readonly #options: ProgressFileOptions
  #isOver = false

  constructor(options: ProgressFileOptions) {
    this.#options = options
    this.#path = join(options.directory, 'progress.json')
  }

  /** @throws TL_C105 where there is nothing to go on with, or something else */
  async load(identity: string): Promise<ValidationState | undefined> {
    const { isResumed, say, differences, directory } = this.#options
    const text = await this.#read()
    if (!isResumed) {
      if (text !== undefined) say('an earlier validation did not end, and is begun anew; --resume would go on from it')
      await this.remove()
      return undefined
    }
    if (text === undefined) {
      throw new TransloadError('TL_C105', {
        reason: `There is no validation in ${directory} to go on with`,
        cure: 'Leave --resume out, or name the --report of the one that did not end.',
      })
    }
    const { place, state } = this.#parse(text)
    if (state.identity !== identity) {
      throw new TransloadError('TL_C105', {
        reason: `The validation in ${directory} was of other databases, tables, columns or masks, or another --mode`,
        cure: 'Leave --resume out, or name another directory.',
      })
    }
    await differences.goOnFrom(place)
    return state
  }

  async save(state: ValidationState): Promise<void> {
    const { differences } = this.#options
    await differences.settled()
    const { place } = differences
    const next = `${this.#path}.next`
    try {
      await writeFile(next, JSON.stringify({ schema: 'transload.validation-progress/1', place, state }), {
        mode: 0o600,
      })
      await rename(next, this.#path)
    } catch (error) {
      throw unwritable('--report', error)
    }
  }

  /** Its owner removes the file once all else is written. */
  async forget(): Promise<void> {
    await this.#options.differences.settled()
    this.#isOver = true
  }

  /** Where nothing is left to go on with. */
  async close(): Promise<void> {
    if (this.#isOver) await this.remove()
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true })
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#path, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw unwritable('--report', error)
    }
  }

  /** The file is our own, written whole or not at all: what has its mark is taken as it is. */
  #parse(text: string): { readonly place: DifferencesFile['place']; readonly state: ValidationState } {
    try {
      const read: unknown = JSON.parse(text)
      envelope.parse(read)
      return read as { readonly place: DifferencesFile['place']; readonly state: ValidationState }
    } catch (error) {
      throw new TransloadError('TL_C105', {
        reason: `${this.#path} is no progress of a validation: ${error instanceof Error ? error.message : String(error)}`,
        cure: 'Leave --resume out.',
      })
    }
  }
}
