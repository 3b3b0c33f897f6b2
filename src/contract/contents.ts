import type { Batch } from '../batch/batch.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { QualifiedName } from '../model/relation.ts'
import type { Repairs } from './repair.ts'

/** A column, by its type at the end that is asked: a source's own, or, at a target, the text that it prints of it. */
export interface ContentColumn<Type> {
  readonly name: string
  readonly type: Type
  readonly form: DigestForm
}

/** What is read of one table to compare it. */
export interface ContentQuestion<Type> {
  readonly table: QualifiedName
  readonly columns: readonly ContentColumn<Type>[]
  /** Names of `columns` that the rows are ordered by, ascending, as the server orders them; empty: in any order. */
  readonly order: readonly string[]
  /** Name of the index that has this order, for an engine that is to be told. */
  readonly index?: string | undefined
}

/** Reads what a table holds as text that the server made: it shares nothing with the readers that move rows. */
export interface ContentReader extends AsyncDisposable {
  /**
   * Fills frame 0 of `into` with the rows after those of the call before: cells are the columns' texts, of `bytes` the
   * bytes. Resolves to false once there is nothing after this batch.
   *
   * - A result that ends without the server's own word that it ended is an error, never an end.
   *
   * @throws `signal.reason` within 5 s of an abort
   */
  read(into: Batch, signal: AbortSignal): Promise<boolean>
}

/** One moment of a database whose tables can be compared. */
export interface Contents<Type> {
  /** Forms that values of a type can be given in, the best first; none where they cannot be compared. */
  formsOf(type: Type): readonly DigestForm[]
  /** Whether the engine orders columns of the type as values of the form are ordered: digits that are text are not. */
  isOrderedBy(type: Type, form: DigestForm): boolean
  /** @throws TransloadError where the table cannot be read */
  openContents(question: ContentQuestion<Type>, signal: AbortSignal): Promise<ContentReader>
  /** What would make the rows of this end those of another; absent where no such statements are written. */
  readonly repairs?: Repairs | undefined
}
