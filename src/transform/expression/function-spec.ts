import type { Bound, Compiler } from './compiler.ts'
import { type ExpressionType, isList } from './expression-type.ts'
import type { Evaluation } from './evaluation.ts'
import type { ExpressionValue } from './expression-type.ts'
import { type Operand, readText } from './operand.ts'

/** A function of the language. It does nothing but give a value, and the same one for the same arguments. */
export interface FunctionSpec {
  readonly name: string
  /** How it is written, for messages. */
  readonly usage: string
  /** Arguments: how many at least, and at most. */
  readonly argumentCount: readonly [least: number, most: number]
  /** Undefined where it takes no arguments of these types. A value of JSON is taken for any type, and looked at in each row. */
  bind(args: readonly Operand[], compiler: Compiler): Bound | undefined
}

/** Whether an operand is of one of the types, or may be. */
export function isOf(operand: Operand | undefined, ...types: readonly ExpressionType[]): operand is Operand {
  return operand !== undefined && (operand.type === 'dyn' || types.includes(operand.type))
}

export function isListOperand(operand: Operand | undefined): operand is Operand {
  return operand !== undefined && (operand.type === 'dyn' || isList(operand.type))
}

/** A function of texts alone. */
export function ofTexts(
  name: string,
  usage: string,
  type: ExpressionType,
  compute: (at: Evaluation, ...texts: readonly string[]) => ExpressionValue,
): FunctionSpec {
  const count = usage.split(',').length
  return {
    name,
    usage,
    argumentCount: [count, count],
    bind(args) {
      if (!args.every((arg) => isOf(arg, 'string'))) return undefined
      const [first, second] = args
      if (count === 1 && first !== undefined) return { type, run: (at) => compute(at, readText(first, at)) }
      if (count === 2 && first !== undefined && second !== undefined) {
        return { type, run: (at) => compute(at, readText(first, at), readText(second, at)) }
      }
      return { type, run: (at) => compute(at, ...args.map((arg) => readText(arg, at))) }
    },
  }
}
