import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './account.ts'
import type { Command } from './engine-spec.ts'
import { locateProgram } from './locate-program.ts'

const logTailLength = 2_000
const childPauseMs = 20

/** One life of a server's process, from start to exit. */
export interface ServerProcess {
  readonly hasEnded: boolean
  /** The exit code, once it has ended; null after a signal. */
  readonly exited: Promise<number | null>
  /** A script that forgets the server can end nevertheless, and takes the server with it. */
  unref(): void
  /** Signals the server, and resolves when it is gone; after `patienceMs` it is killed. */
  end(signal: NodeJS.Signals, patienceMs?: number): Promise<void>
  /** SIGKILL to the server and every process that it made. */
  killNow(): void
  logTail(): Promise<string>
}

/**
 * Starts a server that the kernel kills when this process dies, even by SIGKILL, where the system can do that.
 * It has a session of its own: Ctrl-C reaches the tests first, which then end it.
 */
export async function startServerProcess(
  command: Command,
  { account, logFile, folder }: { account: Account | undefined; logFile: string; folder: string },
): Promise<ServerProcess> {
  const { program, args } = await boundToUs(command, account)
  const log = openSync(logFile, 'a')
  const isRoot = process.getuid?.() === 0
  const identity = isRoot && account !== undefined && program === command.program ? account : {}
  // MariaDB deletes at its start what others of its kind have as temporary tables in the same folder.
  const env = { ...process.env, TMPDIR: folder }
  const child = spawn(program, args, { ...identity, cwd: folder, env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  await once(child, 'spawn')
  return new LocalProcess(child, logFile)
}

/** Linux's `setpriv` changes the account and then has the kernel send SIGKILL when the parent dies. */
async function boundToUs(command: Command, account: Account | undefined): Promise<Command> {
  const setpriv = process.platform === 'linux' ? await locateProgram('setpriv') : undefined
  if (setpriv === undefined) return command
  const identity = account === undefined ? [] : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  return { program: setpriv, args: [...identity, '--pdeathsig=KILL', '--', command.program, ...command.args] }
}

class LocalProcess implements ServerProcess {
  readonly #child: ChildProcess
  readonly #logFile: string
  readonly exited: Promise<number | null>

  constructor(child: ChildProcess, logFile: string) {
    this.#child = child
    this.#logFile = logFile
    this.exited = once(child, 'exit').then(([code]) => code as number | null)
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  unref(): void {
    this.#child.unref()
  }

  async end(signal: NodeJS.Signals, patienceMs = 30_000): Promise<void> {
    if (this.hasEnded) return
    const children = childrenOf(this.#child.pid)
    if (signal === 'SIGKILL') this.killNow()
    else this.#child.kill(signal)
    const impatience = setTimeout(() => this.killNow(), patienceMs)
    await this.exited
    clearTimeout(impatience)
    // A backend that is still dying holds the shared memory, and the next start would refuse to run beside it.
    while (children.some(isRunning)) await sleep(childPauseMs)
  }

  killNow(): void {
    if (this.hasEnded) return
    // The server goes first, so that it cannot replace or tidy up after the others.
    const children = childrenOf(this.#child.pid)
    this.#child.kill('SIGKILL')
    for (const pid of children) killQuietly(pid)
  }

  async logTail(): Promise<string> {
    return (await readFile(this.#logFile, 'utf8')).slice(-logTailLength).trim()
  }
}

/** Direct children only: a database server's processes have none of their own. Empty where there is no /proc. */
function childrenOf(parent: number | undefined): number[] {
  if (parent === undefined || process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  const parent = statusOf(pid)?.[1]
  return parent === undefined ? undefined : Number(parent)
}

/** A zombie has given back all that it held. */
function isRunning(pid: number): boolean {
  const state = statusOf(pid)?.[0]
  return state !== undefined && state !== 'Z'
}

/** State, parent and further fields of proc(5)'s `stat`; undefined where the process is gone. */
function statusOf(pid: number): string[] | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before them stands in parentheses and may itself hold any character.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
