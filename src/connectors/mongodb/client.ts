import {
  type ClientSession,
  type Document,
  MongoClient,
  type MongoClientOptions,
  type ReadPreference,
  type TopologyDescription,
} from 'mongodb'
import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { clientOptions, type MongoSettings, pinnedOptions } from './config.ts'
import { type ErrorPlace, isNotKnownToServer, toSourceError } from './errors.ts'

/** How long saying goodbye may take on a line that may be dead. */
const goodbyeMs = 2_000

/** A reply: values as the driver has them, and each document in it, at the first level, as its bytes. */
export type Reply = Readonly<Record<string, unknown>>

export interface CommandOptions {
  readonly session?: ClientSession | undefined
  /** It may take as long as it takes: a count, or a sample of everything. */
  readonly isLong?: boolean | undefined
}

/**
 * One server to read from, by its own commands. Where there are several that could answer, all is asked of the one that the
 * read preference chose first: a cursor lives in one server, and what two of them hold need not be the same.
 *
 * Errors are `TransloadError`s. A line on which nothing comes back for `settings.replyTimeoutMs` is TL_S202.
 */
export class MongoConnection implements AsyncDisposable {
  readonly settings: MongoSettings
  readonly version: string
  /** Cursors are to be read in a session. */
  readonly hasSessions: boolean
  /** There is a log of changes: a replica set, or a cluster of them. */
  readonly hasChangeLog: boolean
  /** What a command that reads has besides: as the URL says, or {@link clusterReadConcern}. */
  readonly readConcernOption: Document
  /** What an answer took that costs the server nothing. */
  readonly roundTripMs: number
  readonly #client: MongoClient
  readonly #readPreference: ReadPreference
  readonly #goodbyes = new Set<Promise<unknown>>()

  private constructor(settings: MongoSettings, line: Line, facts: ServerFacts) {
    this.settings = settings
    this.#client = line.client
    this.#readPreference = line.readPreference
    const level = line.client.options.readConcern?.level ?? facts.readConcern
    this.readConcernOption = level === undefined ? {} : { readConcern: { level } }
    this.version = facts.version
    this.hasSessions = facts.hasSessions
    this.hasChangeLog = facts.hasChangeLog
    this.roundTripMs = facts.roundTripMs
  }

  /** Connects, logs in and asks what the server is. @throws TL_S201, TL_S203, TL_C103 */
  static async open(settings: MongoSettings, signal: AbortSignal): Promise<MongoConnection> {
    const line = await openLine(settings, signal)
    try {
      const facts = await waitOrAbort(askFacts(line), signal)
      return new MongoConnection(settings, line, facts)
    } catch (error) {
      await closeClient(line.client)
      if (signal.aborted) throw signal.reason
      throw toSourceError(error, settings, 'connect')
    }
  }

  /**
   * Runs a command. An abort, and a reply that does not come, closes the connection that it was sent by, which ends it in the
   * server too. @throws TransloadError, `signal.reason`
   */
  async command(
    database: string,
    command: Document,
    signal: AbortSignal,
    options: CommandOptions = {},
  ): Promise<Reply> {
    assertNotAborted(signal)
    const { session, isLong = false } = options
    const stop = new AbortController()
    const timer = isLong ? undefined : setTimeout(() => stop.abort(this.#noReply()), this.settings.replyTimeoutMs)
    const running = this.#client.db(database).command(command, {
      raw: true,
      readPreference: this.#readPreference,
      signal: stop.signal,
      ...(session === undefined ? {} : { session }),
    })
    try {
      return await waitOrAbort(running, signal, () => stop.abort(signal.reason))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw toSourceError(error, this.settings, 'query')
    } finally {
      clearTimeout(timer)
    }
  }

  /** A session for a cursor; undefined where the server has none. Whoever has it ends it (`endSession`). */
  startSession(): ClientSession | undefined {
    return this.hasSessions ? this.#client.startSession({ causalConsistency: false }) : undefined
  }

  /** Ends a cursor in the server, without waiting for it; and the session, where there is one. */
  letGo(database: string, collection: string, cursor: bigint, session: ClientSession | undefined): void {
    const goodbye = this.#killCursor(database, collection, cursor, session)
    this.#goodbyes.add(goodbye)
    void goodbye.finally(() => this.#goodbyes.delete(goodbye))
  }

  async #killCursor(
    database: string,
    collection: string,
    cursor: bigint,
    session: ClientSession | undefined,
  ): Promise<void> {
    const kill = async (): Promise<void> => {
      if (cursor === 0n) return
      const command = { killCursors: collection, cursors: [cursor] }
      await this.command(database, command, AbortSignal.timeout(goodbyeMs), { session })
    }
    // A cursor that cannot be ended now is ended by the server when it has been idle.
    await Promise.allSettled([kill()])
    await Promise.allSettled([session?.endSession()])
  }

  #noReply(): TransloadError {
    const reason = `no reply within ${Math.round(this.settings.replyTimeoutMs / 1000)} s`
    return new TransloadError('TL_S202', { endpoint: this.settings.label, reason })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#goodbyes)
    await closeClient(this.#client)
  }
}

interface Line {
  readonly client: MongoClient
  readonly readPreference: ReadPreference
}

interface ServerFacts {
  readonly version: string
  readonly hasSessions: boolean
  readonly hasChangeLog: boolean
  /** For want of one in the URL. */
  readonly readConcern: string | undefined
  readonly roundTripMs: number
}

async function openLine(settings: MongoSettings, signal: AbortSignal): Promise<Line> {
  assertNotAborted(signal)
  const options = clientOptions(settings)
  let topology: TopologyDescription | undefined
  const client = makeClient(settings.url, options, settings)
  client.on('topologyDescriptionChanged', ({ newDescription }) => (topology = newDescription))
  await connect(client, settings, signal)
  if (topology === undefined || !isPlural(topology, client.readPreference)) {
    return { client, readPreference: client.readPreference }
  }
  try {
    const address = await waitOrAbort(choose(settings, options), signal)
    const direct = makeClient(`mongodb://${address}/`, directOptions(client), settings)
    await connect(direct, settings, signal)
    return { client: direct, readPreference: client.readPreference }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw toSourceError(error, settings, 'connect')
  } finally {
    await closeClient(client)
  }
}

function makeClient(url: string, options: MongoClientOptions, place: ErrorPlace): MongoClient {
  try {
    return new MongoClient(url, options)
  } catch (error) {
    throw toSourceError(error, place, 'connect')
  }
}

async function connect(client: MongoClient, settings: MongoSettings, signal: AbortSignal): Promise<void> {
  try {
    await waitOrAbort(client.connect(), signal)
  } catch (error) {
    await closeClient(client)
    if (signal.aborted) throw signal.reason
    throw toSourceError(error, settings, 'connect')
  }
}

/** Whether two commands could be answered by two servers. */
export function isPlural(
  { type, servers }: Pick<TopologyDescription, 'type' | 'servers'>,
  { mode }: Pick<ReadPreference, 'mode'>,
): boolean {
  if (servers.size < 2) return false
  return type === 'Sharded' || (type.startsWith('ReplicaSet') && mode !== 'primary')
}

/** `HOST:PORT` of the server that the read preference chooses now, which the driver tells of a command that it sent. */
async function choose({ url }: MongoSettings, options: MongoClientOptions): Promise<string> {
  const client = new MongoClient(url, { ...options, monitorCommands: true })
  let address = ''
  client.on('commandStarted', (event) => (address = event.address))
  try {
    await client.connect()
    await client.db('admin').command({ ping: 1 }, { readPreference: client.readPreference })
    return address
  } finally {
    await closeClient(client)
  }
}

/** Options of a client for one server of those that a client knows: as the URL, and what DNS added to it, say. */
function directOptions({ options }: MongoClient): MongoClientOptions {
  const { credentials } = options
  const login =
    credentials === undefined
      ? {}
      : {
          auth: { username: credentials.username, password: credentials.password },
          authSource: credentials.source,
          authMechanism: credentials.mechanism,
          authMechanismProperties: credentials.mechanismProperties,
        }
  const { tls, tlsCAFile, tlsCRLFile, tlsCertificateKeyFile, passphrase } = options
  const { rejectUnauthorized, checkServerIdentity, compressors, zlibCompressionLevel } = options
  const { serverSelectionTimeoutMS, connectTimeoutMS, socketTimeoutMS, readConcern, readPreference } = options
  return defined({
    ...login,
    tls,
    tlsCAFile,
    tlsCRLFile,
    tlsCertificateKeyFile,
    passphrase,
    rejectUnauthorized,
    checkServerIdentity,
    compressors,
    zlibCompressionLevel,
    serverSelectionTimeoutMS,
    connectTimeoutMS,
    socketTimeoutMS,
    readConcern,
    readPreference,
    appName: 'transload',
    directConnection: true,
    ...pinnedOptions,
  })
}

/** The driver takes a member that is undefined for one that is said. */
function defined(options: { readonly [name in keyof MongoClientOptions]: unknown }): MongoClientOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

async function askFacts({ client, readPreference }: Line): Promise<ServerFacts> {
  const admin = client.db('admin')
  const hello = await sayHello(client, readPreference)
  const startedMs = performance.now()
  const { version } = await admin.command({ buildInfo: 1 }, { readPreference })
  const roundTripMs = performance.now() - startedMs
  return {
    roundTripMs,
    version: String(version),
    hasSessions: typeof hello['logicalSessionTimeoutMinutes'] === 'number',
    hasChangeLog: hello['setName'] !== undefined || isCluster(hello),
    readConcern: clusterReadConcern(hello),
  }
}

function isCluster(hello: Document): boolean {
  return hello['msg'] === 'isdbgrid'
}

/**
 * Secondaries of shards before MongoDB 5 read at `available` where nothing is said, which has orphans among the documents:
 * those of a chunk that has moved, or is moving, to another shard.
 */
export function clusterReadConcern(hello: Document): 'local' | undefined {
  return isCluster(hello) ? 'local' : undefined
}

/** Servers that are older than MongoDB 5 may know it by its old name only. */
async function sayHello(client: MongoClient, readPreference: ReadPreference): Promise<Document> {
  const admin = client.db('admin')
  try {
    return await admin.command({ hello: 1 }, { readPreference })
  } catch (error) {
    if (!isNotKnownToServer(error)) throw error
    return await admin.command({ isMaster: 1 }, { readPreference })
  }
}

/**
 * Never hangs, and never rejects. The driver says goodbye to sessions by a command, which a dead line does not answer: its
 * connections are closed beneath it then, and nobody waits for it any more.
 */
async function closeClient(client: MongoClient): Promise<void> {
  const { promise: isEnough, resolve } = Promise.withResolvers<void>()
  const impatience = setTimeout(() => {
    const topology: unknown = Reflect.get(client, 'topology')
    if (hasConnections(topology)) {
      topology.closeCheckedOutConnections()
      topology.close()
    }
    resolve()
  }, goodbyeMs)
  await Promise.race([Promise.allSettled([client.close()]), isEnough])
  clearTimeout(impatience)
}

/** Internal to the driver, and therefore covered by a test with a line that is stalled (`reading.mongo.full.test.ts`). */
function hasConnections(topology: unknown): topology is {
  closeCheckedOutConnections(): void
  close(): void
} {
  if (typeof topology !== 'object' || topology === null) return false
  return ['closeCheckedOutConnections', 'close'].every((name) => typeof Reflect.get(topology, name) === 'function')
}
