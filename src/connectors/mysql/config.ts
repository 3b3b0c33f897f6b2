import { TransloadError } from '../../errors/transload-error.ts'
import type { Endpoint } from '../../contract/connector.ts'

export type SslMode = 'DISABLED' | 'PREFERRED' | 'REQUIRED' | 'VERIFY_CA' | 'VERIFY_IDENTITY'

/** How to reach a server. Holds the password: never printed, never stored. */
export interface MysqlSettings {
  /** For people: no user, no secrets. */
  readonly label: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Empty: every database that the user sees, system databases left out. */
  readonly databases: readonly string[]
  readonly sslMode: SslMode
  /** Paths of PEM files. */
  readonly sslCa?: string | undefined
  readonly sslCert?: string | undefined
  readonly sslKey?: string | undefined
  readonly connectTimeoutMs: number
  /** Of each statement; absent: as long as it takes. */
  readonly statementTimeoutMs?: number | undefined
}

const sslModes: readonly string[] = ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY']
const options = ['ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key', 'connect-timeout'] as const
type Option = (typeof options)[number]

/**
 * `mysql://USER:PASSWORD@HOST:PORT/DATABASE[,DATABASE…]?OPTION=VALUE&…`, `mariadb://` alike. User, password and
 * databases are percent-encoded. Without a database: all of them.
 *
 * `ssl-mode` is `PREFERRED` unless said otherwise, as the server's own clients have it, or `VERIFY_CA` once `ssl-ca` is
 * given. `connect-timeout` is in seconds, 10 by default.
 *
 * @throws TL_C103
 */
export function parseMysqlUrl(text: string): Endpoint {
  const url = parse(text)
  const databases = url.pathname
    .replace(/^\//, '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => decode(name, 'the database'))
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? 3306 : Number(url.port)
  const place = `${url.hostname}:${port}/${databases.map(encodeURIComponent).join(',')}`
  const label = `mysql://${place}`
  const given = readOptions(url.searchParams, label)
  const sslCa = given.get('ssl-ca')
  const settings: MysqlSettings = {
    label,
    host,
    port,
    user: decode(url.username, 'the user'),
    password: decode(url.password, 'the password'),
    databases,
    sslMode: readSslMode(given.get('ssl-mode'), sslCa, label),
    sslCa,
    sslCert: given.get('ssl-cert'),
    sslKey: given.get('ssl-key'),
    connectTimeoutMs: readTimeout(given.get('connect-timeout'), label),
  }
  if ((settings.sslCert === undefined) !== (settings.sslKey === undefined)) {
    throw unusable(label, 'ssl-cert and ssl-key go together', 'Name both files, or neither.')
  }
  // Databases are a set: their order in the URL is no other source.
  const identity = `mysql:${host.toLowerCase()}:${port}/${databases.map(encodeURIComponent).toSorted().join(',')}`
  return { engine: 'mysql', label, identity, settings }
}

function parse(text: string): URL {
  const scheme = /^(mysql|mariadb):\/\//i.exec(text)
  // A URL that cannot be parsed may hold its password anywhere: none of it is repeated.
  const hidden = `${scheme?.[1]?.toLowerCase() ?? 'mysql'}://…`
  const shape = 'Write mysql://USER:PASSWORD@HOST:PORT/DATABASE, with @ : / ? # in user and password percent-encoded.'
  if (scheme === null) throw unusable(hidden, 'it does not begin with mysql:// or mariadb://', shape)
  // WHATWG parses authority and port of a known scheme only; the host of an unknown one is opaque but taken apart too.
  if (!URL.canParse(text)) throw unusable(hidden, 'it is not a URL', shape)
  const url = new URL(text)
  if (url.hostname === '') throw unusable(hidden, 'it names no host', shape)
  if (url.username === '') throw unusable(hidden, 'it names no user', shape)
  if (url.hash !== '') throw unusable(hidden, 'it has a part after #', shape)
  if (url.pathname.replace(/^\//, '').includes('/')) {
    throw unusable(hidden, 'the database holds a /', `${shape} Several databases are joined by commas.`)
  }
  return url
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    const context = { url: 'mysql://…', reason: `${what} is not percent-encoded`, cure: 'Write % itself as %25.' }
    throw new TransloadError('TL_C103', context, cause)
  }
}

function readOptions(params: URLSearchParams, label: string): ReadonlyMap<Option, string> {
  const given = new Map<Option, string>()
  for (const [name, value] of params) {
    const option = options.find((known) => known === name)
    if (option === undefined) throw unknownOption(name, label)
    if (given.has(option)) throw unusable(label, `the option ${name} is there twice`, 'Leave one of them out.')
    if (value === '') throw unusable(label, `the option ${name} has no value`, 'Give it one, or leave it out.')
    given.set(option, value)
  }
  return given
}

function unknownOption(name: string, label: string): TransloadError {
  const near = options
    .map((known) => ({ known, distance: editDistance(known, name.toLowerCase().replaceAll('_', '-')) }))
    .filter(({ distance }) => distance <= 3)
    .toSorted((a, b) => a.distance - b.distance)[0]
  const known = `Known options: ${options.join(', ')}.`
  const cure = near === undefined ? known : `Did you mean ${near.known}? ${known}`
  return unusable(label, `it has no option ${name}`, cure)
}

function readSslMode(text: string | undefined, sslCa: string | undefined, label: string): SslMode {
  if (text === undefined) return sslCa === undefined ? 'PREFERRED' : 'VERIFY_CA'
  const mode = text.toUpperCase().replaceAll('-', '_')
  if (!isSslMode(mode)) throw unusable(label, `ssl-mode is ${text}`, `One of ${sslModes.join(', ')}.`)
  if (sslCa !== undefined && !mode.startsWith('VERIFY_')) {
    throw unusable(label, `ssl-ca is given, and ssl-mode=${mode} verifies nothing`, 'Write ssl-mode=VERIFY_CA.')
  }
  return mode
}

function isSslMode(text: string): text is SslMode {
  return sslModes.includes(text)
}

function readTimeout(text: string | undefined, label: string): number {
  if (text === undefined) return 10_000
  if (!/^\d{1,4}$/.test(text) || Number(text) === 0) {
    throw unusable(label, `connect-timeout is ${text}`, 'A whole number of seconds, 1 to 9999.')
  }
  return Number(text) * 1000
}

function unusable(url: string, reason: string, cure: string): TransloadError {
  return new TransloadError('TL_C103', { url, reason, cure })
}

/** Levenshtein's distance, for suggestions. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swapped = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(swapped, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return above[b.length] ?? 0
}
