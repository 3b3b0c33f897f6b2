import type { OpenOptions } from '../../../contract/connector.ts'
import type { Contents } from '../../../contract/contents.ts'
import { keySplit } from '../../../contract/key-split.ts'
import type { Snapshot, Source, SourceCapabilities, SplitOptions } from '../../../contract/source.ts'
import type { CensusAnswer, CensusQuestion } from '../../../model/census.ts'
import type { RowKey } from '../../../model/loss.ts'
import type { Finding, ReadColumn, ReadPlan, Split } from '../../../model/plan.ts'
import type { Catalog, NativeType } from '../../../model/relation.ts'
import { Throttle } from '../../sql/throttle.ts'
import { openSessions, type PostgresSessions } from '../client.ts'
import type { PostgresSettings } from '../config.ts'
import { contentsOf } from '../contents.ts'
import { Moment } from '../moment.ts'
import { readCatalog } from './catalog.ts'
import { takeCensus } from './census.ts'
import { columnWay } from './decode/column-way.ts'
import { NativeContents } from './native-contents.ts'
import { preflightSource } from './preflight.ts'
import { openPostgresSnapshot } from './snapshot.ts'
import { SplitKey } from './split-key.ts'
import { planTableSplits } from './splits.ts'

/** Opens a PostgreSQL database to read from. @throws TL_S201, TL_S203, TL_S205 where it cannot be had */
export async function openPostgresSource(
  given: PostgresSettings,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Source> {
  const { statementTimeoutMs } = options
  const settings = { ...given, isReadOnly: true, isSource: true, statementTimeoutMs }
  const sessions = await openSessions(settings, signal)
  try {
    const sql = `SELECT pg_catalog.current_setting('server_encoding') = 'UTF8'`
    const [row] = await sessions.use((session) => session.rows(sql), signal)
    return new PostgresSource(sessions, row?.[0] === 't', options)
  } catch (error) {
    await sessions[Symbol.asyncDispose]()
    throw error
  }
}

class PostgresSource implements Source {
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities = {
    consistency: 'snapshot',
    resumable: true,
    parallel: true,
    census: true,
  }
  readonly #sessions: PostgresSessions
  readonly #isUtf8: boolean
  readonly #laneCount: number
  readonly #throttle: Throttle | undefined

  constructor(sessions: PostgresSessions, isUtf8: boolean, { laneCount, maxBytesPerSecond }: OpenOptions) {
    this.label = sessions.settings.label
    this.version = sessions.version
    this.#sessions = sessions
    this.#isUtf8 = isUtf8
    this.#laneCount = laneCount
    this.#throttle = maxBytesPerSecond === undefined ? undefined : new Throttle(maxBytesPerSecond)
  }

  async catalog(signal: AbortSignal): Promise<Catalog> {
    return await readCatalog(this.#sessions, this.#sessions.settings.readSchema, signal)
  }

  async census(questions: readonly CensusQuestion[], signal: AbortSignal): Promise<readonly CensusAnswer[]> {
    return await takeCensus(this.#sessions, questions, this.#laneCount, signal)
  }

  async preflight(reads: readonly ReadPlan[], signal: AbortSignal): Promise<readonly Finding[]> {
    return await preflightSource(this.#sessions, reads, signal)
  }

  assertReadable(column: ReadColumn): void {
    void columnWay(column, this.#isUtf8)
  }

  async planSplits(read: ReadPlan, options: SplitOptions, signal: AbortSignal): Promise<readonly Split[]> {
    return await this.#sessions.use((session) => planTableSplits(session, read, options, this.#isUtf8), signal)
  }

  keySplit(read: ReadPlan, keys: readonly RowKey[]): Split {
    return keySplit(read, keys, SplitKey.of(read, this.#isUtf8) === undefined)
  }

  // Nobody is held up by an exported snapshot: a sample is read from one as well.
  async openSnapshot(readerCount: number, _reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot> {
    return await openPostgresSnapshot(this.#sessions, readerCount, this.#throttle, signal)
  }

  async openContents(signal: AbortSignal): Promise<Contents<NativeType> & AsyncDisposable> {
    const moment = await Moment.open(this.#sessions, signal)
    try {
      return new NativeContents(await contentsOf(moment, moment.identity, signal))
    } catch (error) {
      await moment[Symbol.asyncDispose]()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]()
  }
}
