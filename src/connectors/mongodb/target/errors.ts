import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb'
import { isMaskable } from '../../../errors/is-maskable.ts'
import { TransloadError } from '../../../errors/transload-error.ts'

/** Whom an error is about. */
interface ErrorScene {
  readonly label: string
  /** Taken out of every message. */
  readonly password?: string | undefined
}

/** An index that has a value already. */
export const duplicateKey = 11_000
const authenticationFailed = 18
const unauthorized = 13
const namespaceNotFound = 26
const outOfDiskSpace = 14_031
const timeLimit = 50

/** The server is no primary any more, or goes down. */
const steppedDown: ReadonlySet<unknown> = new Set([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436])

/** What Node says of a connection that broke, which the driver passes on of one that it was writing to. */
const lostCodes: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED',
  'ERR_STREAM_DESTROYED',
])

/** Errors that the driver throws of a client whose connections are gone. */
const lostNames: ReadonlySet<string> = new Set([
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoExpiredSessionError',
])

/** The code that an error of the driver or the server means for a target; a `TransloadError` is returned as it is. */
export function toTargetError(error: unknown, scene: ErrorScene): TransloadError {
  if (error instanceof TransloadError) return error
  const endpoint = scene.label
  const reason = scrub(error instanceof Error ? error.message : String(error), scene)
  const make = (code: 'TL_T301' | 'TL_T302' | 'TL_T303' | 'TL_T306' | 'TL_V704' | 'TL_T399'): TransloadError =>
    new TransloadError(code, { endpoint, reason }, error)
  if (error instanceof MongoServerError) {
    if (error.code === authenticationFailed) return make('TL_T303')
    if (error.code === outOfDiskSpace) return make('TL_T306')
    if (error.code === timeLimit) return make('TL_V704')
    if (steppedDown.has(error.code)) return make('TL_T302')
    if (error.code === unauthorized) {
      const cure = 'Have the user granted readWrite on the database: db.grantRolesToUser(USER, ["readWrite"]).'
      return new TransloadError('TL_T304', { endpoint, reason, cure }, error)
    }
    if (error.code === namespaceNotFound) {
      const cure = 'Run without --data-only, or create the collection first.'
      return new TransloadError('TL_T305', { endpoint, kind: 'collection', name: reason, cure }, error)
    }
    return make('TL_T399')
  }
  if (error instanceof MongoServerSelectionError) return make('TL_T301')
  if (error instanceof MongoNetworkError) return make('TL_T302')
  if (error instanceof Error && 'code' in error && lostCodes.has(error.code)) return make('TL_T302')
  if (error instanceof MongoError && lostNames.has(error.name)) return make('TL_T302')
  return make('TL_T399')
}

/** Whether the server said this, directly or as the cause of our own error. */
export function isServerCode(error: unknown, code: number): boolean {
  const told = error instanceof TransloadError ? error.cause : error
  return told instanceof MongoServerError && told.code === code
}

function scrub(message: string, { password }: ErrorScene): string {
  if (password === undefined || !isMaskable(password)) return message
  return message.replaceAll(password, '***').replaceAll(encodeURIComponent(password), '***')
}
