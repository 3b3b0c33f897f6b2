import type { CanonicalType } from '../model/canonical-type.ts'
import type { CountAnswer, CountQuestion } from '../model/count.ts'
import type { DatasetPlan, Finding, FinishStep, NotCarried, TableDefinition } from '../model/plan.ts'
import type { QualifiedName } from '../model/relation.ts'
import type { RunStateStore } from './checkpoint.ts'
import type { LanePlan, Writer } from './lane.ts'

/** A table that is there already. */
export interface ExistingTable {
  readonly name: QualifiedName
  readonly columns: readonly {
    readonly name: string
    /** As the engine prints it, with its modifiers. */
    readonly type: string
    readonly nullable: boolean
    readonly hasDefault: boolean
    readonly generated: boolean
    readonly identity: boolean
  }[]
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly (readonly string[])[]
  readonly foreignKeys: readonly { readonly name: string; readonly references: QualifiedName }[]
  readonly triggers: readonly string[]
  readonly isEmpty: boolean
  /** What depends on it from outside: views, foreign keys of other tables, publications. */
  readonly dependents: readonly string[]
}

/** How a table is made and finished in the target's own language. */
export interface RenderedTable {
  /** Run before the load. */
  readonly prepare: readonly string[]
  readonly finish: readonly FinishStep[]
  readonly notCarried: readonly NotCarried[]
}

export type FinishOutcome =
  | { readonly outcome: 'done' }
  /** Stands, but not proved for the rows that are there. */
  | { readonly outcome: 'not validated'; readonly reason: string; readonly violations: number | undefined }
  /** Could not be built because of the rows; the keys that stand in the way. */
  | { readonly outcome: 'violated'; readonly reason: string; readonly sampleKeys: readonly string[] }

/** One database or store to write to. Open until disposed. */
export interface Target extends AsyncDisposable {
  /** For people: no secrets. */
  readonly label: string
  readonly version: string
  /** Where tables go that no pipeline gives a schema. */
  readonly defaultSchema: string
  /** Longest identifier, in bytes of UTF-8. */
  readonly maxNameBytes: number
  readonly state: RunStateStore
  /** Undefined where the type can be encoded for a column of this type; else the reason, for people. */
  cannotEncode(type: CanonicalType, targetType: string): string | undefined
  /** Those of the tables that exist, in any order. */
  describe(tables: readonly QualifiedName[], signal: AbortSignal): Promise<readonly ExistingTable[]>
  /** Pure: asks nothing of the server. */
  render(tables: readonly TableDefinition[]): RenderedTable
  /** Quoted, for statements that people read. */
  quoteName(name: QualifiedName): string
  /** Missing privileges with the exact GRANT, room, encoding, schemas that are missing. */
  preflight(datasets: readonly DatasetPlan[], signal: AbortSignal): Promise<readonly Finding[]>
  openWriter(lane: LanePlan, signal: AbortSignal): Promise<Writer>
  /**
   * Runs one step in one transaction with the record that it is done. A step that was done before answers `done`.
   * Steps of one phase may be called side by side.
   */
  finish(run: string, fence: number, step: FinishStep, signal: AbortSignal): Promise<FinishOutcome>
  /** Rows, nulls and orphans, by statements that share nothing with the writers. */
  count(questions: readonly CountQuestion[], signal: AbortSignal): Promise<readonly CountAnswer[]>
}
