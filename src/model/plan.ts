import type { CanonicalType } from './canonical-type.ts'
import type { CensusAnswer } from './census.ts'
import type { DocumentCensus } from './document-census.ts'
import type { DocumentSignature } from './document-signature.ts'
import type { Plain } from './plain.ts'
import type { RowCondition } from './row-condition.ts'
import type {
  CheckInfo,
  DefaultValue,
  ForeignKeyInfo,
  GeneratedColumn,
  IndexPart,
  NativeType,
  NotCarried,
  QualifiedName,
} from './relation.ts'
import type { ShapeNote } from './shape-note.ts'
import type { TablePart } from './table-part.ts'

export type { NotCarried }

/** What can be wrong with a value that its column's layout or target cannot hold. */
export type ValueFault =
  | 'zero-date'
  /** A day or month of zero, or a day that its month does not have. */
  | 'partial-date'
  | 'nul-byte'
  /** Bytes that are not valid in the column's charset. */
  | 'invalid-text'
  /** The index 0 that MySQL stores for a label that was invalid. */
  | 'enum-zero'
  | 'out-of-range'
  /** Text that is no JSON. Where it is rejected, it is the target that finds it: a cell of `json` is any text. */
  | 'invalid-json'
  /** `\u0000` inside JSON text. Where it is rejected, it is the target that finds it. */
  | 'json-nul'

export const valueFaults = [
  'zero-date',
  'partial-date',
  'nul-byte',
  'invalid-text',
  'enum-zero',
  'out-of-range',
  'invalid-json',
  'json-nul',
] as const satisfies readonly ValueFault[]

/** What a decoder does with a faulty value. Anything but `reject` is a loss: counted under `rule`. */
export type PolicyAction =
  | { readonly do: 'null'; readonly rule: string }
  | { readonly do: 'remove'; readonly rule: string }
  | { readonly do: 'replace'; readonly rule: string; readonly text: string }
  | { readonly do: 'reject'; readonly rule: string }
  /** The column is text, and keeps the value as the source prints it. */
  | { readonly do: 'text'; readonly rule: string }

/** A fault without an entry is rejected. */
export type ValuePolicies = { readonly [fault in ValueFault]?: PolicyAction | undefined }

export interface ReadColumn {
  readonly name: string
  readonly native: NativeType
  readonly type: CanonicalType
  /** Whether a cell may be NULL, policies included. */
  readonly nullable: boolean
  readonly policies: ValuePolicies
}

/** All that a source needs to read one dataset, as plain data. `columns` are frame 0's slots, in order. */
export interface ReadPlan {
  readonly dataset: string
  readonly table: QualifiedName
  readonly columns: readonly ReadColumn[]
  /**
   * The unique, not-null key that rows are read in the order of: names of `columns`. Absent where the table has none
   * that can be split by; such a dataset is one atomic split.
   */
  readonly key?: { readonly index: string; readonly columns: readonly string[] } | undefined
  /** Names of columns that tell a row from another in reports; the key's, or the best that the table has. */
  readonly identify: readonly string[]
  /**
   * Rows for which it is certainly false are left out, those of single keys (`keySplit`) not: the dataset's first stages
   * would filter them. Absent: every row is read.
   */
  readonly where?: RowCondition | undefined
  /** Rows that stand within its own, each kind in a frame of its own; a child comes behind its parent. Absent: none. */
  readonly children?: readonly ChildRead[] | undefined
  /** Of documents: paths that are known and not wanted, which no `$rest` has. Absent: none. */
  readonly leftOut?: readonly string[] | undefined
  /**
   * Of documents: columns whose values stages hide. One that has no cell in its column is in no `$rest` either: it costs the row,
   * or, where the field is there twice, is left out and counted. Absent: none.
   */
  readonly hidden?: readonly string[] | undefined
  /** Of documents that are to be made again of their rows, to the byte (`$original` is among the columns). */
  readonly signature?: DocumentSignature | undefined
}

/** Rows that stand within those of a dataset: the elements of an array, or the fields of a map. */
export interface ChildRead {
  /** Of the batch. The `origin` of its rows is the row of frame 0 that they stand in. */
  readonly frame: number
  /** Frame of the rows that the array or map stands in: 0, or that of a child before it. */
  readonly parent: number
  /** From the parent's document or element on (`pathText`); `$value`: the element is itself the array. */
  readonly path: string
  readonly kind: 'array' | 'map'
  /** The table that they go to, as a dataset's `to`. */
  readonly to: string
  /** Slots of the parent's frame whose cells the first columns have. */
  readonly carried: readonly number[]
  /** Slots of the frame: those that are carried, `$ordinal` or `$key`, then what the element holds. */
  readonly columns: readonly ReadColumn[]
  /** As those of {@link ReadPlan}, from the element on. */
  readonly leftOut?: readonly string[] | undefined
  readonly signature?: DocumentSignature | undefined
}

/** A disjoint part of a dataset. `bounds` is written and read by the source alone. */
export interface Split {
  /** Deterministic, unique in the run: the dataset and a running number. */
  readonly id: string
  readonly dataset: string
  readonly ordinal: number
  readonly bounds: Plain
  readonly rowEstimate: number
  /** Without a cursor: written in one transaction and restarted whole. */
  readonly atomic: boolean
  /** Keys that the split reads one by one: those that are not found any more have vanished. */
  readonly keyCount?: number | undefined
}

export const writeModes = ['create', 'append', 'merge', 'replace', 'truncate'] as const

export type WriteMode = (typeof writeModes)[number]

/** Whether rows that are in a table already stay there. */
export function keepsRows(mode: WriteMode): boolean {
  return mode === 'append' || mode === 'merge'
}

export interface WriteColumn {
  readonly name: string
  /** Slot of the frame's layout. */
  readonly slot: number
  readonly type: CanonicalType
}

/** Where the rows of one frame go. */
export interface WritePlan {
  readonly frame: number
  readonly to: QualifiedName
  readonly mode: WriteMode
  readonly columns: readonly WriteColumn[]
  /** Target columns that identify a row, for `merge`. */
  readonly mergeKey: readonly string[]
}

export interface TargetColumn {
  readonly name: string
  /** The target engine's own type text, quoted where it needs quoting, such as `numeric(20,0)`. */
  readonly type: string
  readonly nullable: boolean
  readonly default?: DefaultValue | undefined
  /** Column names in the expression are the target's. */
  readonly generated?: GeneratedColumn | undefined
  readonly identity: boolean
  /** What the source's own counter would give next, in decimal digits. */
  readonly identityNext?: string | undefined
  readonly onUpdateNow?: number | undefined
  readonly comment: string
}

export interface EnumType {
  readonly name: QualifiedName
  /** As a table's. */
  readonly home?: string | undefined
  readonly labels: readonly string[]
}

export interface IndexDefinition {
  readonly name: string
  readonly unique: boolean
  readonly parts: readonly IndexPart[]
  readonly comment: string
  /** As that of {@link IndexInfo}. */
  readonly own?: string | undefined
}

/** A table as the target is to have it: names and types are the target's, expressions neutral. */
export interface TableDefinition {
  readonly name: QualifiedName
  /** The schema that the table is moved to at the end, in the place of the table of its name there; absent where it stays. */
  readonly home?: string | undefined
  /** Whether there is a table in its place, as the plan was made. */
  readonly replaces?: boolean | undefined
  readonly columns: readonly TargetColumn[]
  readonly enumTypes: readonly EnumType[]
  readonly primaryKey?: { readonly name: string; readonly columns: readonly string[] } | undefined
  readonly indexes: readonly IndexDefinition[]
  readonly foreignKeys: readonly ForeignKeyInfo[]
  readonly checks: readonly CheckInfo[]
  readonly comment: string
}

/** A conversion that may change a value: declared before row 1, counted while the run goes. */
export interface DeclaredLoss {
  readonly rule: string
  readonly fault: string
  readonly why: string
  /** Rows that the census found to have it; absent where nobody counted. */
  readonly found?: number | undefined
}

/** What was decided for one column, and by which rule. */
export interface ColumnPlan {
  readonly from: string
  readonly to: string
  readonly sourceType: string
  readonly type: CanonicalType
  readonly targetType: string
  readonly nullable: boolean
  readonly rule: string
  readonly why: string
  /** What the rule may cost any value, for people; absent: nothing. */
  readonly mayLose?: string | undefined
  readonly losses: readonly DeclaredLoss[]
  readonly notes: readonly string[]
  /** Stages that may change its values; absent: none. */
  readonly changedBy?: readonly string[] | undefined
  /** A stage made it: `from` is how stages call it, and the source has no such column. */
  readonly isMade?: boolean | undefined
}

/** A table that rows of a dataset go to. */
export interface OutputPlan {
  readonly to: string
  readonly mode: WriteMode
  /** The target's table was there before the run. */
  readonly adopted: boolean
  readonly writes: readonly WritePlan[]
  readonly columns: readonly ColumnPlan[]
  readonly table: TableDefinition
  /** The same table as it is made and loaded beside the one that it is to take the place of (`mode: replace`). */
  readonly beside?: TableDefinition | undefined
}

export interface DatasetPlan extends OutputPlan {
  readonly from: string
  /** The rows of its table that are its own, where several datasets are merged into it. */
  readonly discriminator?: TablePart | undefined
  readonly read: ReadPlan
  /** What becomes of the rows between reading and writing, as the pipeline writes it; absent: nothing. */
  readonly transform?: readonly Plain[] | undefined
  /** Fingerprints of its stages' keys, by the references that the stages have; absent: they have none. */
  readonly keys?: { readonly [reference: string]: string } | undefined
  /** Columns that are read, and whose values are kept in no reject and told in no report: stages hide them. Absent: none. */
  readonly hidden?: readonly string[] | undefined
  /** Further tables that stages make rows of: as many, and in the same order, as the bound stages have outputs. */
  readonly others?: readonly OutputPlan[] | undefined
  /** Datasets and passes that are copied before it, since its stages look them up; absent: none. */
  readonly needs?: readonly string[] | undefined
  readonly splits: readonly Split[]
  /** What the census found, by column and fact; absent: nobody looked. */
  readonly census?: DatasetCensus | undefined
  /** Of a collection: what its documents hold, and what was chosen of it. */
  readonly documents?: { readonly census: DocumentCensus; readonly notes: readonly ShapeNote[] } | undefined
  readonly rowEstimate: number
  readonly byteEstimate: number
}

export interface DatasetCensus {
  /** Counts are of the rows that were looked at, and what was not found may be there. */
  readonly isSample: boolean
  /** Looked at. */
  readonly rows: number
  readonly facts: CensusAnswer['facts']
}

/** Rows of a dataset are looked at before any of them is written: a stage has to know of all of them first. */
export interface PassPlan {
  /** Of its splits: their dataset. */
  readonly name: string
  readonly dataset: string
  /** Place of the stage that looks, among the dataset's. */
  readonly stage: number
  /** As a dataset's. */
  readonly needs: readonly string[]
  readonly splits: readonly Split[]
}

/** Every table that rows of a dataset go to, its own first. */
export function outputsOf(dataset: OutputPlan & Pick<DatasetPlan, 'others'>): readonly OutputPlan[] {
  return [dataset, ...(dataset.others ?? [])]
}

/** Those of the outputs that are the first of their table: several datasets may be merged into one. */
export function definedOnce<T extends Pick<OutputPlan, 'table'>>(outputs: readonly T[]): readonly T[] {
  const seen = new Set<string>()
  return outputs.filter(({ table: { name } }) => {
    const id = `${name.schema}\u0000${name.name}`
    const isFirst = !seen.has(id)
    seen.add(id)
    return isFirst
  })
}

export interface Warning {
  readonly code: string
  readonly message: string
}

/** Something that preflight found. An `error` stops the run before it writes. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'info'
  readonly code: string
  readonly message: string
  /** What to type, such as an exact GRANT. */
  readonly cure?: string | undefined
}

export type FinishKind =
  | 'primary key'
  | 'unique'
  | 'index'
  | 'check'
  | 'foreign key'
  | 'validate'
  | 'sequence'
  | 'comment'
  | 'trigger'
  | 'swap'
  | 'analyze'

/** One thing to do after the load. Steps of one phase may run side by side; phases follow each other. */
export interface FinishStep {
  /** Deterministic and unique in the plan. */
  readonly id: string
  readonly phase: number
  readonly kind: FinishKind
  /** Name of the constraint, index or column that it is about. */
  readonly name: string
  readonly table: QualifiedName
  /** Run in one transaction, with the record that the step is done. */
  readonly statements: readonly string[]
  /** Of a swap: the places that are taken, and whether a table was in them as the plan was made. */
  readonly places?: readonly (QualifiedName & { readonly isTaken: boolean })[] | undefined
}

export interface PlanEndpoint {
  readonly engine: string
  /** For people: no secrets. */
  readonly label: string
  /** Engine, host, port and database, without user or secret. */
  readonly identity: string
  readonly version: string
}

export interface Plan {
  readonly schema: 'transload.plan/1'
  /** Hash of what decides the rows: a resume needs the same one. */
  readonly identity: string
  readonly source: PlanEndpoint & { readonly fingerprint: string }
  readonly target: PlanEndpoint
  readonly datasets: readonly DatasetPlan[]
  /** Absent: none. */
  readonly passes?: readonly PassPlan[] | undefined
  /** Run in one transaction with the state's first rows, before the load. */
  readonly prepare: readonly string[]
  /** Take the run's rows out of tables that were there and that it loads whole, where the run is given up with its rows. */
  readonly takeOut: readonly string[]
  /** Bring back what `prepare` set aside in tables that were there, for a run that is given up. */
  readonly restore: readonly string[]
  readonly finish: readonly FinishStep[]
  readonly notCarried: readonly NotCarried[]
  readonly warnings: readonly Warning[]
  readonly preflight: readonly Finding[]
  readonly estimate: { readonly rows: number; readonly bytes: number; readonly seconds?: number | undefined }
}
