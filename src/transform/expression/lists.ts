import { asType, commonType } from './common-type.ts'
import type { Compiler, Place } from './compiler.ts'
import { type ExpressionType, typeName } from './expression-type.ts'
import { asDecimal, type Operand } from './operand.ts'

/** Work that an element of a list counts as: what it takes of the memory, at least. */
export const workPerElement = 16

/** `[a, b]`: all elements are of one type. */
export function compileList(compiler: Compiler, place: Place, elements: readonly Operand[]): Operand {
  const [first, ...others] = elements
  if (first === undefined) return compiler.fold(place, [], { type: { list: 'null' }, run: () => [] })
  let shape = first
  for (const other of others) {
    const type = commonType(shape, other) ?? decimalOf(shape, other)
    if (type === undefined) {
      const reason = `a list is of one type, and this one holds ${typeName(shape.type)} and ${typeName(other.type)}`
      throw compiler.refusal(other, reason, 'Make them one type, by string(), decimal() or the like.')
    }
    shape = { ...asType(shape, type), type }
  }
  const typed = elements.map((element) => asType(element, shape.type))
  return compiler.fold(place, elements, {
    type: { list: shape.type },
    mayHoldNull: elements.some((element) => element.mayBeNull),
    elements,
    run(at) {
      at.spend(workPerElement * typed.length)
      return typed.map((element) => element.run(at))
    },
  })
}

/** 19.99 and 5 in one list: both are written numbers, and exact. */
function decimalOf(one: Operand, other: Operand): ExpressionType | undefined {
  return [one, other].every((side) => asDecimal(side).type === 'decimal') ? 'decimal' : undefined
}
