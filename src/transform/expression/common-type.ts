import { type ExpressionType, isJsonType, isList, isSameType, listOfNothing } from './expression-type.ts'
import { asDecimal, type Operand } from './operand.ts'

/**
 * The one type that two operands can both be given: null is of any type, an int beside a decimal is a decimal, and so is a
 * number written with a point. Undefined where there is none.
 */
export function commonType(one: Operand, other: Operand): ExpressionType | undefined {
  return common(one.type, other.type) ?? decimalOrJson(one, other)
}

function common(one: ExpressionType, other: ExpressionType): ExpressionType | undefined {
  if (isSameType(one, other) || other === 'null') return one
  if (one === 'null') return other
  if (isList(one) && isList(other)) {
    if (isSameType(one, listOfNothing)) return other
    return isSameType(other, listOfNothing) ? one : undefined
  }
  if (one === 'dyn' && isJsonType(other)) return 'dyn'
  return other === 'dyn' && isJsonType(one) ? 'dyn' : undefined
}

function decimalOrJson(one: Operand, other: Operand): ExpressionType | undefined {
  const types = [asDecimal(one).type, asDecimal(other).type]
  if (one.type !== 'decimal' && other.type !== 'decimal' && one.type !== 'dyn' && other.type !== 'dyn') return undefined
  if (types.every((type) => type === 'decimal')) return 'decimal'
  return types.includes('dyn') && types.includes('decimal') ? 'dyn' : undefined
}

/** The operand as a value of the type that {@link commonType} found. */
export function asType(operand: Operand, type: ExpressionType): Operand {
  if (type === 'decimal') return asDecimal(operand)
  return type === 'dyn' && operand.digits !== undefined ? asDecimal(operand) : operand
}
