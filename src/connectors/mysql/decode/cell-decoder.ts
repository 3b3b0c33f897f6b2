import type { ValuePolicies } from '../../../model/plan.ts'

/**
 * Writes the cell of one value of the binary protocol. Chosen once per column; called once per value, so it allocates
 * nothing.
 */
export interface CellDecoder {
  /** A value of `n` bytes needs at most `Math.ceil(n × growth) + extraBytes` bytes of cell. */
  readonly growth: number
  readonly extraBytes: number
  /**
   * Writes the value source[from, from + length), without the length that precedes it on the wire, to target at `at`.
   * Returns the cell's length, or a negative fault; what lies behind `at` is then undefined.
   */
  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number
  /**
   * The value with its faulty characters removed or replaced as the policies say; undefined where a fault in it has
   * another policy. Called where `write` found a fault in the text.
   */
  repair?(source: Buffer, from: number, length: number, policies: ValuePolicies): RepairedText | undefined
}

export interface RepairedText {
  readonly bytes: Buffer
  /** The rules that were applied, each once. */
  readonly rules: readonly string[]
}

/** The cell is the value as it lies on the wire. */
export class CopyDecoder implements CellDecoder {
  readonly growth = 1
  readonly extraBytes = 0

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    if (length > 32) source.copy(target, at, from, from + length)
    else for (let i = 0; i < length; i++) target[at + i] = source[from + i]!
    return length
  }
}
