import type { DigestColumn, Digestible, DigestQuestion } from '../../contract/contents.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import { columnsNamed } from '../sql/range-digest.ts'
import { contentExpression } from './content-expression.ts'
import { contentCondition, partCondition, whereAll } from './content-range.ts'
import { quoteName, quoteQualified } from './quote.ts'
import { parseTypeText } from './types.ts'

/**
 * Whether the one spelling of a value in the form is the text of the type, or near it. What a text column holds of another
 * form may be spelled in any way; so may the days and hours of an interval.
 */
export function digestible(typeText: string, form: DigestForm): Digestible | undefined {
  const { kind, name } = parseTypeText(typeText)
  switch (form) {
    case 'text':
      // Other servers may print them otherwise.
      return kind === 'base' || kind === 'enum' ? 'exact' : 'tried'
    case 'bytes':
      return 'exact'
    case 'set':
      return kind === 'array' ? 'exact' : 'tried'
    case 'bits':
      return name === 'bit' || name === 'varbit' ? 'exact' : undefined
    case 'json-text':
      return 'tried'
    case 'float32':
    case 'float64':
      return name === 'float4' || name === 'float8' ? 'tried' : undefined
    default:
      return (exact[name] ?? []).includes(form) ? 'exact' : undefined
  }
}

const exact: { readonly [type: string]: readonly DigestForm[] } = {
  bool: ['number'],
  int2: ['number'],
  int4: ['number'],
  int8: ['number'],
  numeric: ['number'],
  date: ['date'],
  time: ['time'],
  timestamp: ['timestamp', 'instant'],
  timestamptz: ['timestamp', 'instant'],
}

/** The statement that adds up the digests of a range's rows. */
export function digestSql({ table, part, columns, counted, order, range = {} }: DigestQuestion<string>): string {
  const key = columnsNamed(columns, order)
  const where = whereAll([...partCondition(part), contentCondition(key, range)])
  const cells = columns.map((column, place) => `${cellExpression(column)} AS c${place}`)
  const nulls = counted.map((name, place) => `${quoteName(name)} IS NULL AS n${place}`)
  const counts = counted.map((_, place) => `, pg_catalog.count(*) FILTER (WHERE n${place})`)
  const parts = columns.map(
    (_, place) => `CASE WHEN c${place} IS NULL THEN 'N'
      ELSE pg_catalog.concat(pg_catalog.octet_length(c${place}), ':', c${place}) END`,
  )
  const slice = (at: number): string =>
    `pg_catalog.sum(('x' OPERATOR(pg_catalog.||) pg_catalog.substr(h, ${at}, 16))::pg_catalog.bit(64)::pg_catalog.int8)`
  const input = chunksOf(parts, maxArguments).map((some) => `pg_catalog.concat(${some.join(', ')})`)
  // An offset keeps the inner SELECTs apart: what they name is computed once.
  return `SELECT pg_catalog.count(*), pg_catalog.count(*) - pg_catalog.count(h), ${slice(1)}, ${slice(17)}${counts.join('')}
FROM (SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.concat(${input.join(', ')}), 'UTF8')), 'hex') AS h${counted.map((_, place) => `, n${place}`).join('')}
  FROM (SELECT ${[...cells, ...nulls].join(', ')} FROM ${quoteQualified(table)}${where} OFFSET 0) AS cells OFFSET 0) AS digests`
}

/** A function takes at most so many arguments. */
const maxArguments = 100

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}

/** The text that enters the digest: see `canonical/row-digest-input`. */
function cellExpression({ name, type, form, isLong }: DigestColumn<string>): string {
  const quoted = quoteName(name)
  const text = contentExpression(quoted, type, form)
  if (isLong) {
    const bytes = form === 'bytes' ? text : `pg_catalog.convert_to(${text}, 'UTF8')`
    return `pg_catalog.encode(pg_catalog.sha256(${bytes}), 'hex')`
  }
  switch (form) {
    case 'number':
      return parseTypeText(type).name === 'numeric' ? `pg_catalog.trim_scale(${quoted})::pg_catalog.text` : text
    case 'time': {
      // Hours without a leading zero.
      const hour = `pg_catalog.date_part('hour', ${quoted})::pg_catalog.int4::pg_catalog.text`
      return `(${hour} OPERATOR(pg_catalog.||) pg_catalog.substr(${text}, 3))`
    }
    case 'bytes':
      return `pg_catalog.encode(${text}, 'hex')`
    case 'float32':
    case 'float64': {
      const digits = `pg_catalog.trim_scale(${quoted}::pg_catalog.float8::pg_catalog.text::pg_catalog.numeric)::pg_catalog.text`
      const inReach = `pg_catalog.abs(${quoted}) >= 1e-13 AND pg_catalog.abs(${quoted}) < 1e30`
      return `CASE WHEN ${quoted} = 0 THEN ${quoted}::pg_catalog.text WHEN ${inReach} THEN ${digits}
        WHEN ${quoted} IS NOT NULL THEN 'out of reach there' END`
    }
    case 'date':
    case 'timestamp':
    case 'instant':
      return yearExpression(quoted, text)
    default:
      return text
  }
}

/** The year before year 1 is 1 BC to this server, and 0 to others. */
function yearExpression(quoted: string, text: string): string {
  const year = `(1 - pg_catalog.split_part(${text}, '-', 1)::pg_catalog.int4)`
  const digits = `pg_catalog.lpad(pg_catalog.abs(${year})::pg_catalog.text, 4, '0')`
  const rest = `pg_catalog.substr(pg_catalog.replace(${text}, ' BC', ''), pg_catalog.strpos(${text}, '-'))`
  return `CASE WHEN ${quoted} < '0001-01-01' AND ${text} LIKE '% BC'
    THEN pg_catalog.concat(CASE WHEN ${year} < 0 THEN '-' END, ${digits}, ${rest}) ELSE ${text} END`
}
