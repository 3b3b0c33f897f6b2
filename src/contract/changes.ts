import type { Batch } from '../batch/batch.ts'
import type { Cursor } from '../model/plain.ts'

/** A place in a source's log, in the engine's own canonical text; comparable by the source alone. */
export type Position = string

/** What happened to the row at the same place of frame 0. Types only: no connector streams changes yet. */
export interface ChangeBatch extends Batch {
  /** Per row of frame 0: 1 insert, 2 update, 3 delete. */
  readonly kinds: Uint8Array
  readonly position: Position
}

/** Changes after a position, through the same decoders as the copy. Types only: no connector streams changes yet. */
export interface ChangeSource extends AsyncDisposable {
  /** Resolves once the batch holds whole transactions up to `position`. */
  read(into: ChangeBatch, signal: AbortSignal): Promise<void>
  /** The source may forget what lies before. Never moves back. */
  advance(position: Position, signal: AbortSignal): Promise<void>
  readonly after: Cursor
}
