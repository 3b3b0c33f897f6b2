import type { DigestForm } from '../model/digest-form.ts'
import type { QualifiedName } from '../model/relation.ts'
import type { TablePart } from '../model/table-part.ts'

/** A table whose rows are to be made what another's are, with the columns that were compared. */
export interface RepairQuestion {
  readonly table: QualifiedName
  /** The rows that it is about: no other is touched. Absent: all of them. */
  readonly part?: TablePart | undefined
  readonly columns: readonly { readonly name: string; readonly type: string; readonly form: DigestForm }[]
  /** Places of `columns` that tell a row from another at the source; empty: its rows are a multiset. */
  readonly key: readonly number[]
}

/** A value in its column's form: as this end's reader gave it, or as the other end has it. `undefined` is NULL. */
export type RepairCell = Buffer | undefined

export type RepairKind = 'insert' | 'update' | 'delete'

/** A statement, with its semicolon, and what it leaves to be done by hand, as sentences for people. */
export interface Repair {
  readonly sql?: string | undefined
  readonly byHand: readonly string[]
}

/**
 * Renders statements for one table in the target's own language. Nothing is run. Each does nothing where the row is not
 * what was seen, and nothing the second time.
 */
export interface TableRepairs {
  /** Tables whose rows have to be there before its own. */
  readonly parents: readonly QualifiedName[]
  /** Whether rows of any table may refer to its rows: those that are referred to are not deleted. */
  readonly isReferredTo: boolean
  /** What may need work by hand, as sentences for people. */
  readonly notes: readonly string[]
  /** @param copies How many rows of this kind there are to be: of its key, or, without a key, of all its values */
  insert(wanted: readonly RepairCell[], copies: number): Repair
  /** @param wanted By place of `columns`: those that are to change */
  update(seen: readonly RepairCell[], wanted: ReadonlyMap<number, RepairCell>): Repair
  /** @param copies How many rows of this kind are to stay */
  delete(seen: readonly RepairCell[], copies: number): Repair
}

export interface Repairs {
  /** Statements around all others: one transaction, and the settings under which they mean what they say. */
  readonly begin: string
  readonly end: string
  /** Looks up what the table is like. @throws TransloadError where that cannot be had */
  table(question: RepairQuestion, signal: AbortSignal): Promise<TableRepairs>
}
