import type { NativeType, QualifiedName } from './relation.ts'

/** One thing to find out of a column's values. Counts are rows; minima, maxima and lengths are decimal text. */
export type CensusFact =
  | 'min'
  | 'max'
  /** Longest value in characters. */
  | 'max-length'
  /** Most digits that a decimal has before its point, without zeros in front: 0 of what is below 1. */
  | 'whole-digits'
  /** Most digits behind the point, without zeros at the end. */
  | 'fraction-digits'
  | 'zero-dates'
  | 'partial-dates'
  | 'nul-bytes'
  /** Rows whose ENUM index is 0. */
  | 'enum-zero'
  /** Rows whose text, read as its charset, is bytes of valid multi-byte UTF-8 (`AndrÃ©`). */
  | 'double-encoded'
  /** Rows whose bytes are not valid in the column's charset. */
  | 'invalid-text'
  | 'invalid-json'
  /** Rows whose JSON holds `\u0000`. */
  | 'json-nul'
  | 'nulls'

export const censusFacts = [
  'min',
  'max',
  'max-length',
  'whole-digits',
  'fraction-digits',
  'zero-dates',
  'partial-dates',
  'nul-bytes',
  'enum-zero',
  'double-encoded',
  'invalid-text',
  'invalid-json',
  'json-nul',
  'nulls',
] as const satisfies readonly CensusFact[]

/** Facts that are the greatest of what the values come to, as `min` is the least; all others are counts of rows. */
export const greatestFacts: ReadonlySet<CensusFact> = new Set<CensusFact>([
  'max',
  'max-length',
  'whole-digits',
  'fraction-digits',
])

export interface CensusColumn {
  readonly column: string
  readonly native: NativeType
  readonly facts: readonly CensusFact[]
}

/** A foreign key, of which rows without their parent are counted as the source compares. */
export interface CensusRelation {
  readonly constraint: string
  readonly columns: readonly string[]
  readonly references: QualifiedName
  readonly referencedColumns: readonly string[]
  /** Those of `columns` whose texts find a parent of the very same characters only, in a second count. Absent: none. */
  readonly byBytes?: readonly string[] | undefined
  /** Those of `byBytes` whose case makes no difference all the same. Absent: none. */
  readonly byLowerCase?: readonly string[] | undefined
}

/** A unique key, of which the target finds values the same that the source tells apart. */
export interface CensusKey {
  readonly name: string
  readonly columns: readonly string[]
  /** Those of `columns` that hold text: compared by its characters. */
  readonly byBytes: readonly string[]
  /** Those of `byBytes` whose case makes no difference. */
  readonly byLowerCase: readonly string[]
}

export interface CensusQuestion {
  readonly table: QualifiedName
  /** A guess, which decides how many sessions ask and never what they answer. */
  readonly rowEstimate: number
  readonly columns: readonly CensusColumn[]
  /** Only so many rows at either end of the key, or anywhere without one, need be looked at: a source may look at all. */
  readonly sample?: { readonly rowCount: number; readonly key: readonly string[] } | undefined
  /** Foreign keys of which rows without their parent are counted, where the source can. */
  readonly relations?: readonly CensusRelation[] | undefined
  /** Keys of which rows are counted that the target would find to have another's, where the source can. */
  readonly keys?: readonly CensusKey[] | undefined
}

/** By column, then by fact. `null`: no row has a value. A fact that the source could not find out is absent. */
export interface CensusAnswer {
  readonly table: QualifiedName
  readonly rows: number
  readonly facts: { readonly [column: string]: { readonly [fact in CensusFact]?: string | null } }
  /** In the order of the question's relations; absent where the source did not count. */
  readonly orphans?: readonly number[] | undefined
  /** The same as the target compares: of those relations that have `byBytes`. */
  readonly orphansByBytes?: readonly (number | undefined)[] | undefined
  /** Rows with the key of another one before them, as the target compares: in the order of the question's keys. */
  readonly surplusRows?: readonly number[] | undefined
}

/** How values are looked at before types are chosen. */
export type CensusMode = 'full' | 'sample' | 'off'
