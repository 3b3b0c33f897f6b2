import { userInfo } from 'node:os'
import { TransloadError } from '../../errors/transload-error.ts'

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** One PostgreSQL database as its URL names it, every default filled in. */
export interface PostgresSettings {
  readonly label: string
  /** A name, an address, or the directory of a socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** Absent: PGPASSWORD, then the password file, are asked when the server wants one. */
  readonly password?: string | undefined
  /** Where tables go that no pipeline gives a schema. */
  readonly schema: string
  /** The one schema that is read, where the URL names one; absent: all of them. */
  readonly readSchema?: string | undefined
  readonly sslMode: SslMode
  /** Paths of PEM files. */
  readonly sslRootCert?: string | undefined
  readonly sslCert?: string | undefined
  readonly sslKey?: string | undefined
  readonly connectTimeoutMs: number
  readonly applicationName: string
  /** Nothing is written: whoever is refused is told what reading takes. */
  readonly isReadOnly?: boolean | undefined
  /** Rows are read from it: its errors are a source's. */
  readonly isSource?: boolean | undefined
  /** Of each statement; absent: as long as it takes. */
  readonly statementTimeoutMs?: number | undefined
}

/** A plan's place: where tables go decides what it does. The state is in the database, whatever the schema. */
export function identityOf(place: string, schema: string): string {
  return schema === 'public' ? place : `${place}?schema=${encodeURIComponent(schema)}`
}

const options = [
  'schema',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'connect_timeout',
  'application_name',
  'host',
  'port',
  'user',
  'password',
  'dbname',
] as const
type Option = (typeof options)[number]

const sslModes: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?option=value`. What the URL leaves out comes from where libpq has
 * it: PGHOST, PGPORT, PGUSER, PGDATABASE, PGSSLMODE and their like, then its defaults (a host is `localhost`).
 *
 * Options: `schema` (public), `sslmode` (disable, allow, prefer, require, verify-ca, verify-full; prefer),
 * `sslrootcert`, `sslcert`, `sslkey` (paths of PEM files), `connect_timeout` (seconds; 10), `application_name`, and
 * `host`, `port`, `user`, `password`, `dbname` in place of the URL's own parts, as for a socket's directory.
 *
 * @throws TL_C103, never with the URL's password in it
 */
export function parsePostgresUrl(
  text: string,
  environment: { readonly [name: string]: string | undefined } = process.env,
): PostgresSettings {
  const url = parse(text)
  const shown = redacted(url)
  const given = readOptions(url, shown)
  const part = (value: string): string | undefined => (value === '' ? undefined : decode(value, shown))

  const host = given.get('host') ?? part(hostOf(url)) ?? environment['PGHOST'] ?? 'localhost'
  if (host.includes(',')) throw unusable(shown, 'it names several hosts', 'Name the one that takes writes.')
  const port = readPort(given.get('port') ?? (url.port || undefined) ?? environment['PGPORT'] ?? '5432', shown)
  const user = given.get('user') ?? part(url.username) ?? environment['PGUSER'] ?? userInfo().username
  const database = given.get('dbname') ?? part(url.pathname.slice(1)) ?? environment['PGDATABASE'] ?? user
  const label = `postgres://${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}/${database}`

  return {
    label,
    host,
    port,
    database,
    user,
    password: given.get('password') ?? part(url.password),
    schema: given.get('schema') ?? 'public',
    readSchema: given.get('schema'),
    sslMode: readSslMode(given.get('sslmode') ?? environment['PGSSLMODE'] ?? 'prefer', shown),
    sslRootCert: given.get('sslrootcert') ?? environment['PGSSLROOTCERT'],
    sslCert: given.get('sslcert') ?? environment['PGSSLCERT'],
    sslKey: given.get('sslkey') ?? environment['PGSSLKEY'],
    connectTimeoutMs:
      readSeconds(given.get('connect_timeout') ?? environment['PGCONNECT_TIMEOUT'] ?? '10', shown) * 1000,
    applicationName: given.get('application_name') ?? 'transload',
  }
}

/** Stands where the URL has a user and no host. */
const noHost = 'no-host.invalid'

function parse(text: string): URL {
  // libpq takes a user without a host, URL does not. And URL's own error repeats its input, password and all.
  const whole = text.replace(/^([a-z]+:\/\/[^/?#]*@)(?=:?[/?#]|$)/i, `$1${noHost}`)
  const url = URL.parse(whole)
  if (url === null || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text)?.[0] ?? 'it'
    throw unusable(`${scheme}…`, 'it is not a URL of PostgreSQL', 'Write postgres://USER:PASSWORD@HOST:5432/DATABASE.')
  }
  return url
}

function redacted(url: URL): string {
  return `postgres://${hostOf(url) || 'localhost'}${url.port && `:${url.port}`}${url.pathname}`
}

function readOptions(url: URL, shown: string): ReadonlyMap<Option, string> {
  const given = new Map<Option, string>()
  for (const [name, value] of url.searchParams) {
    const known = options.find((option) => option === name)
    if (known === undefined) {
      const near = nearest(name)
      const cure = near === undefined ? `Options: ${options.join(', ')}.` : `Did you mean ${near}?`
      throw unusable(shown, `it has the unknown option ${name}`, cure)
    }
    if (value !== '') given.set(known, value)
  }
  return given
}

function readPort(text: string, shown: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw unusable(shown, `${text} is not a port`, 'Give a number from 1 to 65535.')
  }
  return port
}

function readSeconds(text: string, shown: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw unusable(shown, `connect_timeout is ${text}`, 'Give whole seconds; 0 waits for ever.')
  return Number(text)
}

function readSslMode(text: string, shown: string): SslMode {
  const mode = sslModes.find((known) => known === text)
  if (mode === undefined) throw unusable(shown, `sslmode is ${text}`, `One of: ${sslModes.join(', ')}.`)
  return mode
}

function hostOf(url: URL): string {
  const host = url.hostname === noHost ? '' : url.hostname
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

function decode(text: string, shown: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw new TransloadError(
      'TL_C103',
      { url: shown, reason: 'a % in it begins no escape', cure: 'Write a % of a password as %25.' },
      error,
    )
  }
}

function unusable(url: string, reason: string, cure: string): TransloadError {
  return new TransloadError('TL_C103', { url, reason, cure })
}

/** The option that a typing error away from `name`, if there is one. */
function nearest(name: string): Option | undefined {
  const lower = name.toLowerCase().replaceAll('-', '_')
  const ranked = options
    .map((option) => ({ option, distance: editDistance(lower, option) }))
    .toSorted((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.option.length / 3))
    ? best.option
    : undefined
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
