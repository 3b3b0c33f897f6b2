import { createHash } from 'node:crypto'
import type { Contents } from '../contract/contents.ts'
import type { NativeType } from '../model/relation.ts'
import type { DatasetValidation, ValidationMoment } from '../model/run-summary.ts'
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

export type StoredComparison = Omit<TableComparison, 'table' | 'log' | 'transient'> & {
  readonly log: LogState
  /** Rows that its stages left out; absent: it has none. */
  readonly left?: DatasetValidation['left']
}

/** Where the state is kept. Differences that were told are kept with it. */
export interface ValidationStore {
  /** What an earlier validation of the same left; undefined: nothing is, and this one begins. */
  load(identity: string): Promise<ValidationState | undefined>
  save(state: ValidationState): Promise<void>
  /** Nothing is left to go on with. */
  forget(): Promise<void>
}

export function identityOf(source: string, target: string, how: unknown, tables: readonly ComparedTable[]): string {
  return createHash('sha256')
    .update(JSON.stringify([source, target, how, tables]))
    .digest('hex')
}

export function toStored({ log, table, transient: _transient, ...rest }: TableComparison): StoredComparison {
  const { rows, nulls } = rest.source
  const { target } = rest
  return {
    ...rest,
    source: { rows, nulls: [...nulls] },
    target: { rows: target.rows, nulls: [...target.nulls] },
    log: log.state,
    left: table.staging && { ...table.staging.left },
  }
}

export function fromStored(table: ComparedTable, { log, left, ...rest }: StoredComparison): TableComparison {
  if (table.staging !== undefined) Object.assign(table.staging.left, left)
  return { ...rest, table, log: new DifferenceLog({ onDifference: () => {}, hide: undefined }, log) }
}

export function momentOf(source: Contents<NativeType>, target: Contents<string>): ValidationMoment {
  return { at: new Date().toISOString(), source: source.position ?? null, target: target.position ?? null }
}

/** What an earlier validation compared was so then, and nobody has looked at it since; unless nothing was written since. */
export function sittingsOf(earlier: ValidationState | undefined, now: ValidationMoment): string[] {
  if (earlier === undefined) return []
  const { moments, done, current } = earlier
  const isProof = now.source !== null && now.target !== null
  if (isProof && moments.every(({ source, target }) => source === now.source && target === now.target)) return []
  const tables = [...Object.keys(done), ...(current === undefined ? [] : [`a part of ${current.from}`])]
  const when = moments.map(({ at }) => at).join(', ')
  return [`Compared by an earlier validation, which did not end, as they were at ${when}: ${tables.join(', ')}.`]
}
