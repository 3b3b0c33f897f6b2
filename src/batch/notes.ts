import type { EncodedValue } from '../model/loss.ts'

/** Why a row is not going over. Rare, so it may be an object. */
export interface RejectNote {
  /** Row of frame 0. */
  readonly row: number
  readonly stage: 'read' | 'transform' | 'write' | 'target'
  readonly column?: string | undefined
  readonly code: string
  readonly reason: string
  /** The value of `column` as the source gave it, where no cell holds it. */
  readonly original?: EncodedValue | undefined
}

/**
 * Values of one column that one policy changed. Every row is noted, not a mere count: a row that is rejected later on
 * has lost nothing, and only the lane knows by then.
 */
export interface LossNote {
  readonly column: string
  readonly rule: string
  /** Rows of frame 0. */
  readonly rows: number[]
  /** Per row: where in the arena the value is as it was, position and length; −1 where it was not kept. */
  readonly originals: number[]
  readonly show: ShowOriginal | undefined
}

/** What bytes that were kept of a value say of it. Nothing of them may be held. */
export type ShowOriginal = (bytes: Uint8Array, start: number, length: number) => EncodedValue

/** What a stage keeps of a row, under a key, for rows that come later. Everything is text. */
export interface MapEntry {
  /** Name of the map, unique in the pipeline. */
  readonly map: string
  readonly key: string
  /** Of several entries with one key the first by rank, then by id, as bytes, is found. */
  readonly rank: string
  readonly id: string
  readonly value: string | null
}
