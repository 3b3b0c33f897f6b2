/** A choice of how a part of documents goes into tables that was not the only one. */
export interface ShapeNote {
  /** As `shape:` of a pipeline has it; the empty text: the documents themselves. */
  readonly path: string
  /** For people, such as `json column`. */
  readonly chosen: string
  /** One line, for people. */
  readonly why: string
  /** What `shape:` could say of the path in its place. */
  readonly others: readonly string[]
}
