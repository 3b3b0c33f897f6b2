import type { QualifiedName, TableInfo } from '../../model/relation.ts'

/** A row in canonical text, in the order of the table's columns. */
export type MemoryRow = readonly (string | null)[]

export interface MemoryTable {
  info: TableInfo
  rows: MemoryRow[]
}

/** What a fault does to the next write: see {@link MemoryDatabase.faults}. */
export type MemoryFault =
  /** The write is refused: nothing is stored. */
  | 'refuse'
  /** The write is stored, and its answer lost. */
  | 'lose-answer'

/**
 * Tables in this process: the pipeline's fake, and the first connector to pass the conformance suite. Rows and the
 * run's state change together, as in a store with transactions.
 */
export class MemoryDatabase {
  readonly tables = new Map<string, MemoryTable>()
  /** Taken from the front, one a write: how tests make a write fail. */
  readonly faults: MemoryFault[] = []
  /** Changes with every write that is not a run's own: what a snapshot's position is made of. */
  revision = 0
  /** False: the database keeps no log, and no moment can be proved to be another's. */
  keepsLog = true

  put(info: TableInfo, rows: readonly MemoryRow[]): void {
    this.tables.set(nameOf(info.name), { info, rows: [...rows] })
    this.revision++
  }

  get(name: QualifiedName): MemoryTable | undefined {
    return this.tables.get(nameOf(name))
  }
}

export function nameOf({ schema, name }: QualifiedName): string {
  return `${schema}.${name}`
}
