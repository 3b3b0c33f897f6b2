import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Pipeline, run, type RunSummary, validate, type ValidationSummary } from '../../src/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { writeMongodump } from '../support/mongodump.ts'

/** Collections in a dump and an empty database that they go to. Disposing removes both. */
export class DumpedShop implements AsyncDisposable {
  readonly target: TestDatabase
  readonly #folder: string

  private constructor(target: TestDatabase, folder: string) {
    this.target = target
    this.#folder = folder
  }

  /** @param collections Objects of the `bson` package, or documents as bytes, by name */
  static async of(
    engine: 'postgres15' | 'embedded18',
    collections: { readonly [name: string]: readonly (object | Uint8Array)[] },
  ): Promise<DumpedShop> {
    const folder = await mkdtemp(join(tmpdir(), 'transload-rebuilt-'))
    const dumped = Object.entries(collections).map(([name, documents]) => ({ db: 'shop', name, documents }))
    await writeMongodump(folder, dumped)
    return new DumpedShop(await createDatabase(engineUrl(engine), 'rebuilt'), folder)
  }

  async pipeline(over: Partial<PipelineFile> = {}): Promise<Pipeline> {
    const file: PipelineFile = {
      version: 1,
      source: `mongodump:${this.#folder}`,
      target: this.target.url,
      datasets: [{ from: '*', fidelity: 'lossless' }],
      validate: { mode: 'rebuild' },
      ...over,
    }
    return await loadPipeline(file, {}, { environment: {}, directory: this.#folder })
  }

  async run(over: Partial<PipelineFile> = {}): Promise<RunSummary> {
    return await run({ pipeline: await this.pipeline(over) })
  }

  async validate(over: Partial<PipelineFile> = {}): Promise<ValidationSummary> {
    return (await validate({ pipeline: await this.pipeline(over) })).summary
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.target[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** How many documents of a summary were made again, and how many of these of the bytes kept beside their rows. */
export function rebuiltCounts(
  { validation }: RunSummary,
  documentCount: number,
): { readonly equal: number; readonly originals: number } {
  const whole = (validation?.datasets ?? []).filter(({ from }) => from.endsWith('/documents'))
  const equal = whole.reduce((sum, { sourceRows }) => sum + (sourceRows ?? 0), 0)
  const originals = (validation?.coverage ?? []).reduce((sum, sentence) => {
    return sum + Number(/: (\d+) of \d+ were made of the bytes/.exec(sentence)?.[1] ?? 0)
  }, 0)
  if (equal > documentCount) throw new Error(`${equal} documents of ${documentCount}`)
  return { equal, originals }
}
