/** Values that one rule changed in one column: declared by the plan, counted by the decoder. */
export interface LossCount {
  readonly column: string
  readonly rule: string
  readonly count: number
  /** Keys of the first rows, in canonical text. At most {@link maxSampleKeys}. */
  readonly sampleKeys: readonly RowKey[]
}

/** Column names and canonical text of the key's values; `null` for NULL. */
export type RowKey = { readonly [column: string]: string | null }

export const maxSampleKeys = 5

/** A value without loss: text where it is valid UTF-8, else base64 of its bytes. */
export type EncodedValue = null | { readonly text: string } | { readonly base64: string }

/** A value, or in its place a hash that says nothing of it, such as `hmac:0123456789abcdef`. */
export type ShownValue = EncodedValue | { readonly masked: string }

/** A row that did not go over. Keyed by run, dataset, split and position. */
export interface RejectedRow {
  readonly dataset: string
  readonly split: string
  /** The row's number in its split, from 0. */
  readonly position: number
  readonly stage: 'read' | 'transform' | 'write' | 'target'
  readonly column?: string | undefined
  /** A `TL_…` code. */
  readonly code: string
  readonly reason: string
  readonly key: RowKey
  /** Every column as the source gave it; one that a declared loss has changed is left out, and so is a value over 16 MiB. */
  readonly row: { readonly [column: string]: EncodedValue }
}
