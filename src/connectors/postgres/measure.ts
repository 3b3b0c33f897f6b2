import type { MeasureQuestion } from '../../model/count.ts'
import type { Measure } from '../sql/measure.ts'
import { contentExpression } from './content-expression.ts'
import type { TypeResolver } from './own-types.ts'
import { quoteName } from './quote.ts'
import { parseTypeText } from './types.ts'

/** What other engines call faulty no column of this one can hold. */
export function measureOf(
  { column, type, form, faults, range }: MeasureQuestion<string>,
  resolve: TypeResolver,
): Measure {
  const isTruth = parseTypeText(resolve(type)).name === 'bool'
  const value = isTruth ? `${quoteName(column)}::pg_catalog.int4` : quoteName(column)
  const known = isTruth ? 'integer' : resolve(type)
  const hasSum = form === 'number'
  const ends = ['min', 'max'].map((name) => contentExpression(`pg_catalog.${name}(${value})`, known, form))
  const sum = hasSum ? [`pg_catalog.sum(${value})::pg_catalog.text`] : []
  return {
    expressions: range ? [...ends, ...sum] : [],
    answer: ([min = null, max = null, total = null]) => ({
      faults: faults.map(() => undefined),
      range: range ? { min, max, ...(hasSum && { sum: total }) } : undefined,
    }),
  }
}
