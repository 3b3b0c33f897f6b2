import type { Batch } from '../batch/batch.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { QualifiedName } from '../model/relation.ts'
import type { TablePart } from '../model/table-part.ts'
import type { ReadPlan } from '../model/plan.ts'
import type { Repairs } from './repair.ts'

/** A column, by its type at the end that is asked: a source's own, or, at a target, the text that it prints of it. */
export interface ContentColumn<Type> {
  readonly name: string
  readonly type: Type
  readonly form: DigestForm
}

/** Values of a key's columns, in their order, as the text of their forms; of bytes their hexadecimal digits. */
export type KeyTexts = readonly string[]

/** The rows after one key up to and with another, either of which may be absent. */
export interface ContentRange {
  readonly after?: KeyTexts | undefined
  readonly upTo?: KeyTexts | undefined
}

/** What is read of one table to compare it. */
export interface ContentQuestion<Type> {
  readonly table: QualifiedName
  /** The rows that are asked about; absent: all of them. */
  readonly part?: TablePart | undefined
  readonly columns: readonly ContentColumn<Type>[]
  /** Names of `columns` that the rows are ordered by, ascending, as the server orders them; empty: in any order. */
  readonly order: readonly string[]
  /** Those of `order` by whose cells the rows are ordered, byte by byte, whatever their type and collation. Absent: none. */
  readonly bytewise?: readonly string[] | undefined
  /** Name of the index that has this order, for an engine that is to be told. */
  readonly index?: string | undefined
  /** Of the columns of `order`, where they are of forms whose order is that of their values. Absent: all rows. */
  readonly range?: ContentRange | undefined
  /** The rows of single keys alone: names of `columns`, and their values. */
  readonly keys?: ContentKeys | undefined
  /**
   * Of a collection: how a run reads it. Where that has children, the reader fills their frames too, with cells as a run's reader
   * does, since no server makes texts of them.
   */
  readonly read?: ReadPlan | undefined
}

/** Rows that are told by their key. */
export interface ContentKeys {
  readonly columns: readonly string[]
  readonly values: readonly KeyTexts[]
}

/**
 * What the text that a statement of the server makes of a value is worth. `exact`: its one spelling, which every engine
 * makes of it. `tried`: texts that two engines make alike are equal values, and equal values are likely to have them.
 */
export type Digestible = 'exact' | 'tried'

/** How a column enters the digest of a row. */
export interface DigestColumn<Type> extends ContentColumn<Type> {
  /** Its values may be long: they enter as their own hash. */
  readonly isLong: boolean
}

/** Rows whose digests are added up in the server. */
export interface DigestQuestion<Type> extends Omit<ContentQuestion<Type>, 'columns'> {
  readonly columns: readonly DigestColumn<Type>[]
  /** Names of columns whose NULLs are counted. */
  readonly counted: readonly string[]
}

/** What the rows of a range come to, whatever order they are in. Two with the same sums hold the same rows. */
export interface RangeDigest {
  readonly rows: number
  /** By column of `counted`. */
  readonly nulls: readonly number[]
  /** Rows of which the server could not make a digest: where there are any, the sums prove nothing. */
  readonly unhashed: number
  /**
   * Exact sums of the first and the second 64 bits of the rows' SHA-256, taken as signed integers, in decimal digits. See
   * `canonical/row-digest-input` for what is hashed.
   */
  readonly sums: readonly [string, string]
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

/** Where two documents differ first, for people. */
export interface DocumentDifference {
  /** The same for all documents that differ there, such as `lines[].price`: without places in arrays. */
  readonly where: string
  /** What stands there at each end, with its whole path. */
  readonly source: string
  readonly target: string
}

/** Makes documents again of the rows that a run has made of them. */
export interface Rebuilder<Type> {
  /** What `ContentQuestion.columns` has for the documents themselves, as their bytes. */
  readonly whole: ContentColumn<Type>
  /**
   * Appends the document of row `row` of frame 0 to the arena, of which `batch` is no part. Frames and cells are as a run's
   * reader fills them; rows of a child are in the order of those that they stand in, then of `$ordinal`, or of the bytes of
   * `$key`. Undefined where no document can be made of the rows: nothing is appended then.
   */
  build(
    batch: Batch,
    row: number,
    arena: Pick<Batch, 'bytes' | 'view' | 'used' | 'reserve'>,
  ): { readonly start: number; readonly end: number } | undefined
  /** Undefined where both are the same bytes. What is no document is told to be none. */
  difference(source: Uint8Array, target: Uint8Array): DocumentDifference | undefined
}

/** Digits behind the second that a target keeps, and the rule that others are counted as lost by. */
export interface TimeCut {
  readonly digits: number
  readonly rule: string
}

/** One moment of a database whose tables can be compared. */
export interface Contents<Type> {
  /** Where the end's log stood as the moment began; undefined where it has none, or does not tell. */
  readonly position?: string | undefined
  /** Forms that values of a type can be given in, the best first; none where they cannot be compared. */
  formsOf(type: Type): readonly DigestForm[]
  /** Whether the engine orders columns of the type as values of the form are ordered: digits that are text are not. */
  isOrderedBy(type: Type, form: DigestForm): boolean
  /** Where its type has fewer digits of a second than values of the form may have; absent: it has as many. */
  cutOf?(type: Type, form: DigestForm): TimeCut | undefined
  /** @throws TransloadError where the table cannot be read */
  openContents(question: ContentQuestion<Type>, signal: AbortSignal): Promise<ContentReader>
  /**
   * Keys that cut the table into ranges of roughly `rowCount` rows, ascending, each one that exists; none where it is small
   * or cannot be cut. Absent: the engine has no such keys to tell.
   *
   * @param question Its columns are those of its order, and its range is what is cut
   * @param maxCount Of a range: at most so many keys, the first ones; absent: as many as there are
   */
  bounds?(
    question: ContentQuestion<Type>,
    rowCount: number,
    signal: AbortSignal,
    maxCount?: number,
  ): Promise<readonly KeyTexts[]>
  /** Undefined: a statement of the server cannot say the values of the type in this form. */
  digestible?(type: Type, form: DigestForm): Digestible | undefined
  /** Adds up the digests of the rows in the server. @throws TransloadError where the table cannot be read */
  digest?(question: DigestQuestion<Type>, signal: AbortSignal): Promise<RangeDigest>
  /**
   * Of a source of documents.
   * @throws TL_C105 where documents cannot be made again of what is read
   */
  rebuilder?(read: ReadPlan): Rebuilder<Type>
  /** What would make the rows of this end those of another; absent where no such statements are written. */
  readonly repairs?: Repairs | undefined
}
