import { createHash } from 'node:crypto'
import type { ValidationMoment } from '../model/run-summary.ts'
import type { TableComparison } from '../validate/compare-table.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import { DifferenceLog, type LogState } from '../validate/difference-log.ts'
import type { TableProgress } from '../validate/table-progress.ts'

/** How far a validation has come; plain, so that it can be stored. */
export interface ValidationState {
  /** What was compared with what, and how: another one cannot be gone on with. */
  readonly identity: string
  /** When both ends were looked at, and where their logs stood then: once for each time that it went on. */
  readonly moments: readonly ValidationMoment[]
  /** Tables that are done, by the source's name. */
  readonly done: { readonly [from: string]: StoredComparison }
  readonly current?: { readonly from: string; readonly progress: TableProgress } | undefined
}

export type StoredComparison = Omit<TableComparison, 'table' | 'log' | 'transient'> & { readonly log: LogState }

/** Where the state is kept. Differences that were told are kept with it. */
export interface ValidationStore {
  /** What an earlier validation of the same left; undefined: nothing is, and this one begins. */
  load(identity: string): Promise<ValidationState | undefined>
  save(state: ValidationState): Promise<void>
  /** Nothing is left to go on with. */
  forget(): Promise<void>
}

export function identityOf(source: string, target: string, mode: unknown, tables: readonly ComparedTable[]): string {
  return createHash('sha256')
    .update(JSON.stringify([source, target, mode, tables]))
    .digest('hex')
}

export function toStored({ log, table: _table, transient: _transient, ...rest }: TableComparison): StoredComparison {
  const { rows, nulls } = rest.source
  const { target } = rest
  return {
    ...rest,
    source: { rows, nulls: [...nulls] },
    target: { rows: target.rows, nulls: [...target.nulls] },
    log: log.state,
  }
}

export function fromStored(table: ComparedTable, { log, ...rest }: StoredComparison): TableComparison {
  return { ...rest, table, log: new DifferenceLog(() => {}, undefined, log) }
}
