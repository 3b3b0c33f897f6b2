import { TransloadError } from '../../../errors/transload-error.ts'
import type { FailureKind, ScanFailure } from '../../../format/sql-text/dump-event.ts'

const cures: { readonly [kind in FailureKind]?: string } = {
  'not-sql': 'Name a file that mysqldump or mariadb-dump wrote, plain or packed with gzip.',
  'too-long': 'Dump the table by itself without the column, or read it from the server: mysql://.',
  malformed: 'Load the file into a server and read it from there (mysql://), or have it dumped anew.',
  setting: 'Have it dumped anew with the default options for character sets and sql_mode.',
}

/** What the scanner found wrong with the dump. */
export function toDumpError(failure: ScanFailure, label: string): TransloadError {
  const { kind, message, position } = failure
  if (kind === 'truncated') {
    return new TransloadError('TL_S207', { endpoint: label, reason: `${message}, after ${position} bytes` })
  }
  if (kind === 'dump-failed') {
    return new TransloadError('TL_S207', { endpoint: label, reason: `the dump tool says in it: ${message}` })
  }
  return notReadable(label, `${message} (at byte ${position})`, cures[kind] ?? '')
}

/** @param cure A sentence. */
export function notReadable(label: string, reason: string, cure: string, cause?: unknown): TransloadError {
  return new TransloadError('TL_S208', { file: label, reason, cure }, cause)
}

/** A file that cannot be opened or read. */
export function toFileError(error: unknown, label: string, path: string): unknown {
  if (error instanceof TransloadError || !(error instanceof Error) || !('code' in error)) return error
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TransloadError('TL_S205', { endpoint: label, kind: 'file', name: path }, error)
    case 'EACCES':
    case 'EPERM':
      return new TransloadError(
        'TL_S204',
        {
          endpoint: label,
          reason: error.message,
          cure: 'Let the user who runs transload read the file (chmod, chown).',
        },
        error,
      )
    case 'EISDIR':
      return notReadable(label, 'it is a folder', 'Name the file in it.')
    // What zlib says of data that ends too early, and of data that is damaged.
    case 'Z_BUF_ERROR':
      return new TransloadError('TL_S207', { endpoint: label, reason: 'the packed data ends too early' }, error)
    case 'Z_DATA_ERROR':
      return notReadable(label, `the packed data is damaged (${error.message})`, 'Get a whole copy of the file.')
    default:
      return new TransloadError('TL_S299', { endpoint: label, reason: error.message }, error)
  }
}
