import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSummary } from '../../src/model/run-summary.ts'

export interface Measured {
  readonly seconds: number
  readonly summary: RunSummary
  /** The process's own high-water mark, in MiB. */
  readonly residentMiB: number
}

/** Runs `program run ARGS` as a user would, and measures it from outside. Throws where it did not end with the code. */
export async function measureRun(
  program: string,
  args: readonly string[],
  cwd: string,
  expected = 0,
): Promise<Measured> {
  const { output, code, ...measured } = await measureProgram(program, ['run', ...args, '--json', '--yes'], cwd)
  const summary = JSON.parse(output) as RunSummary
  if (code !== expected) throw new Error(`transload ended with ${code}: ${summary.error?.message}`)
  return { ...measured, summary }
}

/** The same of any command; throws where it did not end with the code. */
export async function measureCommand(
  program: string,
  args: readonly string[],
  cwd: string,
  expected: number,
): Promise<Omit<Measured, 'summary'>> {
  const { output, code, ...measured } = await measureProgram(program, args, cwd)
  if (code !== expected) throw new Error(`transload ended with ${code}: ${output}`)
  return measured
}

async function measureProgram(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<Omit<Measured, 'summary'> & { readonly output: string; readonly code: number | null }> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd,
    // What this machine remembers of runs is its user's.
    env: { ...process.env, TRANSLOAD_HOME: join(cwd, 'home') },
  })
  let residentMiB = 0
  const watch = setInterval(() => {
    residentMiB = Math.max(residentMiB, highWaterMiB(child.pid))
  }, 50)
  const output: Buffer[] = []
  child.stdout.on('data', (bytes: Buffer) => void output.push(bytes))
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  clearInterval(watch)
  return {
    seconds: (performance.now() - startedMs) / 1000,
    residentMiB,
    output: Buffer.concat(output).toString(),
    code,
  }
}

function highWaterMiB(pid: number | undefined): number {
  if (pid === undefined) return 0
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(line?.[1] ?? 0) / 1024
  } catch (error) {
    // The process ended between two looks: what was seen before stands.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return 0
    throw error
  }
}

/** Seconds of wall time of a shell pipeline. Throws where any part of it fails. */
export async function measureShell(script: string): Promise<number> {
  const startedMs = performance.now()
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  if (code !== 0) throw new Error(`ended with ${code}: ${script}`)
  return (performance.now() - startedMs) / 1000
}

/** Seconds that a fixed piece of arithmetic takes: what else the machine is doing shows in it. */
export function calibrate(): number {
  const startedMs = performance.now()
  let hash = 0
  for (let i = 0; i < 300_000_000; i++) hash = (Math.imul(hash, 31) + i) | 0
  if (hash === 1) throw new Error('the loop was optimised away')
  return (performance.now() - startedMs) / 1000
}

const calmRounds = 5
const maxRounds = 15

/**
 * Runs a round until five were calm, which is where the calibration before and after it differs by under 5 %, or until
 * fifteen are done; then the five calmest count.
 * @param roundCount Just so many, and all of them count
 */
export async function calmest<T>(
  round: () => Promise<T>,
  roundCount?: number,
): Promise<{ rounds: T[]; unrest: number[] }> {
  const all: { result: T; unrest: number }[] = []
  const most = roundCount ?? maxRounds
  const wanted = roundCount ?? calmRounds
  while (all.length < most && all.filter((one) => one.unrest < 0.05).length < wanted) {
    const before = calibrate()
    const result = await round()
    const after = calibrate()
    all.push({ result, unrest: Math.abs(after / before - 1) })
  }
  const chosen = all.toSorted((a, b) => a.unrest - b.unrest).slice(0, wanted)
  return { rounds: chosen.map((one) => one.result), unrest: chosen.map((one) => one.unrest) }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
