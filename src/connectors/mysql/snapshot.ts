import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import type { Contents } from '../../contract/contents.ts'
import type { LanePlan, Reader } from '../../contract/lane.ts'
import type { Snapshot } from '../../contract/source.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CountAnswer, CountQuestion } from '../../model/count.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { NativeType, QualifiedName } from '../../model/relation.ts'
import type { Consistency } from '../../model/run-state.ts'
import { Connection } from './connection.ts'
import type { MysqlSettings } from './config.ts'
import { MysqlContents } from './contents.ts'
import { countTables } from './count.ts'
import { OversizeGate } from '../sql/oversize-gate.ts'
import { quoteLiteral } from './quote.ts'
import { whereOf } from './row-condition.ts'
import type { ServerFacts } from './server-facts.ts'
import { beginEach, beginTogether, type Moment } from './snapshot-ceremony.ts'
import { onEach, SnapshotConnections } from './snapshot-connections.ts'
import { SplitReader } from './split-reader.ts'
import type { Throttle } from '../sql/throttle.ts'

/** Connections beside the readers' own, for splits whose reader died. */
const spareCount = 2

export interface SnapshotOptions {
  readonly settings: MysqlSettings
  readonly server: ServerFacts
  /** `alone`: one, of its own moment, for which nothing is locked. */
  readonly readerCount: number | 'alone'
  readonly reads: readonly ReadPlan[]
  readonly throttle: Throttle | undefined
}

/** Opens the connections of one moment: readers, two spares, and one for counting. A reader that is alone has no spare. */
export async function openMysqlSnapshot(options: SnapshotOptions, signal: AbortSignal): Promise<Snapshot> {
  const { settings, server, reads, readerCount } = options
  const opened: Connection[] = []
  const open = async (): Promise<Connection> => {
    const connection = await Connection.open(settings, signal)
    opened.push(connection)
    return connection
  }
  try {
    const isAlone = readerCount === 'alone'
    const count = isAlone ? 2 : readerCount + spareCount + 1
    const outcomes = await Promise.allSettled(Array.from({ length: count }, open))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    const connections = [...opened]
    const [counter, ...readers] = connections
    if (counter === undefined) throw new TransloadError('TL_X901', { reason: 'a snapshot without connections' })
    const tables = reads.map(({ table }) => table)
    const moment = isAlone
      ? await beginEach(connections, signal)
      : await beginTogether(connections, server, tables, () => Connection.open(settings, signal), signal)
    const outside = await tablesOutside(counter, tables)
    // Readers take text as the bytes that it is: the server would put ? for what it cannot convert.
    await onEach(readers, (reader) => reader.rows('SET character_set_results = NULL'), signal)
    return new MysqlSnapshot(options, counter, new SnapshotConnections(readers), describe(moment, outside))
  } catch (error) {
    for (const connection of opened) connection.destroy()
    assertNotAborted(signal)
    throw error
  }
}

class MysqlSnapshot implements Snapshot {
  readonly consistency: Consistency
  readonly #options: SnapshotOptions
  readonly #connections: SnapshotConnections
  readonly #counter: Connection
  readonly #gate = new OversizeGate()

  constructor(
    options: SnapshotOptions,
    counter: Connection,
    connections: SnapshotConnections,
    consistency: Consistency,
  ) {
    this.consistency = consistency
    this.#options = options
    this.#connections = connections
    this.#counter = counter
  }

  // oxlint-disable-next-line require-await -- a reader's statement is sent when it is first asked for rows
  async openReader(lane: LanePlan, signal: AbortSignal): Promise<Reader> {
    assertNotAborted(signal)
    const connection = this.#take()
    const { settings, server } = this.#options
    const { label } = settings
    try {
      return new SplitReader(connection, {
        read: lane.read,
        where: whereOf(lane.read, server.flavor),
        split: lane.split,
        from: lane.from,
        label,
        throttle: this.#options.throttle,
        gate: this.#gate,
        release: (idle) => this.#connections.release(idle),
      })
    } catch (error) {
      this.#connections.release(connection)
      throw error
    }
  }

  async count(questions: readonly CountQuestion<NativeType>[], signal: AbortSignal): Promise<readonly CountAnswer[]> {
    const counter = this.#counter
    const counting = countTables(counter, this.#options.server, questions, signal)
    return await waitOrAbort(counting, signal, () => {
      // Ended in the server, so that the next question does not wait for this one.
      counter.killQuery().catch(() => counter.destroy())
    })
  }

  get contents(): Contents<NativeType> {
    return new MysqlContents({
      label: this.#options.settings.label,
      server: this.#options.server,
      throttle: this.#options.throttle,
      take: () => this.#take(),
      release: (idle) => this.#connections.release(idle),
      position: this.consistency.position ?? undefined,
    })
  }

  /** @throws TL_S202 where no connection of the moment is left */
  #take(): Connection {
    const connection = this.#connections.take()
    if (connection !== undefined) return connection
    const alive = this.#connections.aliveCount
    const reason = alive === 0 ? 'no connection of the snapshot is left' : `all ${alive} connections are in use`
    throw new TransloadError('TL_S202', { endpoint: this.#options.settings.label, reason })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#connections[Symbol.asyncDispose](), this.#counter[Symbol.asyncDispose]()])
  }
}

/** Tables whose engine knows no transactions: they are read as they are when their turn comes. */
async function tablesOutside(connection: Connection, tables: readonly QualifiedName[]): Promise<readonly string[]> {
  if (tables.length === 0) return []
  const names = tables.map(({ schema, name }) => `(${quoteLiteral(schema)}, ${quoteLiteral(name)})`)
  const rows = await connection.rows(
    `SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.ENGINE FROM information_schema.TABLES t
     LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
     WHERE (t.TABLE_SCHEMA, t.TABLE_NAME) IN (${names.join(', ')}) AND COALESCE(e.TRANSACTIONS, 'NO') <> 'YES'`,
  )
  return rows.map(([schema, name, engine]) => `${schema ?? ''}.${name ?? ''} (${engine ?? 'no engine'})`)
}

function describe(moment: Moment, outside: readonly string[]): Consistency {
  const { file, offset, canonical } = moment.position ?? {}
  const moments = [`${new Date().toISOString()}, ${moment.way}`]
  if (file !== undefined && offset !== undefined) moments.push(`binary log ${file}:${offset}`)
  if (outside.length > 0) moments.push(`not part of the moment: ${outside.join(', ')}`)
  const level = outside.length > 0 ? 'per-connection' : moment.level
  return { level, position: canonical, moments }
}
