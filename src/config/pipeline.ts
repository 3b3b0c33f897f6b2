import type { Plain } from '../model/plain.ts'
import type { WriteMode } from '../model/plan.ts'

/** How identifiers are spelled in the target. */
export type NameRule = 'keep' | 'lower' | 'snake'

/** What a pipeline says of one column; everything else is the mapping's choice. */
export interface ColumnConfig {
  readonly to?: string | undefined
  /** A canonical type's text, such as `int(32)`, or a target type in quotes where the mapping file allows it. */
  readonly type?: string | undefined
  readonly drop?: boolean | undefined
}

export interface DatasetConfig {
  /** A table's name, with its database where there are several; `*` and `?` match as in file names. */
  readonly from: string
  readonly to?: string | undefined
  readonly mode?: WriteMode | undefined
  readonly columns: { readonly [column: string]: ColumnConfig }
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
  /** Empty: everything, with the built-in mapping. */
  readonly datasets: readonly DatasetConfig[]
  /** For datasets that say nothing of their own. */
  readonly mode: WriteMode
  readonly errors: ErrorBudget
  readonly losses: LossBudget | undefined
  /** `auto`: as `stream` where both ends can be read again, else `counts`. */
  readonly validate: { readonly mode: 'auto' | 'stream' | 'counts' | 'off'; readonly orphans: boolean }
}
