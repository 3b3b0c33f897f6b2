import { notReadable } from '../../../errors/file-error.ts'
import { TransloadError } from '../../../errors/transload-error.ts'

const getWhole = 'Get a whole copy of it, or have it dumped anew.'

/** A dump that ends where it should go on. @param label What the user named */
export function cutOff(label: string, reason: string, cause?: unknown): TransloadError {
  return new TransloadError('TL_S207', { endpoint: label, reason }, cause)
}

/** A dump that is damaged. */
export function damaged(label: string, reason: string): TransloadError {
  return notReadable(label, reason, getWhole)
}
