import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { RunSummary } from '../../src/model/run-summary.ts'

const program = fileURLToPath(new URL('../../bin/transload.js', import.meta.url))

export interface ChildEnd {
  readonly exitCode: number | null
  /** Of the end; null where the process ended by itself. */
  readonly signal: NodeJS.Signals | null
  /** The document that it printed; undefined where it was killed before. */
  readonly summary: RunSummary | undefined
  readonly stderr: string
  readonly seconds: number
}

export interface ChildOptions {
  readonly args?: readonly string[]
  /** `POINT` or `POINT:n`: the process kills itself there. */
  readonly probe?: string
}

/** `transload run --json --yes` in a process of its own, which does not outlive its test. */
export interface ChildRun extends AsyncDisposable {
  readonly ended: Promise<ChildEnd>
  /** SIGKILL, now. */
  kill(): void
}

/** No run of a test takes this long: one that hangs is killed, and its end says so. */
const patienceMs = 120_000

export async function startRun(source: string, target: string, options: ChildOptions = {}): Promise<ChildRun> {
  const { args = [], probe = '' } = options
  const home = await mkdtemp(join(tmpdir(), 'transload-child-'))
  const began = performance.now()
  const child = spawn(
    process.execPath,
    [program, 'run', '--source', source, '--target', target, '--json', '--yes', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TRANSLOAD_HOME: home, TRANSLOAD_PROBE: probe } },
  )
  const kill = (): void => void child.kill('SIGKILL')
  const timer = setTimeout(kill, patienceMs)
  const end = async (): Promise<ChildEnd> => {
    const [[exitCode, signal], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
      text(child.stdout),
      text(child.stderr),
    ])
    clearTimeout(timer)
    const seconds = (performance.now() - began) / 1000
    await rm(home, { recursive: true, force: true })
    return {
      exitCode,
      signal,
      summary: stdout === '' ? undefined : (JSON.parse(stdout) as RunSummary),
      stderr,
      seconds,
    }
  }
  const ended = end()
  return {
    ended,
    kill,
    async [Symbol.asyncDispose]() {
      kill()
      await ended
    },
  }
}

/** Runs to the end. */
export async function run(source: string, target: string, options: ChildOptions = {}): Promise<ChildEnd> {
  await using child = await startRun(source, target, options)
  return await child.ended
}
