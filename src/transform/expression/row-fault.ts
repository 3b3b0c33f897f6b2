import { TransloadError } from '../../errors/transload-error.ts'

/** Why an expression has no value for this row: the row is rejected, the others go on. The reason holds no value of it. */
export function rowFault(reason: string): TransloadError {
  return new TransloadError('TL_D413', { reason })
}

/** As {@link rowFault}, where going on would take too long or too much memory: nothing in the expression catches it. */
export function workFault(): TransloadError {
  return new TransloadError('TL_D414')
}

/** Work that a fault counts as that does not cost the row: making an error takes longer than most functions. */
export const workPerFault = 100

/** Whether `||`, `&&`, `all` and `exists` may still come to a value without the part that failed. */
export function isRowFault(error: unknown): error is TransloadError {
  return error instanceof TransloadError && error.code === 'TL_D413'
}
