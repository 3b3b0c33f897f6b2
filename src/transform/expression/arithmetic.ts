import type { Bound, Compiler, Place } from './compiler.ts'
import type { Evaluation } from './evaluation.ts'
import type { ExactDecimal } from './exact-decimal.ts'
import { isJsonType, isList, isSameType, typeName } from './expression-type.ts'
import { decimalsOf } from './compare-values.ts'
import { checkedInt } from './int-range.ts'
import { workPerElement } from './lists.ts'
import {
  asDecimal,
  kindName,
  type Operand,
  readBigint,
  readDecimal,
  readList,
  readNumber,
  readPresent,
  readText,
} from './operand.ts'
import { rowFault } from './row-fault.ts'

export type ArithmeticSign = '+' | '-' | '*' | '/' | '%'

/** Exact in ints and decimals, IEEE 754 in doubles; `+` also joins texts, bytes and lists. */
export function compileArithmetic(
  compiler: Compiler,
  place: Place,
  sign: ArithmeticSign,
  left: Operand,
  right: Operand,
): Operand {
  const bound = arithmetic(sign, left, right)
  if (bound !== undefined) return compiler.fold(place, [left, right], bound)
  const reason = `there is no ${sign} between ${typeName(left.type)} and ${typeName(right.type)}`
  throw compiler.refusal(place, reason, cureOf(sign, left, right))
}

function arithmetic(sign: ArithmeticSign, left: Operand, right: Operand): Bound | undefined {
  if (left.type === 'int' && right.type === 'int') return ofInts(sign, left, right)
  if (left.type === 'double' && right.type === 'double') return ofDoubles(sign, left, right)
  if (sign === '+') {
    const joined = joining(left, right)
    if (joined !== undefined) return joined
  }
  if (left.type === 'decimal' || right.type === 'decimal') {
    const [one, other] = [asDecimal(left), asDecimal(right)]
    if (one.type === 'decimal' && other.type === 'decimal') return ofDecimals(sign, one, other)
  }
  return left.type === 'dyn' || right.type === 'dyn' ? ofJson(sign, left, right) : undefined
}

function ofInts(sign: ArithmeticSign, left: Operand, right: Operand): Bound {
  const compute = intOperations[sign]
  return { type: 'int', run: (at) => checkedInt(compute(readBigint(left, at), readBigint(right, at))) }
}

const intOperations: { readonly [sign in ArithmeticSign]: (a: bigint, b: bigint) => bigint } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / divisor(b),
  '%': (a, b) => a % divisor(b),
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw rowFault('a division by zero')
  return value
}

function ofDoubles(sign: ArithmeticSign, left: Operand, right: Operand): Bound | undefined {
  if (sign === '%') return undefined
  const compute = doubleOperations[sign]
  return { type: 'double', run: (at) => compute(readNumber(left, at), readNumber(right, at)) }
}

const doubleOperations: { readonly [sign in Exclude<ArithmeticSign, '%'>]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}

function ofDecimals(sign: ArithmeticSign, left: Operand, right: Operand): Bound | undefined {
  if (sign === '/' || sign === '%') return undefined
  return { type: 'decimal', run: (at) => decimalResult(sign, readDecimal(left, at), readDecimal(right, at), at) }
}

function decimalResult(sign: '+' | '-' | '*', one: ExactDecimal, other: ExactDecimal, at: Evaluation): ExactDecimal {
  at.spend(one.digitBound + other.digitBound)
  if (sign === '+') return one.plus(other)
  return sign === '-' ? one.minus(other) : one.times(other)
}

function joining(left: Operand, right: Operand): Bound | undefined {
  if (left.type === 'string' && right.type === 'string') return ofTexts('string', left, right)
  if (left.type === 'bytes' && right.type === 'bytes') return ofTexts('bytes', left, right)
  if (!isList(left.type) || !isList(right.type)) return undefined
  const type = left.type.list === 'null' ? right.type : left.type
  if (!isSameType(left.type, right.type) && left.type.list !== 'null' && right.type.list !== 'null') return undefined
  return {
    type,
    mayHoldNull: left.mayHoldNull || right.mayHoldNull,
    run(at) {
      const [one, other] = [readList(left, at), readList(right, at)]
      at.spend((one.length + other.length) * workPerElement)
      return [...one, ...other]
    },
  }
}

function ofTexts(type: 'string' | 'bytes', left: Operand, right: Operand): Bound {
  return { type, run: (at) => joinedText(readText(left, at), readText(right, at), at) }
}

/** A chain of n joins copies each of its texts once: the engine joins without copying, so the shorter side is what counts. */
function joinedText(one: string, other: string, at: Evaluation): string {
  at.spend(Math.min(one.length, other.length))
  return one + other
}

/** By what the values of JSON are in this row. */
function ofJson(sign: ArithmeticSign, left: Operand, right: Operand): Bound | undefined {
  const [one, other] = [left, right].map((side) => (side.digits === undefined ? side : asDecimal(side)))
  if (one === undefined || other === undefined || !isJsonType(one.type) || !isJsonType(other.type)) return undefined
  return {
    type: 'dyn',
    run(at) {
      const [a, b] = [readPresent(one, at), readPresent(other, at)]
      if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInt(intOperations[sign](a, b))
      if (typeof a === 'string' && typeof b === 'string' && sign === '+') return joinedText(a, b, at)
      const decimals = decimalsOf(a, b)
      if (decimals === undefined) {
        throw rowFault(`${one.label} is ${kindName(a)} and ${other.label} ${kindName(b)}: there is no ${sign} of them`)
      }
      if (sign === '/' || sign === '%')
        throw rowFault(`there is no ${sign} of decimals: divide() says to how many digits`)
      return decimalResult(sign, ...decimals, at)
    },
  }
}

function cureOf(sign: ArithmeticSign, left: Operand, right: Operand): string {
  const types = [left.type, right.type]
  if (types.includes('null')) return 'A value that may be NULL: coalesce(x, 0).'
  if (types.includes('decimal') && types.includes('double')) return 'Write decimal(x) or double(x): neither is silent.'
  if (types.includes('decimal') && sign === '/') return 'Write divide(a, b, digits): a quotient may have no end.'
  if (types.includes('int') && types.includes('double')) return 'Write double(x) or decimal(x) of the int.'
  if (types.includes('string') && sign === '+') return 'Write string(x) of what is no text.'
  return 'See docs/expressions.md for what can be computed.'
}
