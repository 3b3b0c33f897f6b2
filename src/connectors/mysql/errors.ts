import { TransloadError } from '../../errors/transload-error.ts'
import { quoteName } from './quote.ts'

/** What a driver's error carries, as far as it is one of the server, of the socket or of TLS. */
interface DriverError {
  readonly message: string
  readonly code?: string | undefined
  readonly errno?: number | undefined
  readonly sqlState?: string | undefined
}

/** While what was being done: decides whether a lost socket was never there or broke off. */
export type Phase = 'connect' | 'query'

const refusedLogin = new Set([1045, 1251, 1275, 1396, 1524, 1698, 1820, 1862, 3118, 3878, 3955, 4151])
const overloaded = new Set([1040, 1129, 1135, 1158, 1159, 1160, 1161, 1203, 1226])
const lost = new Set([1053, 1077, 1079, 1080, 1152, 1184, 1927, 2006, 2013, 3169, 4031])
const interrupted = new Set([1317, 1028])
/** ER_STATEMENT_TIMEOUT of MariaDB, and ER_QUERY_TIMEOUT. */
const timedOut = new Set([1969, 3024])
const notPermitted = new Set([1044, 1142, 1143, 1227, 1370, 1410, 1873, 1874])
const noSuchObject: ReadonlyMap<number, string> = new Map([
  [1049, 'database'],
  [1051, 'table'],
  [1054, 'column'],
  [1146, 'table'],
  [1176, 'index'],
])
const definitionChanged = 1412
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EHOSTDOWN',
])
const brokenSocket = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ERROR',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'PROTOCOL_UNEXPECTED_PACKET',
  'ERR_STREAM_DESTROYED',
  'ERR_SOCKET_CLOSED',
])

/**
 * What went wrong at the source, in transload's words. An error that is one already is handed on. Nothing of the
 * settings but the label is in the message. `table` is the one that was read, for errors that do not name it.
 */
export function toSourceError(error: unknown, endpoint: string, phase: Phase, table?: string): TransloadError {
  if (error instanceof TransloadError) return error
  if (!(error instanceof Error)) return new TransloadError('TL_S299', { endpoint, reason: String(error) }, error)
  const known: DriverError = error
  const { errno, code = '' } = known
  const reason = oneLine(known)
  const context = { endpoint, reason }
  if (isTlsError(code, known.message)) {
    const cure =
      code === 'HANDSHAKE_NO_SSL_SUPPORT'
        ? 'Write ssl-mode=DISABLED if the network is trusted.'
        : 'Name the certificate authority with ssl-ca=FILE, or write ssl-mode=REQUIRED to encrypt without verifying.'
    return new TransloadError('TL_C103', { url: endpoint, reason, cure }, error)
  }
  if (errno === definitionChanged)
    return new TransloadError('TL_S206', { table: table ?? tableOf(known), endpoint }, error)
  if (errno !== undefined && errno > 0) {
    if (refusedLogin.has(errno)) return new TransloadError('TL_S203', context, error)
    if (overloaded.has(errno)) return new TransloadError('TL_S201', context, error)
    if (timedOut.has(errno)) return new TransloadError('TL_V704', context, error)
    if (lost.has(errno) || interrupted.has(errno)) return new TransloadError('TL_S202', context, error)
    if (notPermitted.has(errno))
      return new TransloadError('TL_S204', { ...context, cure: grantFor(known, endpoint) }, error)
    const kind = noSuchObject.get(errno)
    if (kind !== undefined) return new TransloadError('TL_S205', { endpoint, kind, name: nameOf(known) }, error)
    return new TransloadError('TL_S299', context, error)
  }
  if (/^AUTH_SWITCH|auth.*plugin/i.test(`${code} ${known.message}`))
    return new TransloadError('TL_S203', context, error)
  if (unreachable.has(code)) return new TransloadError(phase === 'connect' ? 'TL_S201' : 'TL_S202', context, error)
  if (brokenSocket.has(code) || /closed state|server closed the connection/i.test(known.message)) {
    return new TransloadError(phase === 'connect' ? 'TL_S201' : 'TL_S202', context, error)
  }
  return new TransloadError('TL_S299', context, error)
}

/** Whether the server says that somebody else than we ended the statement while the connection lives on. */
export function isInterrupted(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' && interrupted.has(error.errno)
}

/** The server's number of an error, also of one that was translated. */
export function serverErrorNumber(error: unknown): number | undefined {
  const original = error instanceof TransloadError ? error.cause : error
  if (!(original instanceof Error) || !('errno' in original)) return undefined
  return typeof original.errno === 'number' ? original.errno : undefined
}

function isTlsError(code: string, message: string): boolean {
  return (
    code === 'HANDSHAKE_NO_SSL_SUPPORT' ||
    code === 'HANDSHAKE_SSL_ERROR' ||
    /^ERR_(TLS|SSL|OSSL)_|^CERT_|^SELF_SIGNED|^DEPTH_ZERO|^UNABLE_TO_(VERIFY|GET)/.test(code) ||
    /certificate|does not support secure connection/i.test(message)
  )
}

function oneLine(error: DriverError): string {
  const number = error.errno !== undefined && error.errno > 0 ? ` (${error.errno}, ${error.sqlState ?? ''})` : ''
  return `${error.message.replaceAll(/\s+/g, ' ').trim()}${number}`
}

/** `Table 'db.t' doesn't exist`, `Unknown column 'c' in 'field list'`, `Key 'k' doesn't exist in table 't'`. */
function nameOf(error: DriverError): string {
  return /'((?:[^']|'')*)'/.exec(error.message)?.[1] ?? oneLine(error)
}

function tableOf(error: DriverError): string {
  return /table '([^']+)'/i.exec(error.message)?.[1] ?? 'that is being read'
}

/**
 * The statement that permits it. The server's messages name privilege, account and object:
 * `SELECT command denied to user 'u'@'h' for table 'db'.'t'`, `Access denied for user 'u'@'h' to database 'db'`,
 * `Access denied; you need (at least one of) the RELOAD privilege(s) for this operation`.
 */
function grantFor(error: DriverError, endpoint: string): string {
  const account = /user '([^']*)'@'([^']*)'/.exec(error.message)
  const user = account === null ? 'the user of the source URL' : `'${account[1] ?? ''}'@'${account[2] ?? ''}'`
  const denied = /^(\w+(?:, ?\w+)*) command denied .* for (?:table|column .* in table) (.+)$/.exec(error.message)
  if (denied !== null) {
    const parts = [...(denied[2] ?? '').matchAll(/'([^']+)'|`([^`]+)`/g)].map((part) => part[1] ?? part[2] ?? '')
    // MySQL 9 leaves the database out.
    const whole = parts.length === 1 ? [...onlyDatabase(endpoint), ...parts] : parts
    const object = whole.length > 0 ? whole.map(quoteName).join('.') : (denied[2] ?? '')
    return `Run: GRANT ${denied[1] ?? 'SELECT'} ON ${object} TO ${user};`
  }
  const database = /to database '([^']+)'/.exec(error.message)?.[1]
  if (database !== undefined) return `Run: GRANT SELECT ON ${quoteName(database)}.* TO ${user};`
  const needed = /need \(at least one of\) the (.+?) privilege/.exec(error.message)?.[1]
  if (needed !== undefined) return `Run: GRANT ${needed.split(/ or |, /)[0] ?? needed} ON *.* TO ${user};`
  return `Grant ${user} what the message names.`
}

/** The database that a label names, where it names one. */
function onlyDatabase(label: string): string[] {
  const names = (label.split('/')[3] ?? '').split(',').filter((name) => name !== '')
  return names.length === 1 ? names.map(decodeURIComponent) : []
}
