import { waitOrAbort } from '../../async/abort.ts'
import { sleep } from '../../async/sleep.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { ConsistencyLevel } from '../../model/run-state.ts'
import type { Connection } from './connection.ts'
import { serverErrorNumber } from './errors.ts'
import { type FilePosition, gtidPosition, type LogPosition, readPosition, snapshotPosition } from './log-position.ts'
import { quoteQualified } from './quote.ts'
import type { ServerFacts } from './server-facts.ts'
import { onEach } from './snapshot-connections.ts'

/** While a lock is waited for, it stops every writer: let go, and try again. */
const lockWaitSeconds = 5
const lockPausesMs = [1_000, 5_000] as const
/** How long connections may keep missing each other's moment on a server that is written to all the time. */
const maxLockFreeMs = 2_000
/** Far longer than a commit takes from the log to the tables. */
const quietMs = 20

const startTransaction = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'

export interface Moment {
  readonly level: ConsistencyLevel
  readonly position: LogPosition | undefined
  /** How the connections were brought to one moment, for people. */
  readonly way: string
}

/**
 * Begins a transaction on every connection such that all see the same moment, and finds out which. The isolation level
 * is REPEATABLE READ already: under READ COMMITTED the snapshot is ignored with a mere warning.
 *
 * MariaDB's binary log tells where in it a snapshot stands, so connections begin in a quiet moment until they agree, without a lock. Else
 * all writers are stopped while the transactions begin: by FLUSH TABLES WITH READ LOCK, or, where that is not permitted
 * or not to be had, by locking the tables that are read.
 */
export async function beginTogether(
  connections: readonly Connection[],
  server: ServerFacts,
  tables: readonly QualifiedName[],
  openAnother: () => Promise<Connection>,
  signal: AbortSignal,
): Promise<Moment> {
  if (server.has('binlog-snapshot')) {
    const place = await agreeWithoutLock(connections, openAnother, signal)
    const [first] = connections
    if (place !== undefined && first !== undefined) {
      return { level: 'snapshot', position: await gtidPosition(first, place), way: 'without a lock, by the binary log' }
    }
  }
  await using locker = await openAnother()
  await locker.rows(`SET SESSION lock_wait_timeout = ${lockWaitSeconds}`)
  const locks = [
    { sql: 'FLUSH TABLES WITH READ LOCK', way: 'while all tables were locked' },
    { sql: lockTables(tables), way: 'while the tables that are read were locked' },
  ]
  for (const { sql, way } of locks) {
    if (sql === undefined || !(await tryLock(locker, sql, signal))) continue
    try {
      await beginAll(connections, signal)
      const position = await readPosition(locker, server)
      return { level: 'snapshot', position, way }
    } finally {
      await locker.rows('UNLOCK TABLES')
    }
  }
  return await beginEach(connections, signal, ': no lock was permitted')
}

/** Begins a transaction on every connection, each at its own moment. */
export async function beginEach(connections: readonly Connection[], signal: AbortSignal, why = ''): Promise<Moment> {
  await beginAll(connections, signal)
  return { level: 'per-connection', position: undefined, way: `each connection at its own moment${why}` }
}

async function beginAll(connections: readonly Connection[], signal: AbortSignal): Promise<void> {
  await onEach(connections, (connection) => connection.rows(startTransaction), signal)
}

/**
 * Nothing may be committed from a moment before the first connection begins until a moment after the last one has: of two
 * snapshots that begin while a commit comes through, one may see it and the other not, though both name the same place in
 * the log. Seen in one of eight tries of three connections beside three writers (MariaDB 10.11.19).
 */
async function agreeWithoutLock(
  connections: readonly Connection[],
  openAnother: () => Promise<Connection>,
  signal: AbortSignal,
): Promise<FilePosition | undefined> {
  const deadline = performance.now() + maxLockFreeMs
  await using watcher = await openAnother()
  do {
    const before = await waitOrAbort(snapshotPosition(watcher), signal)
    if (before === undefined) return undefined
    if (!(await isQuietSince(before, watcher, signal))) continue
    await beginAll(connections, signal)
    const places: (FilePosition | undefined)[] = []
    await onEach(connections, async (connection) => places.push(await snapshotPosition(connection)), signal)
    const isAgreed = places.every((place) => isSamePlace(place, before))
    if (isAgreed && (await isQuietSince(before, watcher, signal))) return before
  } while (performance.now() < deadline)
  return undefined
}

/** Whether the log still stands there a moment later. */
async function isQuietSince(place: FilePosition, watcher: Connection, signal: AbortSignal): Promise<boolean> {
  await sleep(quietMs, signal)
  return isSamePlace(await waitOrAbort(snapshotPosition(watcher), signal), place)
}

function isSamePlace(one: FilePosition | undefined, other: FilePosition | undefined): boolean {
  return one !== undefined && one.file === other?.file && one.offset === other.offset
}

function lockTables(tables: readonly QualifiedName[]): string | undefined {
  if (tables.length === 0) return undefined
  return `LOCK TABLES ${tables.map((table) => `${quoteQualified(table)} READ`).join(', ')}`
}

/** False: not permitted, or not to be had in time. */
async function tryLock(locker: Connection, sql: string, signal: AbortSignal): Promise<boolean> {
  for (const pauseMs of [...lockPausesMs, undefined]) {
    try {
      await waitOrAbort(locker.rows(sql), signal, () => void locker.killQuery().catch(() => locker.destroy()))
      return true
    } catch (error) {
      const number = serverErrorNumber(error)
      if (number !== undefined && noPermission.has(number)) return false
      if (number !== lockWaitTimeout) throw error
      if (pauseMs === undefined) return false
      await sleep(pauseMs, signal)
    }
  }
  return false
}

const lockWaitTimeout = 1205
/** Access denied in all its forms; 1290: the server runs with an option that forbids it. */
const noPermission = new Set([1044, 1045, 1142, 1227, 1290, 3955])
