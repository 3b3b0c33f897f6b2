import type { Connection } from './connection.ts'
import { serverErrorNumber } from './errors.ts'
import type { ServerFacts } from './server-facts.ts'

/** A place in the binary log. */
export interface FilePosition {
  readonly file: string
  readonly offset: string
}

export interface LogPosition {
  /** Equal for two moments only if nothing was written in between; undefined where that cannot be told. */
  readonly canonical: string | undefined
  readonly file?: string | undefined
  readonly offset?: string | undefined
}

/**
 * Where the log stands now. Only of use while a lock keeps everybody from writing.
 *
 * MySQL with GTIDs: the set of all transactions that were executed, which a restart does not change. Without: file and
 * position, which begin anew at a restart, so that one which is equal is still the same moment. Undefined without a
 * binary log, without the privilege to ask, and where the log leaves out databases.
 */
export async function readPosition(connection: Connection, server: ServerFacts): Promise<LogPosition | undefined> {
  if (!server.has('binlog')) return undefined
  const status = await readStatus(connection)
  if (status?.isFiltered === true) return undefined
  const { file, offset } = status ?? {}
  if (server.has('gtid-executed')) {
    const [row] = await connection.rows('SELECT @@GLOBAL.gtid_executed')
    return { canonical: `gtid:${withoutBlanks(row?.[0] ?? '')}`, file, offset }
  }
  if (server.flavor === 'mariadb') {
    const [row] = await connection.rows('SELECT @@GLOBAL.gtid_binlog_pos')
    return { canonical: `gtid:${withoutBlanks(row?.[0] ?? '')}`, file, offset }
  }
  if (file === undefined || offset === undefined) return undefined
  return { canonical: `binlog:${file}:${offset}`, file, offset }
}

/** MariaDB: where in the binary log the snapshot of the connection's transaction stands; undefined where it is not told. */
export async function snapshotPosition(connection: Connection): Promise<FilePosition | undefined> {
  const status = new Map<string, string>()
  for (const [name, value] of await connection.rows("SHOW STATUS LIKE 'binlog\\_snapshot\\_%'")) {
    if (name != null && value != null) status.set(name.toLowerCase(), value)
  }
  const file = status.get('binlog_snapshot_file')
  const offset = status.get('binlog_snapshot_position')
  if (file === undefined || file === '' || offset === undefined) return undefined
  return { file, offset }
}

/** MariaDB: the GTIDs up to a place in the binary log, which a restart of the server does not change. */
export async function gtidPosition(connection: Connection, place: FilePosition): Promise<LogPosition> {
  const status = await readStatus(connection)
  const [row] = await connection.rows('SELECT BINLOG_GTID_POS(?, ?)', [place.file, place.offset])
  const gtids = row?.[0]
  const isProof = gtids != null && status?.isFiltered !== true
  return { canonical: isProof ? `gtid:${withoutBlanks(gtids)}` : undefined, ...place }
}

interface LogStatus extends FilePosition {
  /** Transactions of some databases are not in the log. */
  readonly isFiltered: boolean
}

/** Undefined without the privilege to ask. The statement's name changed with MySQL 8.2. */
async function readStatus(connection: Connection): Promise<LogStatus | undefined> {
  for (const sql of ['SHOW MASTER STATUS', 'SHOW BINARY LOG STATUS']) {
    try {
      const [row] = await connection.rows(sql)
      const [file, offset, doDatabases, ignoredDatabases] = row ?? []
      if (file == null || offset == null) return undefined
      return { file, offset, isFiltered: Boolean(doDatabases) || Boolean(ignoredDatabases) }
    } catch (error) {
      const number = serverErrorNumber(error)
      if (number === accessDenied) return undefined
      if (number !== syntaxError) throw error
    }
  }
  return undefined
}

const accessDenied = 1227
const syntaxError = 1064

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, '')
}
