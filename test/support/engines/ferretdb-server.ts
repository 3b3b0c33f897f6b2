/**
 * FerretDB with the PostgreSQL that it stands on, as one process that ends with both:
 *
 *     node ferretdb-server.ts (initialise | serve) ROOT FERRETDB NAME PORT FOLDER
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { accountOf } from './account.ts'
import { freePort } from './free-port.ts'

const [action = '', root = '', ferretdb = '', name = '', port = '', folder = ''] = process.argv.slice(2)
const programs = '/usr/lib/postgresql/18/bin'
const data = `/data/${name}`
const startTimeoutMs = 30_000

const account = await accountOf(['postgres', 'nobody'])
if (account === undefined) throw new Error('FerretDB’s PostgreSQL runs in a root of its own, which takes root')

if (action === 'initialise') await initialise()
else await serve()

async function initialise(): Promise<void> {
  await removeOrphans()
  await mkdir(join(root, data), { mode: 0o700 })
  await chown(join(root, data), account!.uid, account!.gid)
  const child = inRoot([
    `${programs}/initdb`,
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '-N',
  ])
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
}

async function serve(): Promise<void> {
  const innerPort = await freePort()
  const settings = [
    `port=${innerPort}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=/tmp',
    'dynamic_shared_memory_type=mmap',
    'fsync=off',
    'shared_buffers=256MB',
    'max_connections=200',
    'shared_preload_libraries=pg_cron,pg_documentdb_core,pg_documentdb',
    'cron.database_name=postgres',
  ]
  const postgres = await startPostgres(settings, innerPort)
  const outer = spawn(
    ferretdb,
    [
      `--postgresql-url=postgres://postgres@127.0.0.1:${innerPort}/postgres`,
      `--listen-addr=127.0.0.1:${port}`,
      '--debug-addr=-',
      '--no-auth',
      '--telemetry=disable',
      `--state-dir=${folder}`,
      '--log-level=warn',
    ],
    { stdio: 'inherit' },
  )
  endWithUs(outer)
  process.once('SIGTERM', () => {
    outer.kill('SIGKILL')
    postgres.kill('SIGINT')
  })
  await Promise.race([once(postgres, 'exit'), once(outer, 'exit')])
  outer.kill('SIGKILL')
  postgres.kill('SIGINT')
  if (postgres.exitCode === null && postgres.signalCode === null) await once(postgres, 'exit')
  process.exit()
}

/** Another program waits for the end of a pipe of ours: it comes by a SIGKILL too. */
function endWithUs(child: ChildProcess): void {
  const watch = spawn('/bin/sh', ['-c', `read line; kill -KILL ${child.pid}`], { stdio: ['pipe', 'ignore', 'ignore'] })
  watch.unref()
  child.once('exit', () => watch.kill('SIGKILL'))
}

function inRoot(command: readonly string[]): ChildProcess {
  const user = `--userspec=${account!.uid}:${account!.gid}`
  const env = { LC_ALL: 'C', PATH: `${programs}:/usr/bin` }
  return spawn('/usr/sbin/chroot', [user, root, ...command], { env, cwd: '/', stdio: ['ignore', 'inherit', 'inherit'] })
}

/** After a SIGKILL it does not start before the last of its old processes is gone. */
async function startPostgres(settings: readonly string[], innerPort: number): Promise<ChildProcess> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const postgres = inRoot([`${programs}/postgres`, '-D', data, ...settings.flatMap((setting) => ['-c', setting])])
    endWithUs(postgres)
    const abort = new AbortController()
    const ended = once(postgres, 'exit').then(() => abort.abort())
    try {
      await createExtension(innerPort, deadline, abort.signal)
      return postgres
    } catch (error) {
      if (!abort.signal.aborted || Date.now() > deadline) throw error
    }
    await ended
    await sleep(200)
  }
}

async function createExtension(innerPort: number, deadline: number, ended: AbortSignal): Promise<void> {
  for (;;) {
    ended.throwIfAborted()
    const client = new Client({ host: '127.0.0.1', port: innerPort, user: 'postgres', database: 'postgres' })
    try {
      await client.connect()
      await client.query('CREATE EXTENSION IF NOT EXISTS documentdb CASCADE')
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
    } finally {
      await Promise.allSettled([client.end()])
    }
    await sleep(100)
  }
}

/** Data of test runs that are over: their process's number is in the name. */
async function removeOrphans(): Promise<void> {
  for (const old of await readdir(join(root, 'data'))) {
    if (!isAlive(Number(/\d+/.exec(old)?.[0]))) await rm(join(root, 'data', old), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
