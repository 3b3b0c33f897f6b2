import type { Plain } from '../model/plain.ts'
import type { ColumnPlan, DatasetPlan } from '../model/plan.ts'
import type { TableInfo } from '../model/relation.ts'
import { stageKinds } from '../transform/registry.ts'
import type { SuspicionKind } from '../report/documents/init-document.ts'
import type { ValueSample } from './value-sample.ts'

/** What the data looks as if it wanted, and what would do it: proposed, never done. */
export interface Suggestion {
  readonly kind: SuspicionKind
  readonly dataset: string
  readonly columns: readonly string[]
  /** Figures and names, and no value of the data. */
  readonly reason: string
  /** Values or rows; undefined where names alone have shown it. */
  readonly found?: number | undefined
  readonly looked?: number | undefined
  /** A stage of this version that does it. */
  readonly stage?: { readonly [name: string]: Plain } | undefined
  /** An entry of `validate.relations`. */
  readonly relation?: { readonly from: string; readonly to: string } | undefined
}

/** A table, what was decided of it, and its first rows. */
export interface SeenTable {
  readonly table: TableInfo
  readonly plan: DatasetPlan
  readonly sample: ValueSample
}

/** The columns that go over as text, and may be cleaned or split. */
export function textColumns({ plan }: SeenTable): readonly ColumnPlan[] {
  return plan.columns.filter(({ type }) => type.kind === 'text')
}

/** Words of a name: `homePhone2`, `home_phone` and `HOME-PHONE` begin with `home` and `phone`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Stages come with versions: one is spoken of only where there is one. */
export function hasStage(name: string): boolean {
  return stageKinds.some((kind) => kind.name === name)
}
