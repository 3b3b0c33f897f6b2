import type { CanonicalType } from '../../model/canonical-type.ts'

/** Values of one column, one behind the other. */
export interface PackedColumn {
  readonly bytes: Uint8Array
  /** Of each row, in bytes; −1 is NULL. */
  readonly lengths: Int32Array
}

/** What a thread is begun with. */
export interface ThreadSetup {
  /** The module as it was when the pipeline was loaded: what is on the disk by now is not looked at. */
  readonly url: string
  readonly source: string
  readonly exportName: string
  readonly reads: readonly { readonly name: string; readonly type: CanonicalType }[]
  readonly writes: readonly { readonly name: string; readonly type: CanonicalType; readonly nullable: boolean }[]
  /** Shared: the place among the rows asked for of the one that is being worked on; {@link idle}: none. */
  readonly working: Int32Array
}

export const idle = -1

/** In the place of a question: there are no more. */
export const leave = 'leave'

/** Rows for the function, as cells: its answer is {@link Part}s, in their order. */
export interface Question {
  readonly rowCount: number
  readonly columns: readonly PackedColumn[]
}

/** Told once: whether there is something to ask. */
export type Readiness =
  | { readonly ready: true }
  | {
      readonly ready: false
      readonly at: 'module' | 'export'
      readonly reason: string
      readonly names: readonly string[]
    }

/** What came of some of the rows. */
export interface Part {
  readonly rowCount: number
  /** As the stage writes them: canonical text in UTF-8, or of `bytes` the bytes. */
  readonly columns: readonly PackedColumn[]
  readonly faults: readonly Fault[]
}

export interface Fault {
  /** Among the part's rows. */
  readonly row: number
  readonly column?: string | undefined
  readonly reason: string
}

/** Characters of a reason. */
export const maxReason = 300
