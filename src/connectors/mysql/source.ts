import type { OpenOptions } from '../../contract/connector.ts'
import type { Contents } from '../../contract/contents.ts'
import { keySplit } from '../../contract/key-split.ts'
import type { Snapshot, Source, SourceCapabilities, SplitOptions, StoredRows } from '../../contract/source.ts'
import type { CensusAnswer, CensusQuestion } from '../../model/census.ts'
import type { RowKey } from '../../model/loss.ts'
import type { Finding, ReadColumn, ReadPlan, Split } from '../../model/plan.ts'
import type { Catalog, NativeType } from '../../model/relation.ts'
import type { ColumnCondition } from '../../model/row-condition.ts'
import type { Sessions } from '../sql/session.ts'
import { readCatalog } from './catalog.ts'
import { takeCensus } from './census.ts'
import { openSessions } from './client.ts'
import type { MysqlSettings } from './config.ts'
import { openMysqlContents } from './contents.ts'
import { preflightSource } from './preflight.ts'
import { isTellable } from './row-condition.ts'
import { splitKey } from './select-statement.ts'
import { readServerFacts, type ServerFacts } from './server-facts.ts'
import { openMysqlSnapshot } from './snapshot.ts'
import { planTableSplits } from './splits.ts'
import { MysqlStoredRows } from './stored-rows.ts'
import { Throttle } from '../sql/throttle.ts'

/** Connects to a MySQL or MariaDB server. */
export async function openMysqlSource(
  given: MysqlSettings,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Source> {
  const settings = { ...given, statementTimeoutMs: options.statementTimeoutMs }
  const sessions = await openSessions(settings, signal, Math.max(4, options.laneCount))
  try {
    const server = await sessions.use(readServerFacts, signal)
    return new MysqlSource(settings, server, sessions, options)
  } catch (error) {
    await sessions[Symbol.asyncDispose]()
    throw error
  }
}

class MysqlSource implements Source {
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities = {
    consistency: 'snapshot',
    resumable: true,
    parallel: true,
    census: true,
  }
  readonly #settings: MysqlSettings
  readonly #server: ServerFacts
  readonly #sessions: Sessions & AsyncDisposable
  readonly #laneCount: number
  readonly #throttle: Throttle | undefined

  constructor(
    settings: MysqlSettings,
    server: ServerFacts,
    sessions: Sessions & AsyncDisposable,
    options: OpenOptions,
  ) {
    this.label = settings.label
    this.version = `${server.flavor === 'mariadb' ? 'MariaDB' : 'MySQL'} ${server.version.join('.')}`
    this.#settings = settings
    this.#server = server
    this.#sessions = sessions
    this.#laneCount = options.laneCount
    const { maxBytesPerSecond } = options
    this.#throttle = maxBytesPerSecond === undefined ? undefined : new Throttle(maxBytesPerSecond)
  }

  async catalog(signal: AbortSignal): Promise<Catalog> {
    return await readCatalog(this.#sessions, this.#server, this.#settings, signal)
  }

  async census(questions: readonly CensusQuestion[], signal: AbortSignal): Promise<readonly CensusAnswer[]> {
    return await takeCensus(this.#sessions, this.#server, questions, this.#laneCount, signal)
  }

  async preflight(reads: readonly ReadPlan[], signal: AbortSignal): Promise<readonly Finding[]> {
    return await preflightSource(this.#sessions, this.#server, reads, signal)
  }

  async planSplits(read: ReadPlan, options: SplitOptions, signal: AbortSignal): Promise<readonly Split[]> {
    return await this.#sessions.use((session) => planTableSplits(session, this.#server, read, options), signal)
  }

  canPushDown(condition: ColumnCondition, column: ReadColumn): boolean {
    return isTellable(condition, column, this.#server.flavor)
  }

  keySplit(read: ReadPlan, keys: readonly RowKey[]): Split {
    return keySplit(read, keys, splitKey(read) === undefined)
  }

  storedRows(read: ReadPlan, before: ReadPlan): StoredRows {
    return new MysqlStoredRows(read, before)
  }

  async openSnapshot(readerCount: number, reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot> {
    return await this.#open(readerCount, reads, signal)
  }

  async openSample(reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot> {
    return await this.#open('alone', reads, signal)
  }

  async #open(readerCount: number | 'alone', reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot> {
    const server = this.#server
    return await openMysqlSnapshot(
      { settings: this.#settings, server, readerCount, reads, throttle: this.#throttle },
      signal,
    )
  }

  async openContents(signal: AbortSignal): Promise<Contents<NativeType> & AsyncDisposable> {
    return await openMysqlContents(this.#settings, this.#server, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]()
  }
}
