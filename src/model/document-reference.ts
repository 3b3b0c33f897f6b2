import type { QualifiedName } from './relation.ts'

/** Values of documents that are, or may be, the key of documents of a collection. */
export interface DocumentReference {
  readonly table: QualifiedName
  /** From the documents on: names of fields, and null for the elements of an array or the fields of a map. */
  readonly path: readonly (string | null)[]
  /** Absent: the values are DBRefs, each of which says it. */
  readonly to?: QualifiedName | undefined
  /** Of the values in `to`; absent: `_id`. */
  readonly toPath?: readonly string[] | undefined
}

/** What there is of it. A value is counted as often as it is there; null is none. */
export interface ReferenceCount {
  readonly values: number
  /** Those that no document of the collection has. */
  readonly orphans: number
  /** Collections that DBRefs name, up to nine. */
  readonly named: readonly QualifiedName[]
}
