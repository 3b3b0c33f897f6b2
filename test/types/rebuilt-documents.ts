import { EJSON, deserialize } from 'bson'
import fc from 'fast-check'
import { MongoError } from 'mongodb'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Pipeline, run, type RunSummary, validate, type ValidationSummary } from '../../src/index.ts'
import { alikeDocuments } from '../support/alike-documents.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createMongoDatabase } from '../support/mongo-database.ts'
import { writeMongodump } from '../support/mongodump.ts'

/** Collections at a source, and an empty database that they go to. Disposing removes both. */
export class DocumentShop implements AsyncDisposable {
  readonly target: TestDatabase
  /** How many documents the source has. */
  readonly documentCount: number
  readonly #source: string
  readonly #close: () => Promise<void>

  private constructor(target: TestDatabase, source: string, documentCount: number, close: () => Promise<void>) {
    this.target = target
    this.documentCount = documentCount
    this.#source = source
    this.#close = close
  }

  /** @param collections Objects of the `bson` package, or documents as bytes, by name */
  static async dumped(
    engine: 'postgres15' | 'embedded18',
    collections: { readonly [name: string]: readonly (object | Uint8Array)[] },
  ): Promise<DocumentShop> {
    const folder = await mkdtemp(join(tmpdir(), 'transload-rebuilt-'))
    const dumped = Object.entries(collections).map(([name, documents]) => ({ db: 'shop', name, documents }))
    await writeMongodump(folder, dumped)
    const target = await createDatabase(engineUrl(engine), 'rebuilt')
    const count = dumped.reduce((sum, { documents }) => sum + documents.length, 0)
    return new DocumentShop(target, `mongodump:${folder}`, count, async () => {
      await rm(folder, { recursive: true, force: true })
    })
  }

  /**
   * In a server of documents, as it makes them of what its driver sends. It need not take all of them: some that are no
   * MongoDB drop the line where one has a type that they do not know.
   * Nor is it asked to take keys that it could not order.
   */
  static async live(
    server: 'mongojava' | 'ferretdb',
    collections: { readonly [name: string]: readonly Uint8Array[] },
  ): Promise<DocumentShop> {
    const source = await createMongoDatabase(engineUrl(server), 'rebuilt')
    let count = 0
    for (const [name, documents] of Object.entries(collections)) {
      for (const document of documents) {
        try {
          const one = deserialize(document, { promoteValues: false, bsonRegExp: true })
          if (!hasOrder(one['_id'])) continue
          await source.db.collection(name).insertOne(one, { forceServerObjectId: true })
          count++
        } catch (error) {
          if (!(error instanceof MongoError)) throw error
        }
      }
    }
    const target = await createDatabase(engineUrl('postgres15'), 'rebuilt')
    return new DocumentShop(target, source.url, count, async () => {
      await source[Symbol.asyncDispose]()
    })
  }

  async pipeline(over: Partial<PipelineFile> = {}): Promise<Pipeline> {
    const file: PipelineFile = {
      version: 1,
      source: this.#source,
      target: this.target.url,
      datasets: [{ from: '*', fidelity: 'lossless' }],
      validate: { mode: 'rebuild' },
      ...over,
    }
    return await loadPipeline(file, {}, { environment: {}, directory: '/' })
  }

  async run(over: Partial<PipelineFile> = {}): Promise<RunSummary> {
    return await run({ pipeline: await this.pipeline(over) })
  }

  async validate(over: Partial<PipelineFile> = {}): Promise<ValidationSummary> {
    return (await validate({ pipeline: await this.pipeline(over) })).summary
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.target[Symbol.asyncDispose]()
    await this.#close()
  }
}

/** mongo-java-server takes keys with patterns and JavaScript in them, and then refuses to compare or to sort them. */
function hasOrder(id: unknown): boolean {
  return !/\$regularExpression|\$code/.test(EJSON.stringify({ id }, { relaxed: false }))
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

/** Collections of random documents that are alike within each, by name. */
export function drawCollections(
  seed: number,
  collectionCount: number,
  documentCount: number,
): { readonly [name: string]: readonly Uint8Array[] } {
  const drawn = fc.sample(alikeDocuments(documentCount), { seed, numRuns: collectionCount })
  return Object.fromEntries(drawn.map((documents, at) => [`c${at}`, documents]))
}
