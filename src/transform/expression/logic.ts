import type { Compiler, Place } from './compiler.ts'
import type { Evaluation } from './evaluation.ts'
import { aType, typeName } from './expression-type.ts'
import { asType, commonType } from './common-type.ts'
import { type Operand, readBool } from './operand.ts'
import { isRowFault, workPerFault } from './row-fault.ts'

/** `&&` and `||`: a side that decides alone decides, whichever it is, also where the other one has no value. */
export function compileLogical(
  compiler: Compiler,
  place: Place,
  sign: '&&' | '||',
  left: Operand,
  right: Operand,
): Operand {
  for (const side of [left, right]) assertBool(compiler, side, `${sign} stands between conditions`)
  const decides = sign === '||'
  return compiler.operand(place, {
    type: 'bool',
    run(at) {
      let first: boolean
      try {
        first = readBool(left, at)
      } catch (error) {
        if (!isRowFault(error)) throw error
        at.spend(workPerFault)
        if (readBool(right, at) === decides) return decides
        throw error
      }
      return first === decides ? decides : readBool(right, at)
    },
  })
}

export function compileTernary(
  compiler: Compiler,
  place: Place,
  condition: Operand,
  then: Operand,
  otherwise: Operand,
): Operand {
  assertBool(compiler, condition, 'what stands before ? is a condition')
  const type = commonType(then, otherwise)
  if (type === undefined) {
    const reason = `the two sides of : are ${typeName(then.type)} and ${typeName(otherwise.type)}`
    throw compiler.refusal(otherwise, reason, 'Make them one type, by string(), decimal() or the like.')
  }
  const yes = asType(then, type)
  const no = asType(otherwise, type)
  return compiler.operand(place, {
    type,
    mayBeNull: then.mayBeNull || otherwise.mayBeNull,
    mayHoldNull: then.mayHoldNull || otherwise.mayHoldNull,
    run: (at: Evaluation) => (readBool(condition, at) ? yes : no).run(at),
  })
}

/** @throws TL_C111 where the operand can be no bool */
export function assertBool(compiler: Compiler, operand: Operand, reason: string): void {
  if (operand.type === 'bool' || operand.type === 'dyn') return
  const what = `${reason}, and ${operand.label} is ${aType(operand.type)}`
  throw compiler.refusal(operand, what, 'Compare it with something, as in status == "active".')
}
