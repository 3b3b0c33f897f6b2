import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withModules } from '../../src/config/code-modules.ts'
import type { Plain } from '../../src/model/plain.ts'
import { throughStages, type Through } from './through-stages.ts'

/** The columns and rows that {@link CodeModules.through} takes, if no others are given. */
export const columns = { id: 'int(32)', name: 'text?' }
export const rows = [
  ['1', 'Ann Lee'],
  ['2', null],
  ['3', 'Zoë'],
]

/** Modules of code stages, in a folder of their own. */
export class CodeModules implements AsyncDisposable {
  readonly folder: string
  #count = 0

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<CodeModules> {
    return new CodeModules(await mkdtemp(join(tmpdir(), 'transload-code-')))
  }

  /** Stages as a pipeline's file gives them on, with the modules that they name held. */
  async held(stages: readonly Plain[]): Promise<readonly Plain[]> {
    const places = { file: 'p.yaml', place: (path: readonly PropertyKey[]) => path.map(String).join('.') }
    return await withModules(stages, this.folder, places, [])
  }

  /** A stage whose module's text, which exports the function `f`, is this. */
  async stage(text: string, options: { readonly [key: string]: Plain }): Promise<readonly Plain[]> {
    const module = `./m${this.#count++}.ts`
    await writeFile(join(this.folder, module), text)
    return await this.held([{ code: { module, export: 'f', ...options } }])
  }

  /** What a stage of such a module makes of rows. */
  async through(
    text: string,
    { reads = ['id', 'name'], writes = { out: 'text?' }, ...options }: { readonly [key: string]: Plain } = {},
    of: { readonly [name: string]: string } = columns,
    given: readonly (readonly (string | null)[])[] = rows,
  ): Promise<Through> {
    return await throughStages(of, await this.stage(text, { reads, writes, ...options }), given)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true })
  }
}
