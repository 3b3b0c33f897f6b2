import { TransloadError } from '../../errors/transload-error.ts'
import type { RowKey } from '../../model/loss.ts'
import type { ReadColumn, ReadPlan } from '../../model/plan.ts'
import { clockText } from './clock-text.ts'
import { familyOf } from './decode/type-family.ts'
import { quoteBytes, quoteLiteral, quoteName } from './quote.ts'

/** The rows with these keys, whose values are canonical text. For the few rows that are read again by name. */
export function keyListCondition(read: ReadPlan, keys: readonly RowKey[]): string {
  if (keys.length === 0) return '1 = 0'
  const rows = keys.map((key) => {
    const parts = Object.entries(key).map(([name, text]) => {
      const column = read.columns.find((candidate) => candidate.name === name)
      if (column === undefined) throw new TransloadError('TL_K504', { reason: `${read.dataset} has no column ${name}` })
      return text === null ? `${quoteName(name)} IS NULL` : `${quoteName(name)} = ${literal(column, text)}`
    })
    return parts.length === 0 ? '1 = 0' : `(${parts.join(' AND ')})`
  })
  return `(${rows.join(' OR ')})`
}

/** What the source has of a canonical text: the inverse of the decoders, for the types that tell rows apart. */
function literal(column: ReadColumn, text: string): string {
  const { type, native } = column
  switch (type.kind) {
    case 'bool':
      return text === 'true' ? '1' : '0'
    case 'int':
    case 'decimal':
      return number(column, text)
    case 'float32':
    case 'float64':
      return number(column, text)
    case 'bits':
      return `b'${text.replaceAll(/[^01]/g, '')}'`
    case 'bytes':
      return quoteBytes(Buffer.from(text, 'hex'))
    case 'uuid':
      if (familyOf(native) === 'binary') return quoteBytes(Buffer.from(text.replaceAll('-', ''), 'hex'))
      return quoteLiteral(text)
    case 'instant':
      return quoteLiteral(text.replace(/\+00$/, ''))
    case 'date':
    case 'timestamp':
      return quoteLiteral(text)
    case 'interval':
      return quoteLiteral(clockText(text))
    default:
      return quoteLiteral(text)
  }
}

function number(column: ReadColumn, text: string): string {
  if (/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text)) return text
  throw new TransloadError('TL_K504', { reason: `${text.slice(0, 60)} is no value of the column ${column.name}` })
}
