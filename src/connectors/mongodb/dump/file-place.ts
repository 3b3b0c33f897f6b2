import { TransloadError } from '../../../errors/transload-error.ts'
import type { Cursor } from '../../../model/plain.ts'

/** A place between two documents of a file, as cursors have it. */
export interface FilePlace {
  /** In the file, unpacked, in bytes; 0 where whoever goes on has to count. */
  readonly position: number
  /** Documents before it. */
  readonly count: number
  /** Of a file of text: the line that it is in, from 1. */
  readonly line: number
}

export const fileStart: FilePlace = { position: 0, count: 0, line: 1 }

/** @throws TL_X901 where it is no cursor of a file's */
export function readFilePlace(cursor: Cursor | undefined): FilePlace {
  if (cursor === undefined) return fileStart
  const named = (typeof cursor === 'object' ? cursor : undefined) as
    | { readonly [name: string]: unknown }
    | null
    | undefined
  const { position, count, line } = { position: 0, count: undefined, line: 1, ...named }
  if (isWhole(position) && isWhole(count) && isWhole(line)) return { position, count, line }
  throw new TransloadError('TL_X901', { reason: `${JSON.stringify(cursor)} is no cursor of a file of documents` })
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
