import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/transload.js', import.meta.url))
const reporter = new URL('report-peak.ts', import.meta.url).href

/** Lanes of such a run. */
const laneCount = 2

export interface MovedAlone {
  readonly exitCode: number
  /** What the run says of it where it failed. */
  readonly error: { readonly message: string } | undefined
  /** What the memory of its process came to at the most. */
  readonly peakBytes: number
}

/** What it may come to, in bytes (docs/cli.md, Memory). @param largestRow Bytes of the largest row */
export function allowedBytes(largestRow: number): number {
  return (128 + 48 * laneCount) * 1024 * 1024 + 4 * largestRow
}

/** Moves a database to another as the user of the command line does, and compares them unless `more` says otherwise. */
export async function moveAlone(source: string, target: string, ...more: readonly string[]): Promise<MovedAlone> {
  const home = await mkdtemp(join(tmpdir(), 'transload-alone-'))
  const ends = ['--source', source, '--target', target]
  const child = spawn(
    process.execPath,
    ['--import', reporter, bin, 'run', ...ends, '--jobs', String(laneCount), '--yes', '--json', ...more],
    { cwd: home, env: { ...process.env, TRANSLOAD_HOME: home }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  )
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('close', resolve)
  child.on('error', reject)
  const pipes = child.stdio.slice(1) as Readable[]
  const [printed = '', told = '', peak = ''] = await Promise.all(pipes.map(async (pipe) => await text(pipe)))
  const status = await ended
  await rm(home, { recursive: true })
  const peakBytes = Number(peak)
  if (!printed.startsWith('{') || peakBytes === 0) throw new Error(`a run ended with ${status}: ${printed}${told}`)
  const { exitCode, error } = JSON.parse(printed) as Pick<MovedAlone, 'exitCode' | 'error'>
  if (status !== exitCode) throw new Error(`a run ended with ${status}, and printed ${exitCode}: ${told}`)
  return { exitCode, error, peakBytes }
}
