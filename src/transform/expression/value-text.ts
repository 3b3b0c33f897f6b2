import { dateValueText, momentValueText, timeValueText } from './calendar-value.ts'
import { ExactDecimal } from './exact-decimal.ts'
import { type ExpressionType, type ExpressionValue, isList } from './expression-type.ts'
import { isListValue, isMapValue } from './operand.ts'

/** The canonical text of a single value; undefined of a list and of an object. The value is not NULL. */
export function scalarText(type: ExpressionType, value: ExpressionValue): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof ExactDecimal) return value.text
  if (typeof value === 'bigint') {
    if (type === 'timestamp') return momentValueText(value, '')
    return type === 'instant' ? momentValueText(value, '+00') : value.toString()
  }
  if (typeof value !== 'number') return undefined
  if (type === 'date') return dateValueText(value)
  if (type === 'time') return timeValueText(value)
  return Object.is(value, -0) ? '-0' : String(value)
}

/** JSON of any value, without a rounded digit: what JSON has no type for is a text. */
export function jsonText(type: ExpressionType, value: ExpressionValue): string {
  if (value === null) return 'null'
  if (isListValue(value)) return `[${value.map((item) => jsonText(isList(type) ? type.list : 'dyn', item)).join(',')}]`
  if (isMapValue(value)) {
    return `{${Array.from(value, ([key, inner]) => `${JSON.stringify(key)}:${jsonText('dyn', inner)}`).join(',')}}`
  }
  const text = scalarText(type, value) ?? ''
  const isBare =
    typeof value === 'boolean' || type === 'int' || value instanceof ExactDecimal || isJsonNumber(type, value)
  return isBare ? text : JSON.stringify(text)
}

function isJsonNumber(type: ExpressionType, value: ExpressionValue): boolean {
  if (type === 'dyn') return typeof value === 'bigint'
  return type === 'double' && typeof value === 'number' && Number.isFinite(value)
}
