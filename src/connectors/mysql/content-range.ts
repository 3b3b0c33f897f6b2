import type { ContentColumn, ContentKeys, ContentRange, KeyTexts } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { NativeType } from '../../model/relation.ts'
import { keyAfter, type KeyComparison, keyUpTo } from '../sql/keyset.ts'
import { contentExpression } from './content-expression.ts'
import { quoteBytes, quoteLiteral, quoteName } from './quote.ts'

/** The condition of a range of a key's columns, or undefined where it is the whole table. */
export function contentCondition(
  key: readonly ContentColumn<NativeType>[],
  { after, upTo }: ContentRange,
): string | undefined {
  const parts: string[] = []
  if (after !== undefined) parts.push(`(${keyAfter(compareAll(key, after))})`)
  if (upTo !== undefined) parts.push(`(${keyUpTo(compareAll(key, upTo))})`)
  return parts.length === 0 ? undefined : parts.join(' AND ')
}

function compareAll(key: readonly ContentColumn<NativeType>[], texts: KeyTexts): KeyComparison[] {
  return key.map((column, place) => {
    const left = quoteName(column.name)
    const right = literal(column, texts[place])
    return {
      equal: `${left} = ${right}`,
      greater: `${left} > ${right}`,
      greaterOrEqual: `${left} >= ${right}`,
      less: `${left} < ${right}`,
      lessOrEqual: `${left} <= ${right}`,
    }
  })
}

function literal({ name, form }: ContentColumn<NativeType>, text: string | undefined): string {
  const isNumber = form === 'number' && /^-?\d+(\.\d+)?$/.test(text ?? '')
  const isBytes = form === 'bytes' && /^([0-9a-f]{2})*$/.test(text ?? '')
  const isDay = form === 'date' || form === 'timestamp' || form === 'instant'
  if (text !== undefined) {
    if (isNumber) return text
    if (isBytes) return `X'${text}'`
    if (isDay) return quoteLiteral(text)
  }
  throw new TransloadError('TL_X901', { reason: `${text ?? 'nothing'} is no bound of ${name}, a ${form}` })
}

/** The condition of the rows of single keys: by the columns' own index where it can be asked, and exact in any case. */
export function keysCondition(columns: readonly ContentColumn<NativeType>[], { values }: ContentKeys): string {
  const rows = values.map((texts) => columns.map((column, place) => isEqual(column, texts[place] ?? '')).join(' AND '))
  return rows.length === 0 ? '1 = 0' : rows.map((row) => `(${row})`).join(' OR ')
}

function isEqual({ name, type, form }: ContentColumn<NativeType>, text: string): string {
  const quoted = quoteName(name)
  if (form === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return `${quoted} = ${text}`
  if (form === 'bytes') return `${contentExpression(name, type, form)} = ${literal({ name, type, form }, text)}`
  const bytes = quoteBytes(Buffer.from(text, 'utf8'))
  const exact = `CAST(${contentExpression(name, type, form)} AS BINARY) = ${bytes}`
  // By value: engines spell the end of a second's fraction otherwise.
  if (form === 'date' || form === 'timestamp' || form === 'instant' || form === 'time') {
    return /^-?\d[-\d:. ]*$/.test(text) ? `(${quoted} = ${quoteLiteral(text)} OR ${exact})` : '1 = 0'
  }
  // An index has no label for the index 0 of an ENUM.
  if (form !== 'text' || type.charset === undefined || type.name === 'enum') return exact
  return `${quoted} = CONVERT(_utf8mb4 ${bytes} USING ${type.charset}) AND ${exact}`
}
