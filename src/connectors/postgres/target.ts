import type { OpenOptions } from '../../contract/connector.ts'
import type { LanePlan, Writer } from '../../contract/lane.ts'
import type { Target } from '../../contract/target.ts'
import { openSessions, type PostgresSessions } from './client.ts'
import type { PostgresSettings } from './config.ts'
import type { Connection } from './connection.ts'
import { openPostgresContents } from './contents.ts'
import { countTables } from './count.ts'
import { renderTables } from './ddl.ts'
import { adoptTables } from './ddl/adopt.ts'
import { schemaBeside } from './ddl/names.ts'
import { loadingSetting } from './ddl/on-update.ts'
import { describeTables, tablesIn } from './describe.ts'
import { chooseEncoder } from './encode/choose.ts'
import { isEncode } from './encode/encoder.ts'
import { runFinishStep } from './finish.ts'
import { PostgresKeyMaps } from './key-maps.ts'
import { preflightTarget } from './preflight.ts'
import { quoteQualified } from './quote.ts'
import { readShapes } from './shape.ts'
import { runLock } from './run-lock.ts'
import { PostgresWriter } from './sink.ts'
import { PostgresStateStore } from './state.ts'
import { stateSchema } from './state-schema.ts'
import { parseTypeText, suggestType, textEquality } from './types.ts'
import { describeWriteTarget } from './write-target.ts'

/** Opens a PostgreSQL database to write to. @throws TL_T301, TL_T303, TL_T305 where it cannot be had */
export async function openPostgresTarget(
  settings: PostgresSettings,
  { isReadOnly, statementTimeoutMs }: OpenOptions,
  signal: AbortSignal,
): Promise<Target> {
  const sessions = await openSessions({ ...settings, isReadOnly, statementTimeoutMs }, signal)
  const writers = new WriterConnections(sessions)
  return {
    label: settings.label,
    version: sessions.version,
    defaultSchema: settings.schema,
    maxNameBytes: 63,
    state: new PostgresStateStore(sessions, () => writers.closeIdle()),
    keyMaps: (of, isWriting) => new PostgresKeyMaps(sessions, of, isWriting),
    cannotEncode(type, targetType) {
      const choice = chooseEncoder(type, parseTypeText(targetType))
      return isEncode(choice) ? undefined : choice.refused
    },
    suggestType,
    textEquality,
    describe: (tables, abort) => describeTables(sessions, tables, abort),
    tablesIn: (schemas, abort) => tablesIn(sessions, schemas, abort),
    schemaBeside,
    render: renderTables,
    adopt: adoptTables,
    quoteName: quoteQualified,
    preflight: (datasets, abort) => preflightTarget(sessions, settings.label, datasets, abort),
    openWriter: (lane, abort) => openWriter(writers, settings, lane, abort),
    finish: (run, fence, step, abort) => runFinishStep(sessions, run, fence, step, abort),
    count: (questions, abort) => countTables(sessions, questions, abort),
    openContents: (abort) => openPostgresContents(sessions, abort),
    shapes: (questions, abort) => readShapes(sessions, questions, abort),
    async [Symbol.asyncDispose]() {
      await writers[Symbol.asyncDispose]()
      await sessions[Symbol.asyncDispose]()
    },
  }
}

async function openWriter(
  writers: WriterConnections,
  settings: PostgresSettings,
  lane: LanePlan,
  signal: AbortSignal,
): Promise<Writer> {
  const connection = await writers.take(lane.run, signal)
  try {
    const targets = []
    for (const plan of lane.writes) targets.push(await describeWriteTarget(connection, plan, settings.label, signal))
    return new PostgresWriter(connection, lane, targets, {
      flush: (abort) => writers.flush(lane, abort),
      release: (done) => writers.giveBack(lane.run, done),
    })
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
}

/** Connections that write for one run, kept from one split to the next. */
class WriterConnections implements AsyncDisposable {
  readonly #sessions: PostgresSessions
  readonly #idle: { readonly run: string; readonly connection: Connection }[] = []
  #isClosed = false
  #lastFlush: Promise<unknown> | undefined
  #nextFlush: Promise<void> | undefined

  constructor(sessions: PostgresSessions) {
    this.#sessions = sessions
  }

  async take(run: string, signal: AbortSignal): Promise<Connection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.run === run && idle.connection.isUsable) return idle.connection
      await idle.connection[Symbol.asyncDispose]()
    }
    // Triggers of ours that keep ON UPDATE times leave the rows of a load alone.
    const connection = await this.#sessions.open({ [loadingSetting]: 'on' }, signal)
    const { classId, objectId } = runLock(run)
    try {
      await connection.rows(`SELECT pg_catalog.pg_advisory_lock_shared($1, $2)`, [classId, objectId], signal)
      return connection
    } catch (error) {
      await connection[Symbol.asyncDispose]()
      throw error
    }
  }

  /**
   * Waits for the server's disk, as its own synchronous_commit says: a transaction that has written to the log brings all
   * before it there. A lock on the split's row is the least that can be written, and in nobody's way. Lanes that come while
   * one wait is under way share the next one, and so one connection.
   */
  async flush(lane: LanePlan, signal: AbortSignal): Promise<void> {
    this.#nextFlush ??= this.#flushAfterLast(lane, signal)
    await this.#nextFlush
  }

  async #flushAfterLast({ run, split }: LanePlan, signal: AbortSignal): Promise<void> {
    await this.#lastFlush
    // What is committed from here on may come too late for this one.
    this.#nextFlush = undefined
    const sql = `SELECT FROM ${stateSchema}.splits WHERE run = $1 AND split = $2 FOR KEY SHARE`
    const flushing = this.#sessions.use((session) => session.rows(sql, [run, split.id]), signal)
    this.#lastFlush = Promise.allSettled([flushing])
    await flushing
  }

  async giveBack(run: string, connection: Connection): Promise<void> {
    if (connection.isUsable && !this.#isClosed) this.#idle.push({ run, connection })
    else await connection[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.closeIdle()
  }

  async closeIdle(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(({ connection }) => connection[Symbol.asyncDispose]()))
  }
}
