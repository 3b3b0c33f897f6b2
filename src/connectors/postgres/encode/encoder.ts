import type { ErrorCode } from '../../../errors/catalogue.ts'
import type { TargetType } from '../types.ts'
import type { Output } from './output.ts'

/** Why a value is not sent. */
export interface Fault {
  readonly code: ErrorCode
  readonly reason: string
}

/**
 * Writes one value as a field of COPY's binary form: its length as int32, then its bytes, as the type's receive function
 * of the server takes them. The cell is not NULL; `view` is over `source`. On a fault what was written does not count.
 */
export type Encode = (
  out: Output,
  source: Uint8Array,
  view: DataView,
  start: number,
  length: number,
) => Fault | undefined

/** How a column is encoded, or why it cannot be. */
export type Choice = Encode | { readonly refused: string }

export function isEncode(choice: Choice): choice is Encode {
  return typeof choice === 'function'
}

/** A value that the target's type cannot hold as it is. */
export function unfit(type: TargetType, reason: string): Fault {
  return { code: 'TL_D402', reason: `it does not fit ${type.text}: ${reason}` }
}

/** A cell's bytes as text for a reason, cut short. */
export function shown(source: Uint8Array, start: number, length: number): string {
  const text = Buffer.from(source.buffer, source.byteOffset + start, Math.min(length, 100)).toString('utf8')
  return length > 100 ? `${text}…` : text
}
