/** How documents, or elements of an array, are made again of their rows. */
export interface DocumentSignature {
  /** Paths of columns and of children's arrays, in the order that the fields have. */
  readonly order: readonly string[]
  /**
   * Paths of columns, of children's arrays and of documents that columns stand in, which are there even where there is
   * nothing in them: as null, as an empty array, as an empty document. All others are left out then.
   */
  readonly alwaysThere: readonly string[]
  /**
   * Paths of columns for wider numbers, most of whose values are `int` all the same: what stands in them is one, unless the
   * document is there beside. Absent: there are no such columns.
   */
  readonly ints?: readonly string[] | undefined
}
