import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { openSession } from '../support/engines/database-session.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'

/** A database that has room for less than a test writes to it. */
export interface SmallDisk extends AsyncDisposable {
  readonly database: TestDatabase
  /** How the room is limited. */
  readonly limit: 'a full file system' | 'a limit on the size of files'
  /** Makes room enough. */
  free(): void
}

/** What every database holds from the start takes 8 of them. */
const diskMegabytes = 20
/** No log segment, of 16 MiB, may be larger; and no whole number of pages, so that a page is cut in two. */
const fileBytes = 16 * 1024 * 1024 + 4096

/**
 * On a file system of its own where this process may mount one, as root of a machine or of a container with the right to.
 * Elsewhere the system keeps the server from writing larger files, as a quota would.
 */
export async function openSmallDisk(server: EngineHandle): Promise<SmallDisk> {
  await using session = await openSession(server.url)
  const [shown] = await session.query('SHOW data_directory')
  const dataFolder = String(shown?.['data_directory'])
  const folder = await mkdtemp(join(tmpdir(), 'transload-disk-'))
  if (!succeeds('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'tmpfs', folder])) {
    await rm(folder, { recursive: true })
    return await limitFiles(server, dataFolder)
  }
  const { uid, gid } = statSync(dataFolder)
  chownSync(folder, uid, gid)
  await session.query(`CREATE TABLESPACE small LOCATION '${folder}'`)
  const database = await createDatabase(server.url, 'small')
  await session.query(`ALTER DATABASE ${database.name} SET TABLESPACE small`)
  return {
    database,
    limit: 'a full file system',
    free: () => void execFileSync('mount', ['-o', `remount,size=${diskMegabytes * 10}m`, folder]),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await using last = await openSession(server.url)
      await last.query('DROP TABLESPACE small')
      execFileSync('umount', ['--lazy', folder])
      await rm(folder, { recursive: true })
    },
  }
}

async function limitFiles(server: EngineHandle, dataFolder: string): Promise<SmallDisk> {
  const [pid = ''] = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')
  const { uid, gid } = statSync(dataFolder)
  const account = process.getuid?.() === 0 ? { uid, gid } : {}
  // The soft limit: its owner can raise it again. Sessions have what the server had when they began.
  const setLimit = (limit: string): void =>
    void execFileSync('prlimit', ['--pid', pid, `--fsize=${limit}:`], { ...account, cwd: '/' })
  const database = await createDatabase(server.url, 'small')
  setLimit(String(fileBytes))
  return {
    database,
    limit: 'a limit on the size of files',
    free: () => setLimit('unlimited'),
    async [Symbol.asyncDispose]() {
      setLimit('unlimited')
      await database[Symbol.asyncDispose]()
    },
  }
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
