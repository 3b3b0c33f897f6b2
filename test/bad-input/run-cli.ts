import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { RunSummary } from '../../src/model/run-summary.ts'

const bin = new URL('../../bin/transload.js', import.meta.url).pathname

export interface CliOutcome {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Every file that it left behind: reports, and what it remembers of runs. */
  readonly files: string
}

export interface CliOptions {
  readonly environment?: { readonly [name: string]: string } | undefined
  readonly directory?: string | undefined
}

/** The command line as its users start it, with a home of its own and every log line there is. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliOutcome> {
  const home = await mkdtemp(join(tmpdir(), 'transload-cli-'))
  const environment = { ...process.env, TRANSLOAD_HOME: join(home, 'own'), NO_COLOR: '1', ...options.environment }
  try {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: options.directory ?? home,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ])
    return { exitCode, stdout, stderr, files: await readAll(home) }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** The one JSON document that `run --json` prints, however it ended. */
export function summaryOf({ stdout, stderr }: CliOutcome): RunSummary {
  try {
    return JSON.parse(stdout) as RunSummary
  } catch (error) {
    throw new Error(`no JSON document on standard output: ${stdout}\n${stderr}`, { cause: error })
  }
}

async function readAll(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')))
  return texts.join('\n')
}
