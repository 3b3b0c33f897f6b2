import { MongoClient, type MongoClientOptions } from 'mongodb'
import type { Endpoint } from '../../contract/connector.ts'
import { TransloadError } from '../../errors/transload-error.ts'

/** How to reach a server, a replica set or a sharded cluster. Holds the password: never printed, never stored. */
export interface MongoSettings {
  /** For people: no user, no secrets. */
  readonly label: string
  /** As the driver takes it, secrets and all. */
  readonly url: string
  /** Empty: every database that the user may read, but `admin`, `config` and `local`. */
  readonly databases: readonly string[]
  /** Absent where the server asks for nobody. */
  readonly user?: string | undefined
  /** The database that knows the user. */
  readonly authSource: string
  /** How long a reply may take; that of a count or of sampling is not held to it. */
  readonly replyTimeoutMs: number
}

/** What the URL leaves open is closed here, so that no outcome hangs on the driver's defaults. */
const selectionTimeoutMs = 10_000
const connectTimeoutMs = 10_000
const replyTimeoutMs = 120_000
const keepAliveDelayMs = 30_000

const shape =
  'Write mongodb://USER:PASSWORD@HOST:PORT/DATABASE, with @ : / ? # % in user and password percent-encoded; several hosts or databases are joined by commas.'

/**
 * `mongodb://USER:PASSWORD@HOST:PORT[,HOST:PORT…]/DATABASE[,DATABASE…]?OPTION=VALUE&…`, `mongodb+srv://` with one host
 * alike. Without a database: all of them that the user may read.
 *
 * Options are those of MongoDB's connection strings, as the driver has them, TLS, `authSource`, `readPreference`,
 * `readConcernLevel` and `compressors` among them. A user of one database is looked for in it unless `authSource` says
 * otherwise, of several in `admin`.
 *
 * @throws TL_C103
 */
export function parseMongoUrl(text: string): Endpoint {
  const parts = takeApart(text)
  const { scheme, login, hosts, databases, query } = parts
  const places = hosts.map((host) => placeOf(host, parts)).toSorted()
  const names = databases.map(encodeURIComponent)
  const label = `${scheme}://${hosts.join(',')}/${names.join(',')}`
  const path = databases.length === 1 ? (names[0] ?? '') : ''
  const url = `${scheme}://${login === '' ? '' : `${login}@`}${hosts.join(',')}/${path}${query === '' ? '' : `?${query}`}`
  const { user, authSource, socketTimeoutMS } = asTheDriverReadsIt(url, label)
  const settings: MongoSettings = {
    label,
    url,
    databases,
    user,
    authSource,
    replyTimeoutMs: socketTimeoutMS > 0 ? socketTimeoutMS : replyTimeoutMs,
  }
  // Members of a replica set and databases are sets: their order in the URL is no other source.
  const identity = `${scheme}:${[...new Set(places)].join(',')}/${names.toSorted().join(',')}`
  return { engine: 'mongodb', label, identity, settings }
}

interface UrlParts {
  readonly scheme: 'mongodb' | 'mongodb+srv'
  /** User and password as they stand there, or the empty text. */
  readonly login: string
  readonly hosts: readonly string[]
  readonly databases: readonly string[]
  readonly query: string
}

/** A URL of several hosts is none that `URL` knows. Nothing of one that cannot be read is repeated: it may be a password. */
function takeApart(text: string): UrlParts {
  const scheme = /^(mongodb(?:\+srv)?):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme !== 'mongodb' && scheme !== 'mongodb+srv') {
    throw unusable('mongodb://…', 'it does not begin with mongodb:// or mongodb+srv://', shape)
  }
  const hidden = `${scheme}://…`
  const rest = text.slice(scheme.length + 3)
  if (rest.includes('#')) throw unusable(hidden, 'it has a # in it', shape)
  const [beforeQuery = '', ...queries] = rest.split('?')
  if (queries.length > 1) throw unusable(hidden, 'it has more than one ?', shape)
  const slash = beforeQuery.indexOf('/')
  const authority = slash < 0 ? beforeQuery : beforeQuery.slice(0, slash)
  const path = slash < 0 ? '' : beforeQuery.slice(slash + 1)
  const at = authority.lastIndexOf('@')
  const login = authority.slice(0, Math.max(0, at))
  if (/[@/]/.test(login) || login.split(':').length > 2) throw unusable(hidden, 'user or password hold @ : or /', shape)
  const hosts = authority
    .slice(at + 1)
    .split(',')
    .map((host) => host.toLowerCase())
  if (hosts.some((host) => !isHost(host))) throw unusable(hidden, 'it names no host, or one that is none', shape)
  if (path.includes('/') || path.includes('@')) throw unusable(hidden, 'the database holds a / or an @', shape)
  const databases = path
    .split(',')
    .filter((name) => name !== '')
    .map((name) => decode(name, hidden))
  return { scheme, login, hosts, databases: [...new Set(databases)], query: queries[0] ?? '' }
}

/** A name or an address, that of version 6 in brackets, with its port or without; a socket's path, percent-encoded. */
function isHost(text: string): boolean {
  return /^(\[[0-9a-f:.%]+\]|[^\s:[\]@]+)(:\d{1,5})?$/.test(text)
}

function placeOf(host: string, { scheme }: UrlParts): string {
  return scheme === 'mongodb+srv' || /:\d+$/.test(host) || host.endsWith('.sock') ? host : `${host}:27017`
}

function decode(text: string, hidden: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new TransloadError(
      'TL_C103',
      { url: hidden, reason: 'the database is not percent-encoded', cure: 'Write % itself as %25.' },
      cause,
    )
  }
}

/** What the driver makes of the URL, which it does without a connection. @throws TL_C103 where it refuses it */
function asTheDriverReadsIt(
  url: string,
  label: string,
): { readonly user: string | undefined; readonly authSource: string; readonly socketTimeoutMS: number } {
  const { credentials, loadBalanced, socketTimeoutMS } = readByDriver(url, label).options
  if (loadBalanced) {
    const cure = 'Name the hosts themselves, or mongos, without loadBalanced.'
    throw unusable(label, 'behind a load balancer the replies of one reader come from several servers', cure)
  }
  const user = credentials?.username
  return {
    user: user === undefined || user === '' ? undefined : user,
    authSource: credentials?.source ?? 'admin',
    socketTimeoutMS: socketTimeoutMS ?? 0,
  }
}

function readByDriver(url: string, label: string): MongoClient {
  try {
    return new MongoClient(url)
  } catch (cause) {
    // What the driver reads URLs with has classes of errors of its own.
    if (!(cause instanceof Error)) throw cause
    const reason = withoutLogin(cause.message, url)
    throw new TransloadError('TL_C103', {
      url: label,
      reason,
      cure: 'See MongoDB’s connection strings for what it takes.',
    })
  }
}

/** The driver says of some faults what it was given. The error itself is not handed on for the same reason. */
function withoutLogin(message: string, url: string): string {
  const login = /:\/\/([^@]*)@/.exec(url)?.[1] ?? ''
  const secrets = [login, ...login.split(':')].flatMap((text) => [text, decodeLoosely(text)])
  // A short name is part of many a word.
  const isTold = secrets.some((secret) => secret.length > 3 && message.includes(secret))
  return isTold ? 'user and password cannot be read' : message.replaceAll(/\s+/g, ' ').trim()
}

function decodeLoosely(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/**
 * Options of a client for a URL. What the URL says wins, but for what reading rests on: values that are kept as the types
 * they are of, and no reads or writes that the driver repeats by itself.
 */
export function clientOptions({ url }: Pick<MongoSettings, 'url'>): MongoClientOptions {
  const said = new Set([...new URLSearchParams(url.split('?')[1] ?? '').keys()].map((name) => name.toLowerCase()))
  // The driver takes this one and does not tell of it in its types.
  const line: MongoClientOptions & { keepAliveInitialDelay: number } = { keepAliveInitialDelay: keepAliveDelayMs }
  return {
    appName: 'transload',
    ...(said.has('serverselectiontimeoutms') ? {} : { serverSelectionTimeoutMS: selectionTimeoutMs }),
    ...(said.has('connecttimeoutms') ? {} : { connectTimeoutMS: connectTimeoutMs }),
    ...line,
    ...pinnedOptions,
  }
}

/** For clients of every kind. */
export const pinnedOptions = {
  retryReads: false,
  retryWrites: false,
  promoteValues: false,
  promoteBuffers: false,
  ignoreUndefined: false,
} as const satisfies MongoClientOptions

function unusable(url: string, reason: string, cure: string): TransloadError {
  return new TransloadError('TL_C103', { url, reason, cure })
}
