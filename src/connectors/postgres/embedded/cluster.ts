import { randomBytes } from 'node:crypto'
import { chmod, chown, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { sleep } from '../../../async/sleep.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { type Binaries, findBinaries, unsafeInShell } from './binaries.ts'
import { type ProgramResult, runProgram } from './run-program.ts'
import { findServerUser, type ServerUser, unreachablePart } from './server-user.ts'

const startTimeoutSeconds = 60

/** A server that runs on loopback, with the password of its one user. */
export interface EmbeddedServer {
  readonly directory: string
  readonly port: number
  readonly password: string
  /** What to type to end it. */
  readonly stopCommand: string
  /** False where it ran already. */
  readonly isNew: boolean
}

/** What `DIR/embedded.json` holds: readable by its owner alone. */
interface Marker {
  readonly format: 1
  readonly port: number
  readonly password: string
}

/**
 * Starts a PostgreSQL on `directory`, made first where there is none, or joins the one that runs there. It listens on
 * 127.0.0.1 only, on a port that is chosen once and kept, and outlives this process.
 *
 * In the directory: `embedded.json` (port and password, mode 600), `data` (the cluster), `server.log`.
 *
 * @throws TL_C103 for a directory that cannot be used, TL_T301 where the server does not start
 */
export async function startEmbedded(directory: string, signal: AbortSignal): Promise<EmbeddedServer> {
  const cluster = await openCluster(directory)
  const { marker } = cluster
  await initialise(cluster, marker, signal)
  let port = marker.port
  let isNew = false
  if (!(await isRunning(cluster, signal))) {
    if (!(await isFree(port))) port = await freePort()
    await writeSettings(cluster, port)
    isNew = await launch(cluster, signal)
  }
  port = await awaitReady(cluster, signal)
  if (port !== marker.port) await writeMarker(directory, { ...marker, port })
  return { directory, port, password: marker.password, stopCommand: stopCommand(cluster), isNew }
}

/** Ends the server that runs on `directory`, if one does, once its sessions are rolled back. */
export async function stopEmbedded(directory: string, signal: AbortSignal): Promise<void> {
  if ((await readMarker(directory)) === undefined) return
  const cluster = await openCluster(directory)
  if (!(await isRunning(cluster, signal))) return
  const stopped = await control(cluster, ['stop', '-m', 'fast', '-w'], signal)
  if (stopped.exitCode !== 0) throw unreachable(cluster, stopped.output)
}

interface Cluster {
  readonly directory: string
  readonly data: string
  readonly endpoint: string
  readonly user: ServerUser | undefined
  readonly binaries: Binaries
  readonly marker: Marker
}

async function openCluster(directory: string): Promise<Cluster> {
  const endpoint = `embedded-postgres:${directory}`
  if (unsafeInShell.test(directory)) {
    throw unusable(
      endpoint,
      'its name holds a character that pg_ctl cannot pass on',
      'Name a directory without " $ ` \\ in it.',
    )
  }
  const data = join(directory, 'data')
  const marker = await readMarker(directory)
  if (!marker) await assertEmpty(directory, endpoint)
  await makeDirectory(directory)
  const user = findServerUser(data)
  const obstacle = user && unreachablePart(directory, user)
  if (user && obstacle !== undefined) {
    throw unusable(
      endpoint,
      `PostgreSQL does not run as root, and the user ${user.name}, whom it runs as, may not enter ${obstacle}`,
      `Name a directory elsewhere, such as /var/lib/transload, run as another user, or allow it: chmod a+x ${obstacle}`,
    )
  }
  const binaries = await findBinaries(join(directory, 'server'), user, endpoint)
  return { directory, data, endpoint, user, binaries, marker: marker ?? (await createMarker(directory)) }
}

async function assertEmpty(directory: string, endpoint: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw unusable(
      endpoint,
      error.message,
      'Name a directory that can be read and written, or one that is not there yet.',
    )
  })
  if (entries.every((entry) => entry.startsWith('embedded.json'))) return
  const cure = 'Name an empty directory, or one that is not there yet.'
  if (entries.includes('PG_VERSION')) {
    throw unusable(
      endpoint,
      'it is the data of a PostgreSQL that transload did not make',
      `${cure} To load into that server, use its postgres:// URL.`,
    )
  }
  throw unusable(endpoint, 'it is not empty, and transload did not make it', cure)
}

/** Open to pass for the server's user; what is secret in it has a mode of its own. */
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true })
  if (first === undefined || process.getuid?.() !== 0) return
  // Root's umask may be 077.
  for (let part = directory; part.length >= first.length; part = dirname(part)) await chmod(part, 0o755)
}

async function createMarker(directory: string): Promise<Marker> {
  const marker: Marker = { format: 1, port: await freePort(), password: randomBytes(18).toString('base64url') }
  const unfinished = unfinishedName(markerPath(directory))
  await writeFile(unfinished, JSON.stringify(marker), { mode: 0o600 })
  try {
    await link(unfinished, markerPath(directory))
    return marker
  } catch (error) {
    // Another process began at the same moment: its password is the one.
    const other = await readMarker(directory)
    if (!other) throw error
    return other
  } finally {
    await rm(unfinished)
  }
}

async function writeMarker(directory: string, marker: Marker): Promise<void> {
  const unfinished = unfinishedName(markerPath(directory))
  await writeFile(unfinished, JSON.stringify(marker), { mode: 0o600 })
  await rename(unfinished, markerPath(directory))
}

async function readMarker(directory: string): Promise<Marker | undefined> {
  const text = await readFile(markerPath(directory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw unusable(
      `embedded-postgres:${directory}`,
      error.message,
      'Run as the user who made it, or name another directory.',
    )
  })
  return text === undefined ? undefined : (JSON.parse(text) as Marker)
}

/** A name of its own beside the place where something is going to stand once it is whole. */
function unfinishedName(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}`
}

function markerPath(directory: string): string {
  return join(directory, 'embedded.json')
}

/** Makes the cluster beside its place and moves it there when it is whole: a kill leaves nothing half-made behind. */
async function initialise(cluster: Cluster, marker: Marker, signal: AbortSignal): Promise<void> {
  if (await isDirectory(cluster.data)) return
  const unfinished = unfinishedName(cluster.data)
  const passwordFile = `${unfinished}.password`
  try {
    await mkdir(unfinished, { mode: 0o700 })
    await writeFile(passwordFile, `${marker.password}\n`, { mode: 0o600 })
    await giveAway(cluster, unfinished, passwordFile)
    const args = [`--pgdata=${unfinished}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
    // Text is compared by code point, the same on every machine, and upper and lower case are Unicode's.
    args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
    const made = await runProgram(
      cluster.binaries.initdb,
      [...args, '--no-instructions'],
      cluster.directory,
      cluster.user,
      cluster.endpoint,
      signal,
    )
    if (made.exitCode !== 0) throw unreachable(cluster, made.output)
    const settings = join(unfinished, 'postgresql.conf')
    await writeFile(settings, `\ninclude_if_exists = 'transload.conf'\n`, { flag: 'a' })
    await rename(unfinished, cluster.data).catch(async (error: unknown) => {
      if (!(await isDirectory(cluster.data))) throw error
    })
  } finally {
    await rm(passwordFile, { force: true })
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function writeSettings(cluster: Cluster, port: number): Promise<void> {
  const path = join(cluster.data, 'transload.conf')
  await writeFile(
    path,
    `# Written by transload whenever it starts the server.
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
shared_buffers = '128MB'
max_wal_size = '2GB'
`,
  )
  const log = join(cluster.directory, 'server.log')
  await writeFile(log, '', { flag: 'a', mode: 0o600 })
  await giveAway(cluster, path, log)
}

/** True where this call started it; false where another process was faster. */
async function launch(cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const log = join(cluster.directory, 'server.log')
  const started = await control(cluster, ['start', '-w', '-t', String(startTimeoutSeconds), '-l', log], signal)
  if (started.exitCode === 0) return true
  if (await isRunning(cluster, signal)) return false
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-5)
  throw unreachable(cluster, `${started.output} Its log ends in: ${lines.join(' | ')}`)
}

/** The port of the server, once it takes connections: it may still be replaying its log after a crash. */
async function awaitReady(cluster: Cluster, signal: AbortSignal): Promise<number> {
  const deadline = performance.now() + startTimeoutSeconds * 1000
  while (performance.now() < deadline) {
    // One line each: pid, data directory, start time, port, socket directory, address, shared memory, status.
    const text = await readFile(join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => '')
    const lines = text.split('\n')
    if (lines[7]?.trim() === 'ready') return Number(lines[3])
    await sleep(50, signal)
  }
  throw unreachable(
    cluster,
    `it is not ready after ${startTimeoutSeconds} s; see ${join(cluster.directory, 'server.log')}`,
  )
}

async function isRunning(cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  return (await isDirectory(cluster.data)) && (await control(cluster, ['status'], signal)).exitCode === 0
}

async function control(cluster: Cluster, args: readonly string[], signal: AbortSignal): Promise<ProgramResult> {
  const { binaries, directory, user, endpoint } = cluster
  return await runProgram(binaries.pgCtl, [...args, '-D', cluster.data], directory, user, endpoint, signal)
}

/** pg_ctl does not run as root; a signal comes from anybody who may send it. SIGINT: roll back and end. */
function stopCommand(cluster: Cluster): string {
  const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`
  if (cluster.user) return `kill -INT "$(head -n 1 ${quoted(join(cluster.data, 'postmaster.pid'))})"`
  return `${quoted(cluster.binaries.pgCtl)} stop -D ${quoted(cluster.data)}`
}

async function giveAway(cluster: Cluster, ...paths: readonly string[]): Promise<void> {
  const { user } = cluster
  if (!user) return
  for (const path of paths) await chown(path, user.uid, user.gid)
}

async function isDirectory(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  )
}

async function isFree(port: number): Promise<boolean> {
  return await listen(port).then(
    () => true,
    () => false,
  )
}

async function freePort(): Promise<number> {
  return await listen(0)
}

/** Listens for a moment. The port that it was. */
async function listen(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
  })
  return await promise
}

function unusable(url: string, reason: string, cure: string): TransloadError {
  return new TransloadError('TL_C103', { url, reason, cure })
}

function unreachable(cluster: Cluster, output: string): TransloadError {
  return new TransloadError('TL_T301', { endpoint: cluster.endpoint, reason: output.replaceAll('\n', ' ') })
}
