import { TransloadError } from './transload-error.ts'

/** A file that is there, and is not what it ought to be. @param cure A sentence */
export function notReadable(label: string, reason: string, cure: string, cause?: unknown): TransloadError {
  return new TransloadError('TL_S208', { file: label, reason, cure }, cause)
}

/** A file that cannot be opened, read or unpacked. @param label What the user named */
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
