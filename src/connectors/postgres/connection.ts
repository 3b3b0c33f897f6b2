import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import pg from 'pg'
import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { ChunkMemory } from '../sql/chunk-memory.ts'
import type { TextRow } from '../sql/session.ts'
import type { PostgresSettings } from './config.ts'
import { connect, type Line } from './connect.ts'
import type { CopySink } from './copy-frames.ts'
import { CopyOutQuery } from './copy-out.ts'
import { type CopyPieces, type SendEvents, SimpleQuery, type StatementResult } from './copy.ts'
import { errorOf, isServerError, toEndError } from './errors.ts'
import { quoteLiteral } from './quote.ts'
import { tlsAttempts } from './tls.ts'

/** How long a cancel request may go unanswered before the socket is destroyed: an abort ends within 5 s. */
const cancelPatienceMs = 3_000
const cancelAgainMs = 1_000
const farewellPatienceMs = 2_000

/**
 * What a session never takes from the server's defaults. Names that a server does not know are left out. The TCP
 * settings are the server's side of the connection: a backend whose client is gone ends by itself, and with it its
 * locks. Left alone: synchronous_commit, which decides durability (a writer sets it aside for one COMMIT at a
 * time, docs/adr/003), and default_transaction_read_only, a guard.
 */
export const sessionPins: { readonly [name: string]: string } = {
  client_encoding: 'UTF8',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  search_path: '',
  row_security: 'off',
  extra_float_digits: '3',
  bytea_output: 'hex',
  xmloption: 'content',
  standard_conforming_strings: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  statement_timeout: '0',
  lock_timeout: '10min',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '120s',
}

/** What the driver's client and connection have beyond their published types, as far as this file uses it. */
interface DriverClient {
  readonly processID: number | null
  readonly secretKey: number | null
  readonly connection: { readonly stream: Socket }
}
interface DriverConnection {
  connect(port: number | string, host?: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
  on(event: 'connect' | 'sslconnect' | 'end', listener: () => void): void
  on(event: 'error', listener: (error: unknown) => void): void
  end(): void
  readonly stream: Socket
}

/** A `COPY … TO STDOUT` that is under way. */
export interface RunningCopy {
  /** Resolves at its end; rejects with a `TransloadError`, or, after an abort, with the signal's reason. */
  readonly done: Promise<void>
  pause(): void
  resume(): void
}

const asText = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig

/**
 * One session, pinned. One statement at a time. Every error is a `TransloadError`; where the server spoke, its `cause`
 * is the server's error.
 */
export class Connection implements AsyncDisposable {
  readonly #settings: PostgresSettings
  readonly #client: pg.Client
  readonly #tls: ConnectionOptions | false
  #isUsable = true

  /** Absent with TLS. */
  readonly #chunks: ChunkMemory | undefined

  private constructor(settings: PostgresSettings, { client, chunks }: Line, tls: ConnectionOptions | false) {
    this.#settings = settings
    this.#chunks = chunks
    this.#client = client
    this.#tls = tls
    client.on('error', () => {
      this.#isUsable = false
    })
    client.on('end', () => {
      this.#isUsable = false
    })
  }

  /** @param extra Settings of the session besides the pins. */
  static async open(
    settings: PostgresSettings,
    extra: { readonly [name: string]: string },
    signal: AbortSignal,
  ): Promise<Connection> {
    let refused: unknown
    for (const tls of await tlsAttempts(settings)) {
      assertNotAborted(signal)
      try {
        const connection = new Connection(settings, await connect(settings, tls, signal), tls)
        await connection.#pinOrClose(extra, signal)
        return connection
      } catch (error) {
        if (signal.aborted) throw signal.reason
        if (error instanceof TransloadError) throw error
        // That a server has no TLS is no reason once it has answered without.
        if (refused === undefined || settings.sslMode === 'prefer') refused = error
        if (!isWorthOtherTls(settings, error)) break
      }
    }
    throw toEndError(refused, settings)
  }

  async #pinOrClose(extra: { readonly [name: string]: string }, signal: AbortSignal): Promise<void> {
    try {
      await this.#pin(extra, signal)
    } catch (error) {
      // Nobody else has it: left open, it would keep the process.
      this.destroy()
      throw error
    }
  }

  async #pin(extra: { readonly [name: string]: string }, signal: AbortSignal): Promise<void> {
    const { statementTimeoutMs = 0 } = this.#settings
    const wanted = Object.entries({ ...sessionPins, statement_timeout: String(statementTimeoutMs), ...extra })
    const values = wanted.map(([name, value]) => `(${quoteLiteral(name)}, ${quoteLiteral(value)})`).join(', ')
    // The prefix of our own setting is in no catalog. lc_messages, which makes COPY's line numbers readable, is for
    // superusers.
    await this.script(
      `SELECT pg_catalog.set_config(wanted.name, wanted.value, false) FROM (VALUES ${values}) AS wanted (name, value)
       WHERE wanted.name LIKE '%.%'
          OR lower(wanted.name) IN (SELECT lower(name) FROM pg_catalog.pg_settings WHERE context = 'user');
       SELECT pg_catalog.set_config('lc_messages', 'C', false)
       WHERE pg_catalog.current_setting('is_superuser') = 'on'`,
      signal,
    )
  }

  /** False once the connection is lost, or once a cancel request may still be on its way to it. */
  get isUsable(): boolean {
    return this.#isUsable
  }

  /** Runs one statement, with parameters of the protocol. Answers are text. */
  async rows(
    sql: string,
    values: readonly (string | number | null)[],
    signal: AbortSignal,
  ): Promise<readonly TextRow[]> {
    const start = async (): Promise<readonly TextRow[]> => {
      const result = await this.#client.query<(string | null)[]>({
        text: sql,
        values: [...values],
        rowMode: 'array',
        types: asText,
      })
      return result.rows
    }
    return await this.#untilAborted(start, signal)
  }

  /**
   * Runs any number of statements as one message, feeding their `COPY … FROM STDIN` in turn. Without a BEGIN they are
   * one transaction.
   */
  async script(
    sql: string,
    signal: AbortSignal,
    copies: readonly CopyPieces[] = [],
    events: SendEvents = {},
  ): Promise<readonly StatementResult[]> {
    const enqueue = (query: SimpleQuery): SimpleQuery => this.#client.query(query)
    const start = (): Promise<readonly StatementResult[]> => enqueue(new SimpleQuery(sql, copies, events, enqueue)).done
    return await this.#untilAborted(start, signal)
  }

  /**
   * Runs one `COPY … TO STDOUT`, paused until `resume`. No other statement until it is done, or has been aborted.
   *
   * @param sink Takes rows, and what stands before and behind all of them
   */
  copyOut(sql: string, sink: CopySink, signal: AbortSignal): RunningCopy {
    const query = new CopyOutQuery(sql, sink, this.#chunks)
    const start = (): Promise<void> => {
      this.#client.query(query)
      query.pause()
      return query.done
    }
    // What is under way has to come through before the server's word that it was cancelled does.
    const go = (): void => query.resume()
    signal.addEventListener('abort', go, { once: true })
    const done = this.#untilAborted(start, signal).finally(() => signal.removeEventListener('abort', go))
    // An error may come before anybody waits for it, as while the reader pauses: it is kept for the next one who does.
    void Promise.allSettled([done])
    return { done, pause: () => query.pause(), resume: go }
  }

  /**
   * An abort cancels in the server, again and again until the statement ends, since a request that comes between two
   * statements is lost. Only a server that does not answer has its socket destroyed.
   */
  async #untilAborted<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
    assertNotAborted(signal)
    if (!this.#isUsable) throw this.#lost()
    const pending = start()
    try {
      return await waitOrAbort(pending, signal)
    } catch (error) {
      if (!signal.aborted) throw toEndError(error, this.#settings)
      // A request may arrive after the statement has ended, and hit the next one: there is no next one.
      this.#isUsable = false
      await this.#cancel(pending)
      throw signal.reason
    }
  }

  async #cancel(pending: Promise<unknown>): Promise<void> {
    let hasEnded = false
    const end = (): void => {
      hasEnded = true
    }
    const ended = pending.then(end, end)
    const deadline = performance.now() + cancelPatienceMs
    const requests: (() => void)[] = []
    for (let left = cancelPatienceMs; !hasEnded && left > 0; left = deadline - performance.now()) {
      requests.push(this.#requestCancel())
      await endedWithin(ended, Math.min(cancelAgainMs, left))
    }
    for (const giveUp of requests) giveUp()
    if (hasEnded) return
    this.destroy()
    await ended
  }

  /**
   * Sends one cancel request over a connection of its own. That it could not be sent shows in there being no answer.
   * Returns what gives it up.
   */
  #requestCancel(): () => void {
    const { processID, secretKey } = this.#client as unknown as DriverClient
    const Wire = pg.Connection as unknown as new (config: object) => DriverConnection
    const wire = new Wire({ ssl: this.#tls })
    const giveUp = (): void => {
      wire.stream.destroy()
    }
    const send = (): void => wire.cancel(processID ?? 0, secretKey ?? 0)
    wire.on('error', giveUp)
    wire.on('end', giveUp)
    wire.on('connect', () => (this.#tls === false ? send() : wire.requestSsl()))
    wire.on('sslconnect', send)
    if (this.#settings.host.startsWith('/')) wire.connect(`${this.#settings.host}/.s.PGSQL.${this.#settings.port}`)
    else wire.connect(this.#settings.port, this.#settings.host)
    return giveUp
  }

  #lost(): TransloadError {
    return errorOf(this.#settings, 'TL_T302', { endpoint: this.#settings.label, reason: 'it was closed' })
  }

  /** Cuts the connection at once. The server rolls back what is under way. */
  destroy(): void {
    this.#isUsable = false
    ;(this.#client as unknown as DriverClient).connection.stream.destroy()
  }

  /** Says good-bye; a connection that cannot be used any more is cut. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isUsable) {
      this.destroy()
      return
    }
    this.#isUsable = false
    const cutOff = setTimeout(() => this.destroy(), farewellPatienceMs)
    await this.#client.end()
    clearTimeout(cutOff)
  }
}

/** Waits for a promise that never rejects, but not longer than `ms`. */
async function endedWithin(ended: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([ended, elapsed])
  clearTimeout(timer)
}

/** Whether another attempt of sslmode `prefer` or `allow` may go where this one did not. */
function isWorthOtherTls(settings: PostgresSettings, error: unknown): boolean {
  if (settings.sslMode === 'prefer') {
    return error instanceof Error && /does not support SSL|establishing an SSL/.test(error.message)
  }
  return settings.sslMode === 'allow' && isServerError(error) && error.code === '28000'
}
