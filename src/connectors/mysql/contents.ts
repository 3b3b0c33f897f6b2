import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import type {
  ContentQuestion,
  ContentRange,
  ContentReader,
  Contents,
  DigestQuestion,
  KeyTexts,
  RangeDigest,
} from '../../contract/contents.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { NativeType } from '../../model/relation.ts'
import { parseBounds } from '../sql/key-bounds.ts'
import type { MysqlSettings } from './config.ts'
import { Connection } from './connection.ts'
import { toRangeDigest } from '../sql/range-digest.ts'
import { digestible, digestSql } from './content-digest.ts'
import { formsOf } from './content-expression.ts'
import { MysqlContentReader } from './content-reader.ts'
import { readPosition } from './log-position.ts'
import { KeyRanges } from './key-ranges.ts'
import { splitKey } from './select-statement.ts'
import type { ServerFacts } from './server-facts.ts'
import { planTableSplits } from './splits.ts'
import type { Throttle } from '../sql/throttle.ts'

export interface MysqlContentsOptions {
  /** For people: no secrets. */
  readonly label: string
  readonly server: ServerFacts
  /** An idle connection of the moment. @throws TransloadError where there is none */
  readonly take: () => Connection
  /** Takes the connection back, idle, or broken off. */
  readonly release: (connection: Connection) => void
  readonly throttle?: Throttle | undefined
  readonly position?: string | undefined
}

/** Tables larger than this are cut by the server's estimates of ranges; smaller ones at every n-th key. */
const walkedRows = 100_000
const maxRanges = 4_000

/** Every `rowCount`th key of a range but its last, at most so many. */
async function rangeBounds(
  connection: Connection,
  server: ServerFacts,
  read: ReadPlan,
  range: ContentRange,
  rowCount: number,
  maxCount: number,
): Promise<readonly KeyTexts[]> {
  const key = splitKey(read)
  if (key === undefined) return []
  const ranges = new KeyRanges(connection, server, read, key, Infinity)
  const parts = await ranges.walk(range, rowCount, maxCount + 1)
  return parts.slice(0, -1).flatMap(({ upTo }) => (upTo === undefined ? [] : [upTo]))
}

/** The tables as they are now: a moment of one connection, which no other shares. */
export async function openMysqlContents(
  settings: MysqlSettings,
  server: ServerFacts,
  signal: AbortSignal,
): Promise<Contents<NativeType> & AsyncDisposable> {
  const connection = await Connection.open(settings, signal)
  try {
    // Before the transaction begins: what it sees is at least this far.
    const position = await readPosition(connection, server)
    await waitOrAbort(connection.rows('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'), signal)
    await connection.rows('SET character_set_results = NULL')
    const contents = new MysqlContents({
      label: settings.label,
      server,
      take: () => connection,
      release: () => {},
      position: position?.canonical,
    })
    return Object.assign(contents, { [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose]() })
  } catch (error) {
    connection.destroy()
    assertNotAborted(signal)
    throw error
  }
}

/** The tables as a transaction sees them that each of the connections has begun. */
export class MysqlContents implements Contents<NativeType> {
  readonly formsOf = formsOf
  readonly digestible = digestible
  readonly position: string | undefined
  readonly #options: MysqlContentsOptions

  constructor(options: MysqlContentsOptions) {
    this.position = options.position
    this.#options = options
  }

  /** Each of its types is ordered by its first form; not by what its bytes are in another charset. */
  isOrderedBy(type: NativeType, form: DigestForm): boolean {
    return type.readAs === undefined && (form !== 'text' || formsOf(type)[0] === 'text')
  }

  // oxlint-disable-next-line require-await -- the statement is sent when rows are first asked for
  async openContents(question: ContentQuestion<NativeType>, signal: AbortSignal): Promise<ContentReader> {
    assertNotAborted(signal)
    const { label, take, throttle, release } = this.#options
    return new MysqlContentReader(take(), { question, label, throttle, release })
  }

  async bounds(
    question: ContentQuestion<NativeType>,
    rowCount: number,
    signal: AbortSignal,
    maxCount = maxRanges,
  ): Promise<readonly KeyTexts[]> {
    const { table, columns: asked, order, index, range } = question
    if (index === undefined) return []
    const { server } = this.#options
    const columns = asked.map(({ name, type }) => ({
      name,
      native: type,
      type: { kind: 'text' as const },
      nullable: false,
      policies: {},
    }))
    const read = { dataset: '', table, columns, key: { index, columns: order }, identify: [] }
    return await this.#with(async (connection) => {
      if (range !== undefined) return await rangeBounds(connection, server, read, range, rowCount, maxCount)
      const splits = await planTableSplits(connection, server, read, { rowCount, maxCount: maxRanges }, walkedRows)
      return splits.flatMap((split) => {
        const bounds = parseBounds(split.bounds)
        return 'upTo' in bounds && bounds.upTo !== undefined ? [bounds.upTo] : []
      })
    }, signal)
  }

  async digest(question: DigestQuestion<NativeType>, signal: AbortSignal): Promise<RangeDigest> {
    const [row] = await this.#with((connection) => connection.rows(digestSql(question)), signal)
    return toRangeDigest(row)
  }

  async #with<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal): Promise<T> {
    assertNotAborted(signal)
    const { take, release } = this.#options
    const connection = take()
    try {
      return await waitOrAbort(work(connection), signal, () => {
        connection.killQuery().catch(() => connection.destroy())
      })
    } finally {
      release(connection)
    }
  }
}
