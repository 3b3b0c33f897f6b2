import { TransloadError } from '../../errors/transload-error.ts'
import type { ErrorContext } from '../../errors/transload-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { isMaskable } from '../../errors/is-maskable.ts'
import { quoteName } from './quote.ts'

/** The fields of an ErrorResponse that decide. Texts are in the server's language. */
export interface ServerError extends Error {
  /** SQLSTATE. */
  readonly code: string
  readonly detail?: string | undefined
  readonly where?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
  readonly severity?: string | undefined
}

/** Whom an error is about. Nothing here is a secret but `password`, which is taken out of every message. */
export interface ErrorScene {
  readonly label: string
  readonly user?: string | undefined
  readonly database?: string | undefined
  readonly password?: string | undefined
  /** Nothing is written: whoever is refused is told what reading takes. */
  readonly isReadOnly?: boolean | undefined
  /** Rows are read from it: its errors are a source's. */
  readonly isSource?: boolean | undefined
}

const sourceCodes = {
  TL_T301: 'TL_S201',
  TL_T302: 'TL_S202',
  TL_T303: 'TL_S203',
  TL_T304: 'TL_S204',
  TL_T305: 'TL_S205',
  TL_T306: 'TL_S299',
  TL_T399: 'TL_S299',
} as const satisfies { readonly [code in ErrorCode]?: ErrorCode }

/** An error of the end that the connection is: the codes are a target's, and become a source's where it is one. */
export function errorOf(
  scene: Pick<ErrorScene, 'isSource'>,
  code: keyof typeof sourceCodes,
  context: ErrorContext,
  cause?: unknown,
): TransloadError {
  return new TransloadError(scene.isSource === true ? sourceCodes[code] : code, context, cause)
}

/** True for an ErrorResponse of the server, false for a socket's error or one of ours. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code))
}

/** The code that an error of the driver or the server means for an end; a `TransloadError` is returned as it is. */
export function toEndError(error: unknown, scene: ErrorScene): TransloadError {
  if (error instanceof TransloadError) return error
  if (isServerError(error)) return fromServer(error, scene)
  if (error instanceof Error) return fromSocket(error, scene)
  return errorOf(scene, 'TL_T399', { endpoint: scene.label, reason: String(error) })
}

/** What the system says of a full disk, a quota and a limit on the size of files; of the last two the server has no code. */
const noRoom = /no space left on device|disk quota exceeded|file too large/i

const isTimeout = /statement timeout/i

function fromServer(error: ServerError, scene: ErrorScene): TransloadError {
  const endpoint = scene.label
  const reason = scrub(error.message, scene)
  const make = (code: 'TL_T301' | 'TL_T302' | 'TL_T303' | 'TL_T306' | 'TL_T399'): TransloadError =>
    errorOf(scene, code, { endpoint, reason }, error)
  const missing = (kind: string, cure: string): TransloadError => {
    const name = namedIn(error.message)
    return name === undefined ? make('TL_T399') : errorOf(scene, 'TL_T305', { endpoint, kind, name, cure }, error)
  }

  switch (error.code) {
    case '28000':
    case '28P01':
      return make('TL_T303')
    case '3D000':
      return missing('database', `Create it (CREATE DATABASE ${quoteName(scene.database ?? '')}), or mend the URL.`)
    case '3F000':
      return missing('schema', 'Create the schema, or answer yes when asked (--yes).')
    case '42P01':
      return missing('table', 'Run without --data-only, or create the table first.')
    case '42703':
      if (scene.isSource !== true) break
      // What is written is checked before; of a table that is read somebody has taken a column away.
      return missing('column', 'Run again with --fresh once the change is through.')
    case '40001':
      if (scene.isSource !== true) break
      // Of a standby: the primary has removed what the moment needs.
      return make('TL_T302')
    case '42501':
      return errorOf(scene, 'TL_T304', { endpoint, reason, cure: grantFor(error, scene) }, error)
    case '25006':
      return errorOf(
        scene,
        'TL_T304',
        {
          endpoint,
          reason,
          cure: 'Connect to the primary server, or lift default_transaction_read_only for the role.',
        },
        error,
      )
    case '53300':
      return make('TL_T301')
    case '57014':
      // The same code says that somebody has cancelled it.
      return isTimeout.test(error.message)
        ? new TransloadError('TL_V704', { endpoint, reason }, error)
        : make('TL_T399')
    case '57P01':
    case '57P02':
    case '57P05':
    case '25P03':
    case '25P04':
      return make('TL_T302')
    case '57P03':
      return make('TL_T301')
  }
  // 53400 is a limit of the configuration, 53200 memory: room of another kind, but room.
  if (error.code.startsWith('53') || noRoom.test(error.message)) return make('TL_T306')
  if (error.code.startsWith('08')) return make('TL_T302')
  return make('TL_T399')
}

const refusedCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOENT',
  'EACCES',
])
const lostCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED',
  'ERR_STREAM_DESTROYED',
])

function fromSocket(error: Error, scene: ErrorScene): TransloadError {
  const code = 'code' in error ? String(error.code) : ''
  // Node joins the tries at several addresses of one host into an AggregateError with an empty message.
  const reason = scrub(error.message === '' ? code : error.message, scene)
  const context: ErrorContext = { endpoint: scene.label, reason }
  const isConnecting = 'syscall' in error && error.syscall === 'connect'
  if (isConnecting || refusedCodes.has(code) || error.message === 'timeout expired') {
    return errorOf(scene, 'TL_T301', context, error)
  }
  if (lostCodes.has(code) || /^Connection terminated|not queryable|was closed/.test(error.message)) {
    return errorOf(scene, 'TL_T302', context, error)
  }
  // What TLS and the SASL exchange complain about does not go away by trying again.
  if (/SSL|TLS|certificate|self-signed/i.test(reason) || code.startsWith('ERR_TLS') || code.startsWith('CERT_')) {
    return errorOf(scene, 'TL_T303', context, error)
  }
  if (reason.startsWith('SASL')) return errorOf(scene, 'TL_T303', context, error)
  return errorOf(scene, 'TL_T399', context, error)
}

/**
 * The statement that would cure a missing privilege. The server names the object in its message alone, and only there
 * where it speaks English.
 */
function grantFor(error: ServerError, scene: ErrorScene): string {
  const role = quoteName(scene.user ?? 'role')
  const found = /permission denied for (schema|database|table|view|sequence|function|type|tablespace) (.+)$/.exec(
    error.message,
  )
  const kind = found?.[1]
  const name = quoteName(found?.[2] ?? '')
  const isReadOnly = scene.isReadOnly === true
  switch (kind) {
    case 'schema':
      if (isReadOnly) return `GRANT USAGE ON SCHEMA ${name} TO ${role};`
      return `GRANT USAGE, CREATE ON SCHEMA ${name} TO ${role};`
    case 'database':
      return `GRANT CREATE, TEMPORARY ON DATABASE ${name} TO ${role};`
    case 'table':
    case 'view':
      if (isReadOnly) return `GRANT SELECT ON TABLE ${name} TO ${role};`
      return `GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE ${name} TO ${role};`
    case 'sequence':
      if (isReadOnly) return `GRANT SELECT ON SEQUENCE ${name} TO ${role};`
      return `GRANT USAGE, SELECT, UPDATE ON SEQUENCE ${name} TO ${role};`
    case 'function':
      return `GRANT EXECUTE ON FUNCTION ${name} TO ${role};`
    case 'type':
      return `GRANT USAGE ON TYPE ${name} TO ${role};`
    case 'tablespace':
      return `GRANT CREATE ON TABLESPACE ${name} TO ${role};`
    default:
      return `Let the role ${role} do what the message names, or use another role in the URL.`
  }
}

/** The first quoted name in a message, as the server writes it. */
function namedIn(message: string): string | undefined {
  return /["«„]([^"»“]+)["»“]/.exec(message)?.[1]
}

function scrub(message: string, scene: ErrorScene): string {
  const secret = scene.password
  return secret === undefined || !isMaskable(secret) ? message : message.replaceAll(secret, '***')
}
