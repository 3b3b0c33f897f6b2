import {
  MongoError,
  MongoInvalidArgumentError,
  MongoMissingCredentialsError,
  MongoMissingDependencyError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoParseError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb'
import { TransloadError } from '../../errors/transload-error.ts'

/** While what was being done: decides whether a server was never there or went away. */
export type Phase = 'connect' | 'query'

/** Whom an error is about. */
export interface ErrorPlace {
  readonly label: string
  readonly user?: string | undefined
  readonly authSource?: string | undefined
}

// Numbers of errors: github.com/mongodb/mongo, src/mongo/base/error_codes.yml.
const refusedLogin = new Set([11, 18, 31, 334, 391, 8000])
const notPermitted = new Set([13, 33])
/**
 * A server that shuts down, steps down, or ended what it was doing for somebody else: it is there again soon. 43, a cursor
 * that is gone, comes here where its reader cannot go on from the last key.
 */
const lost = new Set([
  6, 7, 43, 63, 89, 91, 133, 175, 189, 202, 237, 262, 290, 384, 9001, 10107, 11600, 11601, 11602, 13388,
])
const lostToo = new Set([13435, 13436, 234, 150, 13297])
const noSuchNamespace = 26
const timedOut = 50
const unknownCommand = new Set([59, 40324, 115, 303, 40573, 72])

/**
 * What went wrong at the source, in transload's words. An error that is one already is handed on. Nothing of the settings
 * but the label, and for who is not permitted to do something the user, is in the message.
 */
export function toSourceError(error: unknown, place: ErrorPlace, phase: Phase): TransloadError {
  if (error instanceof TransloadError) return error
  const endpoint = place.label
  if (!(error instanceof Error)) return new TransloadError('TL_S299', { endpoint, reason: String(error) }, error)
  const context = { endpoint, reason: reasonOf(error) }
  if (isTlsError(error)) {
    const cure =
      'Name the certificate authority with tlsCAFile=FILE, or write tls=true or tls=false as the server has it.'
    return new TransloadError('TL_C103', { url: endpoint, reason: context.reason, cure }, error)
  }
  if (error instanceof MongoServerSelectionError) return new TransloadError('TL_S201', context, error)
  if (error instanceof MongoServerError) return fromServer(error, context, place, phase)
  if (error instanceof MongoMissingCredentialsError) return new TransloadError('TL_S203', context, error)
  if (isOfTheUrl(error)) {
    const cure = 'Change the option, or leave it out.'
    return new TransloadError('TL_C103', { url: endpoint, reason: context.reason, cure }, error)
  }
  if (isOfTheLine(error)) return new TransloadError(phase === 'connect' ? 'TL_S201' : 'TL_S202', context, error)
  return new TransloadError('TL_S299', context, error)
}

function fromServer(
  error: MongoServerError,
  context: { readonly endpoint: string; readonly reason: string },
  place: ErrorPlace,
  phase: Phase,
): TransloadError {
  const code = serverErrorCode(error) ?? 0
  if (refusedLogin.has(code)) return new TransloadError('TL_S203', context, error)
  if (notPermitted.has(code)) {
    return new TransloadError('TL_S204', { ...context, cure: grantFor(error.message, place) }, error)
  }
  if (lost.has(code) || lostToo.has(code) || error.hasErrorLabel('RetryableError')) {
    return new TransloadError(phase === 'connect' ? 'TL_S201' : 'TL_S202', context, error)
  }
  if (code === noSuchNamespace) {
    const name = /ns (?:does not exist|not found):? *(\S+)/i.exec(error.message)?.[1] ?? context.reason
    return new TransloadError('TL_S205', { endpoint: context.endpoint, kind: 'collection', name }, error)
  }
  if (code === timedOut) return new TransloadError('TL_V704', context, error)
  return new TransloadError('TL_S299', context, error)
}

/** The server's number of an error, also of one that was translated. */
export function serverErrorCode(error: unknown): number | undefined {
  const original = error instanceof TransloadError ? error.cause : error
  if (!(original instanceof MongoServerError)) return undefined
  const code = Number(original.code)
  return Number.isInteger(code) ? code : undefined
}

/** Whether the server does not know the command, or a stage or an option of it. */
export function isNotKnownToServer(error: unknown): boolean {
  return unknownCommand.has(serverErrorCode(error) ?? 0)
}

export function isNotPermitted(error: unknown): boolean {
  return notPermitted.has(serverErrorCode(error) ?? 0)
}

/** `not authorized on shop to execute command { find: "users", … }`, `user is not allowed to do action [find] on [shop.users]` */
function grantFor(message: string, { user, authSource = 'admin' }: ErrorPlace): string {
  if (user === undefined) return 'Name a user in the source URL that may read the database.'
  const database =
    /not authorized on (\S+) to execute/.exec(message)?.[1] ?? /\bon \[([^.\]]+)[^\]]*\]/.exec(message)?.[1]
  const role =
    database === undefined || database === 'admin'
      ? '{ role: "readAnyDatabase", db: "admin" }'
      : `{ role: "read", db: ${JSON.stringify(database)} }`
  const owner = JSON.stringify(authSource)
  return `Run: db.getSiblingDB(${owner}).grantRolesToUser(${JSON.stringify(user)}, [${role}])`
}

function isTlsError(error: Error): boolean {
  return causesOf(error).some(({ code, message }) => {
    const isCode = /^ERR_(TLS|SSL|OSSL)_|^CERT_|^SELF_SIGNED|^DEPTH_ZERO|^UNABLE_TO_(VERIFY|GET)/.test(code ?? '')
    return isCode || /certificate/i.test(message)
  })
}

function isOfTheUrl(error: Error): boolean {
  return (
    error instanceof MongoParseError ||
    error instanceof MongoInvalidArgumentError ||
    error instanceof MongoMissingDependencyError
  )
}

const brokenSocket = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN|ERR_STREAM|ERR_SOCKET)/

function isOfTheLine(error: Error): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoNetworkTimeoutError) return true
  if (error instanceof MongoTopologyClosedError) return true
  // A pool that is cleared beneath a command, or a client that was closed while it waited for a connection.
  if (error instanceof MongoError && /PoolCle|PoolClosed|NotConnected|ClientClosed/.test(error.name)) return true
  return causesOf(error).some(({ code }) => brokenSocket.test(code ?? ''))
}

/** The error, and those that it came of. */
function causesOf(error: Error): readonly { readonly message: string; readonly code?: string | undefined }[] {
  const all: { message: string; code?: string | undefined }[] = []
  for (let at: unknown = error; at instanceof Error && all.length < 8; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined
    all.push({ message: at.message, code })
  }
  return all
}

function reasonOf(error: Error): string {
  const text = error.message.replaceAll(/\s+/g, ' ').trim()
  const code = serverErrorCode(error)
  if (code === undefined) return text === '' ? error.name : text
  const name = error instanceof MongoServerError && error.codeName !== undefined ? `, ${String(error.codeName)}` : ''
  return `${text} (${code}${name})`
}
