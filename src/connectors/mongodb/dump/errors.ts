import { TransloadError } from '../../../errors/transload-error.ts'

const getWhole = 'Get a whole copy of it, or have it dumped anew.'

/** A dump that ends where it should go on. @param label What the user named */
export function cutOff(label: string, reason: string, cause?: unknown): TransloadError {
  return new TransloadError('TL_S207', { endpoint: label, reason }, cause)
}

/** @param cure A sentence. */
export function notReadable(label: string, reason: string, cure = getWhole, cause?: unknown): TransloadError {
  return new TransloadError('TL_S208', { file: label, reason, cure }, cause)
}

/** A file that cannot be opened, read or unpacked. */
export function toFileError(error: unknown, label: string, path: string): unknown {
  if (error instanceof TransloadError || !(error instanceof Error) || !('code' in error)) return error
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TransloadError('TL_S205', { endpoint: label, kind: 'file', name: path }, error)
    case 'EACCES':
    case 'EPERM': {
      const cure = 'Let the user who runs transload read the file (chmod, chown).'
      return new TransloadError('TL_S204', { endpoint: label, reason: error.message, cure }, error)
    }
    case 'EISDIR':
      return notReadable(label, 'it is a folder', 'Name the file in it.', error)
    // What zlib says of data that ends too early, and of data that is damaged.
    case 'Z_BUF_ERROR':
      return cutOff(label, 'the packed data ends too early', error)
    case 'Z_DATA_ERROR':
      return notReadable(label, `the packed data is damaged (${error.message})`, getWhole, error)
    default:
      return new TransloadError('TL_S299', { endpoint: label, reason: error.message }, error)
  }
}
