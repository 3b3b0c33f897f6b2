import type { ColumnWish } from '../mapping/document.ts'
import type { EntryPlace } from '../mapping/overrides.ts'
import type { CheckSwitches } from '../model/check.ts'
import type { Plain } from '../model/plain.ts'
import type { WriteMode } from '../model/plan.ts'

import type { Secrets } from './secrets.ts'
import type { Fidelity, ShapeConfig } from './shape-config.ts'

/** How identifiers are spelled in the target. */
export type NameRule = 'keep' | 'lower' | 'snake'

/** What a pipeline says of one column; everything else is the mapping's choice. */
export interface ColumnConfig extends ColumnWish {
  readonly to?: string | undefined
  readonly drop?: boolean | undefined
}

export interface DatasetConfig {
  /** A table's name, with its database where there are several; `*` and `?` match as in file names. */
  readonly from: string
  readonly to?: string | undefined
  readonly mode?: WriteMode | undefined
  readonly columns: { readonly [column: string]: ColumnConfig }
  /** A condition on rows as they are read, before all stages: the others are filtered. */
  readonly where?: string | undefined
  /** Stages that rows go through between reading and writing, one after the other, as the file writes them. */
  readonly transform?: readonly Plain[] | undefined
  /** Several datasets become one table: what tells their rows apart there. */
  readonly discriminator?: Discriminator | undefined
  /** Of documents: what becomes of what stands in them, where their census is not to decide. */
  readonly shape?: ShapeConfig | undefined
  /** Of documents; absent: `convenient`. */
  readonly fidelity?: Fidelity | undefined
  /** Holds beside the pipeline's own. */
  readonly errors?: ErrorBudget | undefined
}

/** A column of a table that several datasets are merged in, whose value says which of them a row is of. */
export interface Discriminator {
  readonly column: string
  /** Of every row of the dataset; absent: the dataset's name. */
  readonly value?: string | number | boolean | undefined
  /** Whether the table's keys begin with it. False: those of the sources are unique among all of them. */
  readonly inKey: boolean
}

export interface ErrorBudget {
  readonly maxRows?: number | undefined
  /** Of the rows read, 0 … 1. */
  readonly maxRatio?: number | undefined
  readonly onReject: 'continue' | 'stop'
}

export interface LossBudget {
  /** Rules whose losses do not count. */
  readonly allow: readonly string[]
  /** Losses of all other rules together. */
  readonly others: number
}

/** A validated pipeline: from a file, or from --source and --target. Secrets are resolved: never print the URLs. */
export interface Pipeline {
  readonly source: string
  readonly target: string
  readonly names: NameRule
  /** Globs over dataset names; empty: all. */
  readonly only: readonly string[]
  readonly except: readonly string[]
  /** The user's own rules, before the built-in ones. */
  readonly mapping: Plain | undefined
  /** Where they stand; absent: in no file. */
  readonly mappingPlace?: EntryPlace | undefined
  /** Empty: everything, with the built-in mapping. */
  readonly datasets: readonly DatasetConfig[]
  /** For datasets that say nothing of their own. */
  readonly mode: WriteMode
  readonly errors: ErrorBudget
  readonly losses: LossBudget | undefined
  readonly validate: ValidateConfig
  /** Where its parts stand, for messages about what only the source's catalog shows to be wrong. */
  readonly places: Places
  /** Finds the secrets that its stages refer to, and knows those that were found. */
  readonly secrets: Secrets
}

export interface Places {
  /** As messages call the file. */
  readonly file: string
  place(path: readonly PropertyKey[]): string
}

export interface ValidateConfig {
  /**
   * `auto`: every value, in the faster way, where both ends can be read again, else `counts`. `sample`: so many ranges of
   * each table. `rebuild`: every value, and documents that are made again of the target's rows.
   */
  readonly mode: 'auto' | 'stream' | 'digest' | 'rebuild' | 'counts' | 'off' | { readonly sample: number }
  /** Also false where `checks` says so. */
  readonly orphans: boolean
  /** Columns of the source whose values are shown to nobody: globs, with their table or without. */
  readonly mask: readonly string[]
  /** What `transload validate` compares, where somebody says so. */
  readonly checks?: CheckSwitches | undefined
  /** Relations that the source does not declare itself. */
  readonly relations?: readonly RelationConfig[] | undefined
  /** Columns, as `table.column`, whose values together ought to be there once, besides the source's own keys. */
  readonly keys?: readonly (readonly string[])[] | undefined
}

/** Columns of one table, as `table.column`, that refer to as many of another. */
export interface RelationConfig {
  readonly from: readonly string[]
  readonly to: readonly string[]
}
