import type { SourceCapabilities } from '../../src/contract/source.ts'
import type { CanonicalKind, CanonicalType } from '../../src/model/canonical-type.ts'

export interface SeedColumn {
  readonly name: string
  readonly type: CanonicalType
  readonly nullable: boolean
}

export interface SeedForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: string
  readonly referencedColumns: readonly string[]
}

/** A table as a test wants it, in transload's own types: each world makes it of its engine's. */
export interface SeedTable {
  readonly name: string
  readonly columns: readonly SeedColumn[]
  /** Columns of the primary key. */
  readonly key?: readonly string[] | undefined
  /** Columns of secondary indexes that are not unique. */
  readonly indexes?: readonly (readonly string[])[] | undefined
  readonly foreignKeys?: readonly SeedForeignKey[] | undefined
}

/** Canonical text per column; null for NULL. */
export type SeedRow = readonly (string | null)[]

/** A way to the engine that tests can break. */
export interface Severed extends AsyncDisposable {
  /** The world's URL by this way. */
  readonly url: string
  /** Resets every open connection; new ones work. */
  cut(): void
  /** The server's side is gone without a word, and the client is not told. */
  halfOpen(): void
  /** Nothing moves in either direction from now on. */
  stall(): void
  /** The next commit of rows stands, and its answer is lost with the connection. */
  loseNextAnswer(): void
}

/** An empty database of one test. Disposing it drops it, and fails where the test left a connection. */
export interface World extends AsyncDisposable {
  readonly url: string
  /** Adds rows to the table, which is made where it is not there. */
  seed(table: SeedTable, rows: readonly SeedRow[]): Promise<void>
  /** All rows in any order, by the engine's own client: nothing of the connector is used. */
  readAll(table: SeedTable): Promise<SeedRow[]>
  severed(): Promise<Severed>
}

/** What a world of a server is made on. */
export interface SeedDatabase extends AsyncDisposable {
  readonly url: string
  query(sql: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** One canonical type with values that have to come through: least, greatest, and whatever is awkward. */
export interface TypeCase {
  readonly type: CanonicalType
  readonly values: readonly string[]
}

/** A law that an engine cannot be held to. */
export interface Exception {
  /** The law's name. */
  readonly test: string
  readonly because: string
}

/** What the conformance suite needs of an engine besides its connector. */
export interface Harness {
  start(): Promise<World>
  /** What the connector's source says of itself; absent where it is no source. Checked against the source. */
  readonly source?: SourceCapabilities | undefined
  /** Whether there is a connection that can break. */
  readonly hasNetwork: boolean
  /**
   * False: a target without transactions, where rows are there before their checkpoint. What agrees then is what stands once
   * the batch has been sent again, as the run does.
   */
  readonly commitsTogether?: false | undefined
  readonly types: readonly TypeCase[]
  /** Kinds that `types` leaves out, each with a reason. For a target, checked against what it refuses. */
  readonly withoutTypes: { readonly [kind in CanonicalKind]?: string }
  readonly exceptions: readonly Exception[]
  /** Runs of each property, that is, tables made for it. */
  readonly propertyRunCount: number
}
