import { asDecimal, readBigint, readDecimal } from './operand.ts'
import { type FunctionSpec, isOf } from './function-spec.ts'
import { rowFault } from './row-fault.ts'

/** Digits behind the point that a result may be asked for. */
const maxScale = 1_000n

export const numberFunctions: readonly FunctionSpec[] = [
  {
    name: 'round',
    usage: 'round(decimal) or round(decimal, digits)',
    argumentCount: [1, 2],
    bind([number, digits]) {
      const value = number && asDecimal(number)
      if (!isOf(value, 'decimal') || (digits !== undefined && !isOf(digits, 'int'))) return undefined
      return {
        type: 'decimal',
        run(at) {
          const decimal = readDecimal(value, at)
          at.spend(decimal.digitBound)
          return decimal.rounded(scaleOf(digits === undefined ? 0n : readBigint(digits, at)))
        },
      }
    },
  },
  {
    name: 'divide',
    usage: 'divide(number, number, digits)',
    argumentCount: [3, 3],
    bind([dividend, divisor, digits]) {
      const [one, other] = [dividend && asDecimal(dividend), divisor && asDecimal(divisor)]
      if (!isOf(one, 'decimal') || !isOf(other, 'decimal') || !isOf(digits, 'int')) return undefined
      return {
        type: 'decimal',
        run(at) {
          const [a, b] = [readDecimal(one, at), readDecimal(other, at)]
          at.spend(a.digitBound + b.digitBound)
          if (b.isZero) throw rowFault('a division by zero')
          return a.dividedBy(b, scaleOf(readBigint(digits, at)))
        },
      }
    },
  },
]

function scaleOf(digits: bigint): number {
  if (digits >= 0n && digits <= maxScale) return Number(digits)
  throw rowFault(`digits behind the point are 0 to ${maxScale}`)
}
