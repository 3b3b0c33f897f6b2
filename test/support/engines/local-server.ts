import { rmSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountOf, canRun, type Account } from './account.ts'
import type { EngineHandle } from './engine-handle.ts'
import type { EngineSpec, Installation, ServerPlace } from './engine-spec.ts'
import { freePort } from './free-port.ts'
import { awaitServer } from './probe-server.ts'
import { endWithProcess } from './reaper.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'

const startTimeoutMs = 60_000
const folderPrefix = 'transload-engine-'

/** Starts an engine of this machine on a free port of loopback, in a folder that is gone when it stops. */
export async function startLocalServer(
  spec: EngineSpec,
  installation: Installation,
  origin: string,
): Promise<EngineHandle> {
  await removeOrphanedFolders()
  const account = await accountOf(spec.accounts)
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`))
  const server = new LocalServer(spec, origin, account, {
    installation: await reachable(installation, account, folder),
    folder,
    dataFolder: join(folder, 'data'),
    port: await freePort(),
  })
  try {
    await server.initialise()
    await server.start()
    if (!spec.isVersion(server.version)) throw new Error(`it is version ${server.version}`)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

class LocalServer implements EngineHandle {
  readonly name
  readonly url: string
  readonly origin: string
  version = 'not started'
  readonly #spec: EngineSpec
  readonly #account: Account | undefined
  readonly #place: ServerPlace
  readonly #logFile: string
  readonly #forget: () => void
  #process: ServerProcess | undefined

  constructor(spec: EngineSpec, origin: string, account: Account | undefined, place: ServerPlace) {
    this.name = spec.name
    this.url = spec.url(place.port)
    this.origin = origin
    this.#spec = spec
    this.#account = account
    this.#place = place
    this.#logFile = join(place.folder, 'log')
    this.#forget = endWithProcess(() => {
      this.#process?.killNow()
      rmSync(place.folder, { recursive: true, force: true, maxRetries: 5 })
    })
  }

  async initialise(): Promise<void> {
    const { folder, dataFolder } = this.#place
    await mkdir(dataFolder)
    for (const [name, text] of Object.entries(this.#spec.files)) await writeFile(join(folder, name), text)
    if (this.#account !== undefined) {
      const { uid, gid } = this.#account
      for (const path of [folder, ...(await readdir(folder)).map((name) => join(folder, name))])
        await chown(path, uid, gid)
    }
    await chmod(dataFolder, 0o700)
    const initialising = await this.#spawn(this.#spec.initialise(this.#place))
    const outcome = await initialising.exited
    if (outcome !== 0) throw new Error(`its data folder could not be made: ${await initialising.logTail()}`)
  }

  async start(): Promise<void> {
    const started = await this.#spawn(this.#spec.serve(this.#place))
    this.#process = started
    try {
      const wait = { timeoutMs: startTimeoutMs, hasEnded: () => started.hasEnded }
      this.version = await awaitServer(this.url, wait)
      started.unref()
    } catch (error) {
      throw new Error(`${(error as Error).message}; its log ends with: ${await started.logTail()}`, { cause: error })
    }
  }

  async restart(): Promise<void> {
    await this.#process?.end(this.#spec.shutdownSignal)
    await this.start()
  }

  async kill(): Promise<void> {
    await this.#process?.end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.#place.folder, { recursive: true, force: true, maxRetries: 10 })
    this.#forget()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #spawn(command: { program: string; args: readonly string[] }): Promise<ServerProcess> {
    return startServerProcess(command, { account: this.#account, logFile: this.#logFile, folder: this.#place.folder })
  }
}

/** The account may not see into a checkout that lies in a closed home: programs that can be moved are copied then. */
async function reachable(
  installation: Installation,
  account: Account | undefined,
  folder: string,
): Promise<Installation> {
  const { programs, prefix } = installation
  const [program] = Object.values(programs)
  if (prefix === undefined || program === undefined || (await canRun(program, account))) return installation
  const copy = join(folder, 'programs')
  await cp(prefix, copy, { recursive: true, verbatimSymlinks: true })
  const moved = Object.entries(programs).map(([name, path]) => [name, path.replace(prefix, copy)] as const)
  return { programs: Object.fromEntries(moved), prefix: copy }
}

/** Folders of runs that were killed before they could tidy up. */
async function removeOrphanedFolders(): Promise<void> {
  const names = await readdir(tmpdir())
  const orphaned = names.filter((name) => {
    const owner = name.startsWith(folderPrefix) ? Number(name.slice(folderPrefix.length).split('-')[0]) : Number.NaN
    return Number.isInteger(owner) && !isAlive(owner)
  })
  await Promise.all(orphaned.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
