import type { DigestColumn, Digestible, DigestQuestion } from '../../contract/contents.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import type { NativeType } from '../../model/relation.ts'
import { columnsNamed } from '../sql/range-digest.ts'
import { contentExpression } from './content-expression.ts'
import { contentCondition } from './content-range.ts'
import { quoteName, quoteQualified } from './quote.ts'

/** Floats have no text that is the same in every engine, and JSON may be spelled in many ways. */
export function digestible(_type: NativeType, form: DigestForm): Digestible | undefined {
  switch (form) {
    case 'float32':
    case 'float64':
    case 'json-text':
      return 'tried'
    case 'json':
    case 'json-value':
      return undefined
    default:
      return 'exact'
  }
}

/** The statement that adds up the digests of a range's rows. */
export function digestSql({ table, columns, counted, order, index, range = {} }: DigestQuestion<NativeType>): string {
  const hint = index === undefined || order.length === 0 ? '' : ` FORCE INDEX (${quoteName(index)})`
  const key = columnsNamed(columns, order)
  const condition = contentCondition(key, range)
  const where = condition === undefined ? '' : ` WHERE ${condition}`
  const parts = columns.map((column) => {
    const cell = cellExpression(column)
    return `IF(${quoteName(column.name)} IS NULL, 'N', CONCAT(LENGTH(${cell}), ':', ${cell}))`
  })
  const nulls = counted.map((name, place) => `, ${quoteName(name)} IS NULL AS n${place}`).join('')
  const counts = counted.map((_, place) => `, COALESCE(SUM(n${place}), 0)`).join('')
  const half = (bytes: string): string => `SUM(CAST(CONV(HEX(${bytes}), 16, -10) AS SIGNED))`
  // Without a limit the inner SELECT would be merged, and every digest be made twice. Its rows are short, so that they are
  // kept in memory.
  return `SELECT COUNT(*), COUNT(*) - COUNT(h), ${half('LEFT(h, 8)')}, ${half('RIGHT(h, 8)')}${counts}
FROM (SELECT UNHEX(LEFT(SHA2(CONCAT(${parts.join(', ')}), 256), 32)) AS h${nulls}
  FROM ${quoteQualified(table)}${hint}${where} LIMIT 18446744073709551615) AS digests`
}

/** The text that enters the digest: see `canonical/row-digest-input`. */
function cellExpression({ name, type, form, isLong }: DigestColumn<NativeType>): string {
  const text = contentExpression(name, type, form)
  if (isLong) return `SHA2(${text}, 256)`
  const quoted = quoteName(name)
  switch (form) {
    case 'number': {
      if (type.name === 'bit') return text
      // ZEROFILL is a way to print a number.
      const plain = `CAST(${type.zerofill === true ? `${quoted} + 0` : quoted} AS CHAR)`
      if (type.name === 'year') return `CAST(${quoted} + 0 AS CHAR)`
      return isFraction(type) ? withoutZeros(plain) : plain
    }
    case 'timestamp':
    case 'instant':
      return (type.args[0] ?? 0) > 0 ? withoutZeros(text) : text
    case 'time': {
      // Hours without a leading zero; the sign is on them.
      const clock = (type.args[0] ?? 0) > 0 ? withoutZeros(text) : text
      return `CONCAT(IF(${quoted} < 0, '-', ''), HOUR(${quoted}), SUBSTR(${clock}, LOCATE(':', ${clock})))`
    }
    case 'bytes':
      return `LOWER(HEX(${text}))`
    case 'float32':
    case 'float64': {
      // As DECIMAL it has the digits that read back as the same bits, where these are in its reach.
      const wide = type.name === 'float' ? `(${quoted} + 0e0)` : quoted
      const digits = withoutZeros(`CAST(CAST(${wide} AS DECIMAL(65, 30)) AS CHAR)`)
      const inReach = `ABS(${quoted}) >= ${floatReach.least} AND ABS(${quoted}) < ${floatReach.most}`
      return `IF(${quoted} = 0, IF(ATAN2(${quoted}, -1) < 0, '-0', '0'), IF(${inReach}, ${digits}, IF(${quoted} IS NULL, NULL, 'out of reach here')))`
    }
    default:
      return text
  }
}

/** Absolute values whose digits a DECIMAL(65, 30) holds, all 17 of them. */
const floatReach = { least: '1e-13', most: '1e30' }

function isFraction({ name, args }: NativeType): boolean {
  return (name === 'decimal' || name === 'numeric') && (args[1] ?? 0) > 0
}

/** Of a text with a point: without zeros behind it, and without it where nothing is left. */
function withoutZeros(text: string): string {
  return `TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM ${text}))`
}
