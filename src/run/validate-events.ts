import type { Difference } from '../validate/difference.ts'

export interface ValidateEvents {
  notice(message: string): void
  /** What is being done now, for people. */
  step(text: string): void
  /** Every difference, in order, table by table; every so often `settled` is awaited before more of them come. */
  difference(difference: Difference): void
  settled(): Promise<void>
  /** The next differences are of another table. */
  begun(from: string): Promise<void>
  /** What was told since `begun` is not so: the table is compared once more. */
  retracted(): Promise<void>
}
