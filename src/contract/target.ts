import type { CanonicalType } from '../model/canonical-type.ts'
import type { CountAnswer, CountQuestion } from '../model/count.ts'
import type { DatasetPlan, Finding, FinishStep, NotCarried, TableDefinition, WriteMode } from '../model/plan.ts'
import type { QualifiedName } from '../model/relation.ts'
import type { RunStateStore } from './checkpoint.ts'
import type { Contents } from './contents.ts'
import type { KeyMaps, KeyMapsOwner } from './key-maps.ts'
import type { LanePlan, Writer } from './lane.ts'
import type { ShapeQuestion, TableShape } from './table-shape.ts'

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
  readonly foreignKeys: readonly ExistingForeignKey[]
  readonly triggers: readonly string[]
  readonly isEmpty: boolean
  /** What another table in its place would not have: views, foreign keys of other tables, publications, another owner. */
  readonly dependents: readonly string[]
}

export interface ExistingForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: QualifiedName
  readonly referencedColumns: readonly string[]
  /** As the engine prints it, so that it can be made again. */
  readonly definition: string
  readonly validated: boolean
  /** Whether it can be added first, and held against the rows that are there later. */
  readonly canWait: boolean
}

/** A table that is there and is to be loaded as it is: its types, names and constraints are respected. */
export interface AdoptedTable {
  readonly existing: ExistingTable
  readonly mode: WriteMode
  /** Columns that are loaded and have a value of their own: if it is from a sequence, that is to stand past them. */
  readonly counters: readonly string[]
  /** Names of foreign keys that the source has too: rows without their parent may be its own. */
  readonly keysOfSource: readonly string[]
  /** Whether the table's own triggers are kept from firing while it is loaded. */
  readonly disableTriggers: boolean
}

/** How a table is made and finished in the target's own language. */
export interface RenderedTable {
  /** Run before the load. */
  readonly prepare: readonly string[]
  readonly finish: readonly FinishStep[]
  /** Take the rows out of tables that were there and are loaded whole: before `restore`, where rows are given up too. */
  readonly takeOut: readonly string[]
  /** Bring back what `prepare` set aside, for a run that is given up; does nothing where it is there already. */
  readonly restore: readonly string[]
  readonly notCarried: readonly NotCarried[]
}

export type FinishOutcome =
  | { readonly outcome: 'done' }
  /** Stands, but not proved for the rows that are there. */
  | { readonly outcome: 'not validated'; readonly reason: string; readonly violations: number | undefined }
  /** Could not be built because of the rows; the keys that stand in the way. */
  | { readonly outcome: 'violated'; readonly reason: string; readonly sampleKeys: readonly string[] }

export type TextEquality = 'same characters' | 'but for case'

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
  /**
   * What stages keep.
   * @param of Whose entries are found
   * @param isWriting Whether ids may be made, which only a run may
   */
  keyMaps(of: KeyMapsOwner, isWriting: boolean): KeyMaps
  /** Undefined where the type can be encoded for a column of this type; else the reason, for people. */
  cannotEncode(type: CanonicalType, targetType: string): string | undefined
  /** The type of its own that a name which is none looks like; undefined where it is one, or like none. */
  suggestType?(targetType: string): string | undefined
  /** When two texts of a column of this type are the same; undefined where it holds none, or nobody can tell. */
  textEquality?(targetType: string): TextEquality | undefined
  /**
   * Those of the tables that exist, in any order.
   * @param isOwn Their columns are told as those of a source of the same engine whose rows go over as they are
   */
  describe(tables: readonly QualifiedName[], signal: AbortSignal, isOwn?: boolean): Promise<readonly ExistingTable[]>
  /** All tables of these schemas, by name; absent where nobody can tell. Parts of a partitioned one are none. */
  tablesIn?(schemas: readonly string[], signal: AbortSignal): Promise<readonly QualifiedName[]>
  /** The schema where tables are made that are to take the place of others in `schema`: the same for the same one. Pure. */
  schemaBeside(schema: string): string
  /**
   * Tables with a `home` are made beside those that are there, which stay as they are until the one step of the kind
   * `swap`: it comes last, and puts all of them in their places at once or none. Pure: asks nothing of the server.
   *
   * @param others Tables that are there: names of indexes and constraints are chosen as if they were made too
   */
  render(tables: readonly TableDefinition[], others: readonly TableDefinition[]): RenderedTable
  /**
   * Makes tables that are there ready, and sets aside what would stand in the way of rows in any order: foreign keys,
   * where the table is loaded whole, and triggers, where the user said so. Pure.
   */
  adopt(tables: readonly AdoptedTable[]): RenderedTable
  /** Quoted, for statements that people read. */
  quoteName(name: QualifiedName): string
  /** Missing privileges with the exact GRANT, room, encoding, schemas that are missing. */
  preflight(datasets: readonly DatasetPlan[], signal: AbortSignal): Promise<readonly Finding[]>
  openWriter(lane: LanePlan, signal: AbortSignal): Promise<Writer>
  /**
   * Runs one step in one transaction with the record that it is done; with a `swap` the run is `finished` in that
   * transaction too. A step that was done before answers `done`. Steps of one phase may be called side by side.
   */
  finish(run: string, fence: number, step: FinishStep, signal: AbortSignal): Promise<FinishOutcome>
  /**
   * Rows, nulls, orphans and whatever else a question has, by statements that share nothing with the writers. Types are
   * those that `describe` prints. Rows, nulls and measures of a table take one pass over it.
   */
  count(questions: readonly CountQuestion<string>[], signal: AbortSignal): Promise<readonly CountAnswer[]>
  /**
   * What the tables hold, row by row, at one moment, which begins here; absent where this kind of target cannot be
   * compared so. Types are those that `describe` prints.
   */
  openContents?(signal: AbortSignal): Promise<Contents<string> & AsyncDisposable>
  /** What those of the tables that are there are like besides their rows, in any order. */
  shapes?(questions: readonly ShapeQuestion[], signal: AbortSignal): Promise<readonly TableShape[]>
}
