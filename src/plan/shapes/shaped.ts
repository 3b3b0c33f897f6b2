import type { NameRule, Places } from '../../config/pipeline.ts'
import type { Fidelity, ShapeConfig } from '../../config/shape-config.ts'
import type { DocumentSignature } from '../../model/document-signature.ts'
import type { NotCarried } from '../../model/plan.ts'
import type { ShapeNote } from '../../model/shape-note.ts'
import type { TableInfo } from '../../model/relation.ts'

/** What is wished of the tables of one collection. */
export interface ShapeWishes {
  /** Absent: what the documents hold decides. */
  readonly shape?: ShapeConfig | undefined
  /** Absent: `convenient`. */
  readonly fidelity?: Fidelity | undefined
  /** Where `shape` stands in the pipeline, for messages. */
  readonly places: Places
  readonly place: readonly PropertyKey[]
  /** What the collection's own table is called, which names of the others begin with; absent: as the collection. */
  readonly tableName?: string | undefined
  /** How the target's names are spelled: those of one table are told apart in this spelling; absent: as they are. */
  readonly names?: NameRule | undefined
  /** Tables that there are beside those of the collection: none of its own is called like one of them. Absent: none. */
  readonly otherTables?: readonly string[] | undefined
}

/** Tables that the documents of a collection become. Every value of every document has its place in them, or is left out by wish. */
export interface ShapedCollection {
  /** With columns, the primary key's index, those of its indexes that can be had, and `children`. */
  readonly table: TableInfo
  /** As `ReadPlan.leftOut`. */
  readonly leftOut: readonly string[]
  /** As `ChildRead.leftOut`, in the order of the table's children. */
  readonly childLeftOut: readonly (readonly string[])[]
  /** As `ReadPlan.signature`; absent: documents need not be made again (`fidelity: convenient`). */
  readonly signature?: DocumentSignature | undefined
  /** As `ChildRead.signature`, in the order of the table's children; empty where there is no {@link signature}. */
  readonly childSignatures: readonly DocumentSignature[]
  readonly notes: readonly ShapeNote[]
  /** Indexes that no column of the table stands for. */
  readonly notCarried: readonly NotCarried[]
}
