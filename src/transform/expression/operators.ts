import type { BinaryOperator } from '@marcbachmann/cel-js'
import { compileArithmetic } from './arithmetic.ts'
import { compileEquality, compileMembership, compileOrder } from './comparisons.ts'
import type { Compiler, Place } from './compiler.ts'
import { ExactDecimal } from './exact-decimal.ts'
import { aType } from './expression-type.ts'
import { checkedInt } from './int-range.ts'
import { assertBool } from './logic.ts'
import { kindName, type Operand, readBigint, readBool, readDecimal, readNumber, readPresent } from './operand.ts'
import { rowFault } from './row-fault.ts'

export function compileBinary(
  compiler: Compiler,
  place: Place,
  sign: BinaryOperator,
  left: Operand,
  right: Operand,
): Operand {
  switch (sign) {
    case '==':
    case '!=':
      return compileEquality(compiler, place, sign, left, right)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(compiler, place, sign, left, right)
    case 'in':
      return compileMembership(compiler, place, left, right)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return compileArithmetic(compiler, place, sign, left, right)
  }
}

export function compileUnary(compiler: Compiler, place: Place, sign: '!_' | '-_', operand: Operand): Operand {
  if (sign === '!_') {
    assertBool(compiler, operand, '! turns a condition round')
    return compiler.fold(place, [operand], { type: 'bool', run: (at) => !readBool(operand, at) })
  }
  switch (operand.type) {
    case 'int':
      return compiler.fold(place, [operand], { type: 'int', run: (at) => checkedInt(-readBigint(operand, at)) })
    case 'double': {
      const digits = operand.digits === undefined ? undefined : `-${operand.digits}`
      return compiler.fold(place, [operand], { type: 'double', digits, run: (at) => -readNumber(operand, at) })
    }
    case 'decimal':
      return compiler.fold(place, [operand], { type: 'decimal', run: (at) => readDecimal(operand, at).negated() })
    case 'dyn':
      return compiler.operand(place, {
        type: 'dyn',
        run(at) {
          const value = readPresent(operand, at)
          if (typeof value === 'bigint') return checkedInt(-value)
          if (value instanceof ExactDecimal) return value.negated()
          throw rowFault(`${operand.label} is ${kindName(value)}, not a number`)
        },
      })
    default:
      throw compiler.refusal(
        place,
        `there is no - before ${aType(operand.type)}`,
        'Make it a number by int() or decimal().',
      )
  }
}
