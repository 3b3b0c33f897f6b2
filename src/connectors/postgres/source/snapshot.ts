import { assertNotAborted } from '../../../async/abort.ts'
import type { Contents } from '../../../contract/contents.ts'
import type { LanePlan, Reader } from '../../../contract/lane.ts'
import type { Snapshot } from '../../../contract/source.ts'
import type { CountAnswer, CountQuestion } from '../../../model/count.ts'
import type { NativeType } from '../../../model/relation.ts'
import type { Consistency } from '../../../model/run-state.ts'
import { OversizeGate } from '../../sql/oversize-gate.ts'
import type { Sessions, TextRow, TextSession } from '../../sql/session.ts'
import type { Throttle } from '../../sql/throttle.ts'
import type { PostgresSessions } from '../client.ts'
import type { Connection } from '../connection.ts'
import { contentsOf } from '../contents.ts'
import { countTables } from '../count.ts'
import { Moment } from '../moment.ts'
import { RowDecoder } from './decode/row-decoder.ts'
import { countByText, NativeContents } from './native-contents.ts'
import { splitQuery } from './select-statement.ts'
import { SplitReader } from './split-reader.ts'

/**
 * Opens the connections of one moment: that which holds it, and the readers'. Whatever connection is lost, another one of
 * the same moment takes its place, as long as the holder's is there.
 */
export async function openPostgresSnapshot(
  sessions: PostgresSessions,
  readerCount: number,
  throttle: Throttle | undefined,
  signal: AbortSignal,
): Promise<Snapshot> {
  assertNotAborted(signal)
  const moment = await Moment.open(sessions, signal)
  try {
    await moment.prepare(readerCount, signal)
    return new PostgresSnapshot(moment, await contentsOf(moment, moment.identity, signal), throttle)
  } catch (error) {
    await moment[Symbol.asyncDispose]()
    throw error
  }
}

class PostgresSnapshot implements Snapshot {
  readonly consistency: Consistency
  readonly contents: Contents<NativeType>
  readonly #moment: Moment
  readonly #throttle: Throttle | undefined
  readonly #gate = new OversizeGate()

  constructor(moment: Moment, contents: Contents<string> & AsyncDisposable, throttle: Throttle | undefined) {
    this.#moment = moment
    this.#throttle = throttle
    this.contents = new NativeContents(contents)
    this.consistency = {
      level: 'snapshot',
      position: moment.identity,
      moments: [
        `${new Date().toISOString()}, an exported snapshot`,
        `write-ahead log ${moment.log.replace('lsn:', '')}`,
      ],
    }
  }

  // oxlint-disable-next-line require-await -- a connection is taken when the reader is first asked for rows
  async openReader({ read, split, from }: LanePlan, signal: AbortSignal): Promise<Reader> {
    assertNotAborted(signal)
    const moment = this.#moment
    const { sql, ways, key } = splitQuery(read, split, from, moment.isUtf8)
    const keyColumns = (key?.columns ?? []).map(({ name }) => {
      const slot = read.columns.findIndex((column) => column.name === name)
      return { slot, sent: ways[slot]!.sent }
    })
    return new SplitReader({
      split,
      sql,
      decoder: new RowDecoder(read.columns, ways),
      key,
      keyColumns,
      from: key === undefined ? undefined : from,
      throttle: this.#throttle,
      gate: this.#gate,
      take: (abort) => moment.take(abort),
      release: (connection) => moment.release(connection),
    })
  }

  async count(questions: readonly CountQuestion<NativeType>[], signal: AbortSignal): Promise<readonly CountAnswer[]> {
    return await countTables(new MomentSessions(this.#moment), questions.map(countByText), signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#moment[Symbol.asyncDispose]()
  }
}

/** Small statements at one moment. */
export class MomentSessions implements Sessions {
  readonly #moment: Moment

  constructor(moment: Moment) {
    this.#moment = moment
  }

  async use<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    return await this.transaction(work, signal)
  }

  /** Within the moment's own transaction: what `work` sets for the rest of it is set back. */
  async transaction<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    const connection = await this.#moment.take(signal)
    try {
      await connection.script('SAVEPOINT transload_work', signal)
      const result = await work(sessionOf(connection, signal))
      await connection.script('ROLLBACK TO SAVEPOINT transload_work; RELEASE SAVEPOINT transload_work', signal)
      await this.#moment.release(connection)
      return result
    } catch (error) {
      await connection[Symbol.asyncDispose]()
      throw signal.aborted ? signal.reason : error
    }
  }
}

function sessionOf(connection: Connection, signal: AbortSignal): TextSession {
  return {
    rows: (sql, values = []): Promise<readonly TextRow[]> => connection.rows(sql, values, signal),
  }
}
