import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { type Pipeline, type Plan, type RejectedRow, run, type RunFlags, type RunSummary } from '../../src/index.ts'
import { postgres } from '../../src/connectors/postgres/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { type DumpedCollection, writeJson, writeMongoArchive, writeMongodump } from '../support/mongodump.ts'

/** What documents can lie in. */
export type DumpForm = 'folder' | 'packed folder' | 'archive' | 'packed archive' | 'lines' | 'packed lines' | 'array'

export type Documents = readonly (object | Uint8Array)[]

type Dataset = NonNullable<PipelineFile['datasets']>[number]

export type PipelineParts = Partial<Omit<PipelineFile, 'datasets'>> & { readonly datasets?: Dataset[] }

/** What came of a run. */
export interface Arrived {
  readonly summary: RunSummary
  /** @throws where the run ended before there was one */
  readonly plan: Plan
  readonly rejects: readonly RejectedRow[]
  /** Losses of all datasets, as `column rule` → count. */
  readonly losses: { readonly [columnAndRule: string]: number }
}

const never = new AbortController().signal

/** A folder for dumps of documents, and an empty database that they are moved to. Disposing removes both. */
export class DocumentWorld implements AsyncDisposable {
  readonly folder: string
  readonly target: TestDatabase
  #dumpCount = 0

  private constructor(folder: string, target: TestDatabase) {
    this.folder = folder
    this.target = target
  }

  /** @param server URL of a PostgreSQL server */
  static async open(server: string): Promise<DocumentWorld> {
    const target = await createDatabase(server, 'documents')
    // What is read back is the server's text.
    await target.query(`SET timezone = 'UTC'; SET bytea_output = 'hex'; SET intervalstyle = 'postgres'`)
    return new DocumentWorld(await mkdtemp(join(tmpdir(), 'transload-documents-')), target)
  }

  /** Writes collections as a dump of the form, and returns the URL of it. */
  async put(form: DumpForm, collections: { readonly [name: string]: Documents }): Promise<string> {
    const path = join(this.folder, `dump${++this.#dumpCount}`)
    const isPacked = form.startsWith('packed')
    const all = Object.entries(collections)
    const dumped = all.map(([name, documents]): DumpedCollection => ({ db: 'shop', name, documents }))
    switch (form) {
      case 'folder':
      case 'packed folder':
        await writeMongodump(path, dumped, { isPacked })
        return `mongodump:${path}`
      case 'archive':
      case 'packed archive':
        await writeMongoArchive(path, dumped, { isPacked })
        return `mongodump:${path}`
      default:
        for (const [name, documents] of all) {
          const isArray = form === 'array'
          await writeJson(join(path, `${name}.json${isArray ? '' : 'l'}`), documents, { isPacked, isArray })
        }
        return `jsonl:${path}`
    }
  }

  async pipeline(source: string, parts: PipelineParts = {}): Promise<Pipeline> {
    const file: PipelineFile = { version: 1, source, target: this.target.url, ...parts }
    return await loadPipeline(file, {}, { environment: process.env, directory: this.folder })
  }

  async run(source: string, parts: PipelineParts = {}, flags: Partial<RunFlags> = {}): Promise<Arrived> {
    let made: Plan | undefined
    const summary = await run({
      pipeline: await this.pipeline(source, parts),
      flags: { laneCount: 2, yes: true, ...flags },
      events: { planned: (plan) => void (made = plan) },
    })
    return {
      summary,
      rejects: await this.rejectsOf(summary.run),
      losses: Object.fromEntries(
        summary.datasets.flatMap(({ losses }) => losses.map(({ column, rule, count }) => [`${column} ${rule}`, count])),
      ),
      get plan() {
        if (made !== undefined) return made
        throw new Error(`the run made no plan: ${summary.error?.message}`)
      },
    }
  }

  async rejectsOf(id: string | null): Promise<readonly RejectedRow[]> {
    if (id === null || postgres.openTarget === undefined) return []
    const endpoint = postgres.parseUrl(this.target.url)
    await using target = await postgres.openTarget(endpoint, { laneCount: 1, notice: () => {} }, never)
    return await target.state.rejects(id, never)
  }

  /** `table.column` → the server's name of the type, of all tables that runs have made. */
  async types(): Promise<{ readonly [column: string]: string }> {
    const rows = await this.target.query(
      `SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname, a.attnum`,
    )
    return Object.fromEntries(rows.map(({ name, type }) => [name, type] as [string, string]))
  }

  /** All columns of a table as the server's text, NULLs left out, in the order of its first columns. */
  async rows(table: string): Promise<readonly { readonly [column: string]: string }[]> {
    const columns = await this.target.query(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = format('public.%I', $1::text)::regclass
       AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [table],
    )
    const quoted = columns.map(({ name }) => `"${String(name).replaceAll('"', '""')}"`)
    const list = quoted.map((name) => `${name}::text AS ${name}`).join(', ')
    const rows = await this.target.query(
      `SELECT ${list} FROM public."${table}" AS t ORDER BY ${quoted.map((name) => `t.${name}::text COLLATE "C"`).join(', ')}`,
    )
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter((one) => one[1] !== null))) as {
      [column: string]: string
    }[]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.target[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true, force: true })
  }
}
