import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createMongoDatabase, type MongoDatabase } from '../support/mongo-database.ts'
import { type LiveServer, serverUrl } from './live-server.ts'

const program = new URL('../../bin/transload.js', import.meta.url).pathname

export interface Said<Document> {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** What was printed, where it is one document of JSON. */
  readonly document: Document
}

/** A database of a live server, an empty one of PostgreSQL, and the command line in a directory of its own. */
export interface LiveWorld extends AsyncDisposable {
  readonly source: MongoDatabase
  readonly target: TestDatabase
  readonly directory: string
  transload<Document = RunSummary>(...args: readonly string[]): Promise<Said<Document>>
  /** `run --json --yes` from one end to the other. */
  run(...args: readonly string[]): Promise<Said<RunSummary>>
}

export async function liveWorld(server: LiveServer, prefix = 'live'): Promise<LiveWorld> {
  const source = await createMongoDatabase(serverUrl(server), prefix)
  const target = await createDatabase(engineUrl('postgres15'), prefix)
  const directory = await mkdtemp(join(tmpdir(), 'transload-live-'))
  const transload = async <Document>(...args: readonly string[]): Promise<Said<Document>> => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: directory,
      env: { ...process.env, TRANSLOAD_HOME: join(directory, 'home'), SOURCE_URL: source.url, TARGET_URL: target.url },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return {
      status,
      stdout,
      stderr,
      get document() {
        return JSON.parse(stdout) as Document
      },
    }
  }
  return {
    source,
    target,
    directory,
    transload,
    run: (...args) => transload('run', '--source', source.url, '--target', target.url, '--json', '--yes', ...args),
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true })
      await target[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    },
  }
}

/** Of a summary that should be one of an end without a fault. */
export function endOf({ status, stdout, stderr }: Said<unknown>): unknown {
  if (status === 0) return { status }
  return { status, stdout: stdout.slice(-2_000), stderr: stderr.slice(-2_000) }
}
