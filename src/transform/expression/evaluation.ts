import { rowFault, workFault } from './row-fault.ts'
import type { ExpressionValue } from './expression-type.ts'

/** Work that any row may cost: steps of loops and characters that functions look at or make. */
const baseWork = 10_000_000

/** Work that a row may cost besides, for each character of the columns that the expression reads. */
const workPerCharacter = 16

const maxWork = 256_000_000

/** A column that an expression reads. */
export interface ColumnRead {
  readonly name: string
  /** By place in what the expression was compiled against. */
  readonly place: number
  /** Canonical text → value; undefined where expressions have no such value. */
  readonly valueOf: (text: string) => ExpressionValue | undefined
}

/** One expression at work on one row: the values that it has read, the variables of its loops, and the work left to it. */
export class Evaluation {
  /** By slot, which is the depth of the loop. */
  readonly variables: ExpressionValue[] = []
  readonly #columns: readonly ColumnRead[]
  readonly #textOf: (place: number) => string | null
  readonly #values: (ExpressionValue | undefined)[] = []
  #workLeft = baseWork

  constructor(columns: readonly ColumnRead[], textOf: (place: number) => string | null) {
    this.#columns = columns
    this.#textOf = textOf
  }

  /** The value of a column of this row. @throws TL_D413 where expressions have no such value */
  column(slot: number): ExpressionValue {
    const known = this.#values[slot]
    if (known !== undefined) return known
    const value = this.#read(this.#columns[slot]!)
    this.#values[slot] = value
    return value
  }

  /** Counts work. @throws TL_D414 where the row has cost too much */
  spend(work: number): void {
    this.#workLeft -= work
    if (this.#workLeft < 0) throw workFault()
  }

  /** Counts a text that was made, or that is read to its end. */
  made(text: string): string {
    this.spend(text.length)
    return text
  }

  #read({ name, place, valueOf }: ColumnRead): ExpressionValue {
    const text = this.#textOf(place)
    if (text === null) return null
    this.#workLeft = Math.min(this.#workLeft + text.length * workPerCharacter, maxWork)
    const value = valueOf(text)
    if (value === undefined)
      throw rowFault(`the value of ${name} is none that expressions have (NaN, or JSON that is none or too deep)`)
    return value
  }
}
