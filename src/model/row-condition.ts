/**
 * What a filter says of the rows that are to be read, in values of the canonical types: a source that can go by it may
 * leave out rows for which it is certainly false, and no others. A row for which it is true is read, and so is one for
 * which it has no answer, or a value of which is faulty: what becomes of those is decided where they are read.
 *
 * A condition has no answer where one of the following asks for the order of a NULL; `all` and `any` are as SQL's AND and
 * OR with UNKNOWN for no answer.
 */
export type RowCondition =
  | { readonly all: readonly RowCondition[] }
  | { readonly any: readonly RowCondition[] }
  | ColumnCondition

/** About one column, by its name at the source. */
export type ColumnCondition = ValueCondition | OrderCondition

/** Equal is what is the same value: of texts, what has the same characters. NULL is equal to NULL alone. */
export interface ValueCondition {
  readonly column: string
  readonly is: 'one of' | 'none of'
  /** Canonical texts, null for NULL; one or more. */
  readonly values: readonly (string | null)[]
}

/** NULL is neither before nor behind anything: there is no answer. Of truths false comes first; texts go by code point. */
export interface OrderCondition {
  readonly column: string
  readonly is: OrderSign
  /** Canonical text. */
  readonly value: string
}

export type OrderSign = '<' | '<=' | '>' | '>='
