import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions } from 'mysql2'
import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { TextRow, TextSession } from '../sql/session.ts'
import { ChunkMemory } from '../sql/chunk-memory.ts'
import type { MysqlSettings } from './config.ts'
import { createDriverConnection, type DriverConnection } from './driver.ts'
import { serverErrorNumber, toSourceError } from './errors.ts'

/** How long a cancel may take before the socket is destroyed. */
export const cancelTimeoutMs = 3_000

/** A server or a route that died without a word is found out within a minute. */
const keepAliveDelayMs = 30_000

/**
 * What every session is pinned to, so that no outcome hangs on a server's defaults. A comment with a version is a
 * statement's part for servers of that version: `/*!` is for MySQL (MariaDB leaves out 50700 to 99999), `/*M!` for
 * MariaDB alone.
 *
 * - `sql_mode` empty: strict mode refuses to compare zero dates.
 * - Eight hours of timeouts: a reader that waits for its target would be dropped after 60 s.
 * - `sql_select_limit`, `sql_big_selects`, `max_execution_time`, `max_statement_time`: a limit in the server's
 *   configuration would end a result early; of the last two there is one where the settings say so.
 */
const pinned = (
  timeoutMs: number,
): string => `SET NAMES utf8mb4; SET SESSION sql_mode = '', time_zone = '+00:00', autocommit = 1, completion_type = 0,
  net_write_timeout = 28800, net_read_timeout = 28800, wait_timeout = 28800, lock_wait_timeout = 3600,
  sql_select_limit = 18446744073709551615, sql_big_selects = 1, sql_auto_is_null = 0, sql_quote_show_create = 1,
  group_concat_max_len = 1073741824
  /*!50708 , max_execution_time = ${timeoutMs} */ /*!80000 , information_schema_stats_expiry = 0 */
  /*M!100101 , max_statement_time = ${timeoutMs / 1000} */; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ`

/**
 * One pinned connection. Statements are answered in text; rows in binary are read by a packet reader on `driver`.
 * Errors are `TransloadError`s. A connection that breaks off rejects what is under way, and every call after it.
 */
export class Connection implements TextSession, AsyncDisposable {
  readonly driver: DriverConnection
  /** Absent over TLS. */
  readonly chunks: ChunkMemory | undefined
  readonly #settings: MysqlSettings
  /** The server's own number of this connection, which a proxy in between does not know. */
  #connectionId = ''
  readonly #pending = new Set<(error: Error) => void>()
  #lost: TransloadError | undefined
  #closed = false

  private constructor(settings: MysqlSettings, { driver, chunks }: Line) {
    this.#settings = settings
    this.driver = driver
    this.chunks = chunks
    // A connection reports an error to its command, to itself, or, when the socket just closes, to nobody.
    driver.on('error', (error) => this.#fail(error))
    driver.stream.once('close', () => this.#fail(undefined))
  }

  /** Connects and pins the session. @throws TL_S201, TL_S203, TL_C103 */
  static async open(settings: MysqlSettings, signal: AbortSignal): Promise<Connection> {
    const connection = new Connection(settings, await connect(settings, signal))
    try {
      const { statementTimeoutMs = 0 } = settings
      for (const statement of pinned(statementTimeoutMs).split('; '))
        await waitOrAbort(connection.rows(statement), signal)
      const [row] = await waitOrAbort(connection.rows('SELECT CONNECTION_ID()'), signal)
      connection.#connectionId = row?.[0] ?? ''
      return connection
    } catch (error) {
      connection.destroy()
      throw error
    }
  }

  /** Why the connection is of no use any more; undefined while it is. */
  get lost(): TransloadError | undefined {
    return this.#lost
  }

  async rows(sql: string, values?: readonly (string | number | null)[]): Promise<readonly TextRow[]> {
    const rows = await this.command<unknown>((done) => {
      if (values === undefined || values.length === 0) {
        this.driver.query({ sql, rowsAsArray: true, typeCast: cellText }, done)
      } else {
        const texts = values.map((value) => (typeof value === 'number' ? exactParameter(value) : value))
        this.driver.execute({ sql, values: texts, rowsAsArray: true, ...textOptions }, done)
      }
    })
    // The driver keeps prepared statements for ever; the server counts them.
    if (values !== undefined && values.length > 0) this.driver.unprepare(sql)
    return Array.isArray(rows) ? rows.map(toTextRow) : []
  }

  /** Runs a command of the driver that answers through a callback. */
  async command<T>(start: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#pending.add(reject)
    try {
      start((error, result) => (error === null ? resolve(result) : reject(error)))
      return await promise
    } catch (error) {
      throw toSourceError(error, this.#settings.label, 'query')
    } finally {
      this.#pending.delete(reject)
    }
  }

  /** Calls `listener` once the connection breaks off; at once where it has. Returns how to take it back. */
  onLost(listener: (error: Error) => void): () => void {
    if (this.#lost !== undefined) listener(this.#lost)
    else this.#pending.add(listener)
    return () => this.#pending.delete(listener)
  }

  /**
   * Ends the statement that is under way, in the server, by a second connection: milliseconds, and the transaction
   * survives. Resolves once the server has taken it.
   */
  async killQuery(): Promise<void> {
    const signal = AbortSignal.timeout(cancelTimeoutMs)
    await using second = await Connection.open(this.#settings, signal)
    try {
      await waitOrAbort(second.rows(`KILL QUERY ${this.#connectionId}`), signal)
    } catch (error) {
      const noSuchThread = 1094
      if (serverErrorNumber(error) !== noSuchThread) throw error
    }
  }

  /** Closes the socket without a word. What is under way is rejected. */
  destroy(): void {
    this.#closed = true
    this.driver.stream.destroy()
    this.#fail(undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed || this.#lost !== undefined) {
      this.destroy()
      return
    }
    this.#closed = true
    const { promise, resolve } = Promise.withResolvers<void>()
    this.driver.end(() => resolve())
    await Promise.race([promise, delay(1_000, undefined, { ref: false })])
    this.destroy()
  }

  #fail(error: Error | undefined): void {
    const cause = error ?? new Error('the server closed the connection')
    const phase = 'query'
    this.#lost ??=
      error === undefined
        ? new TransloadError('TL_S202', { endpoint: this.#settings.label, reason: cause.message }, cause)
        : toSourceError(error, this.#settings.label, phase)
    for (const reject of this.#pending) reject(this.#lost)
    this.#pending.clear()
  }
}

interface Line {
  readonly driver: DriverConnection
  readonly chunks: ChunkMemory | undefined
}

async function connect(settings: MysqlSettings, signal: AbortSignal): Promise<Line> {
  if (settings.sslMode !== 'PREFERRED') return await connectOnce(settings, settings.sslMode !== 'DISABLED', signal)
  try {
    return await connectOnce(settings, true, signal)
  } catch (error) {
    const cause = error instanceof TransloadError ? error.cause : undefined
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'HANDSHAKE_NO_SSL_SUPPORT')) throw error
    return await connectOnce(settings, false, signal)
  }
}

async function connectOnce(settings: MysqlSettings, tls: boolean, signal: AbortSignal): Promise<Line> {
  assertNotAborted(signal)
  const chunks = tls ? undefined : new ChunkMemory()
  const options: ConnectionOptions = {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    password: settings.password,
    connectTimeout: settings.connectTimeoutMs,
    charset: 'utf8mb4',
    // A server that asks for a file of this machine gets none.
    flags: ['-LOCAL_FILES'],
    disableEval: true,
    keepAliveInitialDelay: keepAliveDelayMs,
    connectAttributes: { program_name: 'transload' },
  }
  if (chunks === undefined) {
    options.ssl = tlsOptions(settings)
  } else {
    // What the driver asks of a socket that it makes itself.
    const { host, port } = settings
    options.stream = () =>
      chunks.socket({ noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs }).connect(port, host)
  }
  const driver = createDriverConnection(options)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  driver.once('connect', () => resolve())
  driver.on('error', (error) => reject(error ?? new Error('the connection failed')))
  driver.stream.once('close', () => reject(new Error('Connection lost: The server closed the connection.')))
  try {
    await waitOrAbort(promise, signal)
    return { driver, chunks }
  } catch (error) {
    driver.stream.destroy()
    if (signal.aborted) throw signal.reason
    throw toSourceError(error, settings.label, 'connect')
  }
}

function tlsOptions(settings: MysqlSettings): NonNullable<Exclude<ConnectionOptions['ssl'], string>> {
  const verify = settings.sslMode.startsWith('VERIFY_')
  const options: NonNullable<Exclude<ConnectionOptions['ssl'], string>> = {
    rejectUnauthorized: verify,
    verifyIdentity: settings.sslMode === 'VERIFY_IDENTITY',
  }
  if (settings.sslCa !== undefined) options.ca = readPem(settings, 'ssl-ca', settings.sslCa)
  if (settings.sslCert !== undefined) options.cert = readPem(settings, 'ssl-cert', settings.sslCert)
  if (settings.sslKey !== undefined) options.key = readPem(settings, 'ssl-key', settings.sslKey)
  return options
}

function readPem(settings: MysqlSettings, option: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const reason = `the file of ${option} cannot be read: ${path}`
    throw new TransloadError('TL_C103', { url: settings.label, reason, cure: 'Name a PEM file.' }, cause)
  }
}

const textOptions = { supportBigNumbers: true, bigNumberStrings: true, dateStrings: true, jsonStrings: true }

function cellText(field: { buffer(): Buffer | null }): string | null {
  return field.buffer()?.toString('utf8') ?? null
}

/** An integer goes as an integer, not as a DOUBLE: some places of a statement (LIMIT) take nothing else. */
function exactParameter(value: number): number | bigint {
  return Number.isSafeInteger(value) ? BigInt(value) : value
}

function toTextRow(row: unknown): TextRow {
  if (!Array.isArray(row)) return []
  return row.map((cell: unknown) => {
    if (cell === null || cell === undefined) return null
    if (Buffer.isBuffer(cell)) return cell.toString('utf8')
    return typeof cell === 'string' ? cell : JSON.stringify(cell)
  })
}
