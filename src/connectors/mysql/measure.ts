import { decimalSum } from '../../canonical/decimal-sum.ts'
import type { MeasureQuestion, RangeAnswer } from '../../model/count.ts'
import type { ValueFault } from '../../model/plan.ts'
import type { NativeType } from '../../model/relation.ts'
import type { Measure } from '../sql/measure.ts'
import { quoteName } from './quote.ts'

/** Digits of a DECIMAL, and those that a sum has more than what is added. */
const maxDigits = 65
const sumDigits = 22

export function measureOf({ column, type, form, faults, range }: MeasureQuestion<NativeType>): Measure {
  const quoted = quoteName(column)
  const conditions = faults.map((fault) => conditionOf(fault, quoted))
  const counted = conditions.flatMap((condition) => (condition === undefined ? [] : [`COALESCE(SUM(${condition}), 0)`]))
  const faulty = conditions.filter((condition) => condition !== undefined)
  const plain = type.name === 'bit' ? `${quoted} + 0` : quoted
  const value = faulty.length === 0 ? plain : `IF(${faulty.join(' OR ')}, NULL, ${plain})`
  const ends = range ? [`CAST(MIN(${value}) AS CHAR)`, `CAST(MAX(${value}) AS CHAR)`] : []
  const sums = range && form === 'number' ? sumsOf(value, type) : undefined
  return {
    expressions: [...counted, ...ends, ...(sums ?? [])],
    answer: (cells) => {
      let next = 0
      const told = conditions.map((condition) => (condition === undefined ? undefined : Number(cells[next++])))
      return { faults: told, range: range ? rangeOf(cells.slice(next), sums !== undefined) : undefined }
    },
  }
}

function rangeOf([min = null, max = null, ...parts]: readonly (string | null)[], hasSum: boolean): RangeAnswer {
  if (!hasSum) return { min, max }
  const known = parts.filter((part) => part !== null)
  return { min, max, sum: known.length === 0 ? null : decimalSum(known) }
}

/** Undefined where SQL cannot tell. */
function conditionOf(fault: ValueFault, quoted: string): string | undefined {
  // At any time of that day; days and months of zero come after it.
  if (fault === 'zero-date') return `${quoted} < '0000-00-01'`
  return fault === 'enum-zero' ? `${quoted} + 0 = 0` : undefined
}

/**
 * Parts whose sum is exact. A sum of more digits than a DECIMAL has is cut in silence: wide ones are added in two parts,
 * those before the point and those behind it, and those that are too wide even so are not added.
 */
function sumsOf(value: string, { name, args }: NativeType): readonly string[] | undefined {
  if (name !== 'decimal' && name !== 'numeric') return [`CAST(SUM(${value}) AS CHAR)`]
  const [precision = 10, scale = 0] = args
  if (precision + sumDigits <= maxDigits) return [`CAST(SUM(${value}) AS CHAR)`]
  if (precision - scale + sumDigits > maxDigits) return undefined
  const whole = `TRUNCATE(${value}, 0)`
  return [`CAST(SUM(${whole}) AS CHAR)`, `CAST(SUM(${value} - ${whole}) AS CHAR)`]
}
