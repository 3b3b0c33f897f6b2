import { ExactDecimal } from './exact-decimal.ts'
import type { Evaluation } from './evaluation.ts'
import type { ExpressionType, ExpressionValue } from './expression-type.ts'
import { rowFault } from './row-fault.ts'

export type Run = (at: Evaluation) => ExpressionValue

/** A part of an expression, ready to be evaluated. */
export interface Operand {
  readonly type: ExpressionType
  readonly mayBeNull: boolean
  /** Of a list: whether an element may be NULL. */
  readonly mayHoldNull: boolean
  /** Whether it is the same for every row and was found to have a value. */
  readonly isConstant: boolean
  /** As it stands in the expression. */
  readonly label: string
  /** Characters [start, end) of the expression. */
  readonly start: number
  readonly end: number
  /** Of a number written with a point or an exponent: its text, since beside a decimal it is a decimal. */
  readonly digits: string | undefined
  /** Of a list that is written out: its elements. */
  readonly elements: readonly Operand[] | undefined
  readonly run: Run
}

/** Made once for an operand: millions of rows may have a NULL there, and an error costs more than the row. */
const nullFaults = new WeakMap<Operand, Error>()

/** A NULL, or a `dyn` of another type than is wanted here. */
function unfit(operand: Operand, value: ExpressionValue, wanted: string): Error {
  if (value !== null) return rowFault(`${operand.label} is ${kindName(value)}, not ${wanted}`)
  const known = nullFaults.get(operand) ?? rowFault(`${operand.label} is NULL`)
  nullFaults.set(operand, known)
  return known
}

/** What a value of JSON is, as messages say it. */
export function kindName(value: ExpressionValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return 'a bool'
  if (typeof value === 'bigint') return 'an int'
  if (typeof value === 'string') return 'a string'
  if (value instanceof ExactDecimal) return 'a decimal'
  if (value instanceof Map) return 'an object'
  return typeof value === 'number' ? 'a double' : 'a list'
}

/*
 * The readers: the operand's value as what its type says. NULL is a fault of the row, and so is a value of JSON that is of
 * another type.
 */

export function readBool(operand: Operand, at: Evaluation): boolean {
  const value = operand.run(at)
  if (typeof value === 'boolean') return value
  throw unfit(operand, value, 'a bool')
}

/** Of strings and of bytes. */
export function readText(operand: Operand, at: Evaluation): string {
  const value = operand.run(at)
  if (typeof value === 'string') return value
  throw unfit(operand, value, 'a string')
}

/** Of ints, timestamps and instants. */
export function readBigint(operand: Operand, at: Evaluation): bigint {
  const value = operand.run(at)
  if (typeof value === 'bigint') return value
  throw unfit(operand, value, 'an int')
}

/** Of doubles, dates and times. */
export function readNumber(operand: Operand, at: Evaluation): number {
  const value = operand.run(at)
  if (typeof value === 'number') return value
  throw unfit(operand, value, 'a double')
}

/** Of ints and doubles. */
export function readNumeric(operand: Operand, at: Evaluation): bigint | number {
  const value = operand.run(at)
  if (typeof value === 'bigint' || typeof value === 'number') return value
  throw unfit(operand, value, 'a number')
}

/** Of decimals and ints. */
export function readDecimal(operand: Operand, at: Evaluation): ExactDecimal {
  const value = operand.run(at)
  if (value instanceof ExactDecimal) return value
  if (typeof value === 'bigint') return ExactDecimal.ofInt(value)
  throw unfit(operand, value, 'a number')
}

export function readList(operand: Operand, at: Evaluation): readonly ExpressionValue[] {
  const value = operand.run(at)
  if (isListValue(value)) return value
  throw unfit(operand, value, 'a list')
}

export function readPresent(operand: Operand, at: Evaluation): Exclude<ExpressionValue, null> {
  const value = operand.run(at)
  if (value === null) throw unfit(operand, value, '')
  return value
}

export function isListValue(value: ExpressionValue | undefined): value is readonly ExpressionValue[] {
  return Array.isArray(value)
}

export function isMapValue(value: ExpressionValue | undefined): value is ReadonlyMap<string, ExpressionValue> {
  return value instanceof Map
}

/** A number that stands beside a decimal, as a decimal: ints, and numbers written with a point. */
export function asDecimal(operand: Operand): Operand {
  const digits = operand.digits === undefined ? undefined : ExactDecimal.parse(operand.digits)
  if (digits !== undefined) return { ...operand, type: 'decimal', digits: undefined, run: () => digits }
  if (operand.type !== 'int') return operand
  const { run } = operand
  return {
    ...operand,
    type: 'decimal',
    run(at) {
      const value = run(at)
      return typeof value === 'bigint' ? ExactDecimal.ofInt(value) : value
    },
  }
}
