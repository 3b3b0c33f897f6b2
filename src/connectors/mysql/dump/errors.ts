import { notReadable } from '../../../errors/file-error.ts'
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
