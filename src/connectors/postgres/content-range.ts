import { beginsWithDay } from '../../canonical/calendar.ts'
import type { ContentColumn, ContentKeys, ContentRange, KeyTexts } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { TablePart, TableRest } from '../../model/table-part.ts'
import { contentExpression } from './content-expression.ts'
import { quoteLiteral, quoteName } from './quote.ts'
import { parseTypeText } from './types.ts'

/** The condition of a range of a key's columns, or undefined where it is the whole table. */
export function contentCondition(
  key: readonly ContentColumn<string>[],
  { after, upTo }: ContentRange,
): string | undefined {
  const compare = (operator: string, texts: KeyTexts): string => {
    const sides = key.map((column, place) => comparands(column, texts[place]))
    return `ROW(${sides.map(([left]) => left).join(', ')}) ${operator} ROW(${sides.map(([, right]) => right).join(', ')})`
  }
  const parts: string[] = []
  if (after !== undefined) parts.push(compare('>', after))
  if (upTo !== undefined) parts.push(compare('<=', upTo))
  return parts.length === 0 ? undefined : parts.join(' AND ')
}

/** The condition of the rows of a part, as a list that has it or is empty. @param of The table's alias, with its dot */
export function partCondition(part: TablePart | TableRest | undefined, of = ''): string[] {
  if (part === undefined) return []
  const column = `${of}${quoteName(part.column)}`
  if ('value' in part) return [`${column} = ${quoteLiteral(String(part.value))}`]
  const values = part.noneOf.map((value) => quoteLiteral(String(value)))
  return [`(${column} IS NULL OR ${column} NOT IN (${values.join(', ')}))`]
}

/** WHERE with all of the conditions; empty where there are none. */
export function whereAll(conditions: readonly (string | undefined)[]): string {
  const all = conditions.filter((one) => one !== undefined)
  return all.length === 0 ? '' : ` WHERE ${all.map((one) => (all.length === 1 ? one : `(${one})`)).join(' AND ')}`
}

const uuidDigits = 32

/**
 * What is compared: the column, by its own index where that can be, and a constant. Digits are of the smallest type that
 * holds them.
 */
function comparands({ name, type, form }: ContentColumn<string>, text: string | undefined): [string, string] {
  const quoted = quoteName(name)
  const kind = parseTypeText(type).name
  const isNumber = form === 'number' && /^-?\d+(\.\d+)?$/.test(text ?? '')
  const isBytes = form === 'bytes' && /^([0-9a-f]{2})*$/.test(text ?? '')
  if (text !== undefined) {
    if (isNumber) return [kind === 'bool' ? `${quoted}::pg_catalog.int4` : quoted, text]
    if (isBytes && kind === 'uuid' && text.length === uuidDigits) return [quoted, `'${text}'::pg_catalog.uuid`]
    if (isBytes) return [kind === 'uuid' ? `pg_catalog.uuid_send(${quoted})` : quoted, `'\\x${text}'::pg_catalog.bytea`]
    if (form === 'date') return [quoted, `${quoteLiteral(text)}::pg_catalog.date`]
    // The session is in UTC, and so is a clock that an instant is compared by.
    if (form === 'timestamp' || form === 'instant') return [quoted, `${quoteLiteral(text)}::pg_catalog.${kind}`]
  }
  throw new TransloadError('TL_X901', { reason: `${text ?? 'nothing'} is no bound of ${name}, a ${form}` })
}

/** The condition of the rows of single keys: by the columns' own index where it can be asked, and exact in any case. */
export function keysCondition(columns: readonly ContentColumn<string>[], { values }: ContentKeys): string {
  const rows = values.map((texts) => columns.map((column, place) => isEqual(column, texts[place] ?? '')).join(' AND '))
  return rows.length === 0 ? 'false' : rows.map((row) => `(${row})`).join(' OR ')
}

const numbers = ['bool', 'int2', 'int4', 'int8', 'numeric']

const clocks = ['date', 'timestamp', 'timestamptz', 'time', 'interval']

/** Whether the text is a constant of the type; not every one that is, is told to be. */
function canBe(kind: string, text: string): boolean {
  if (kind === 'interval') return /^-?\d+:\d\d:\d\d(\.\d+)?$/.test(text)
  if (kind === 'time') return /^([01]?\d|2[0-3]):\d\d:\d\d(\.\d+)?$/.test(text)
  return beginsWithDay(text) && /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d+)?)?$/.test(text)
}

function isEqual(column: ContentColumn<string>, text: string): string {
  const { name, type, form } = column
  const kind = parseTypeText(type).name
  if (form === 'bytes' || (form === 'number' && numbers.includes(kind) && /^-?\d+(\.\d+)?$/.test(text))) {
    return comparands(column, text).join(' = ')
  }
  if (clocks.includes(kind)) {
    // By value: engines spell the end of a second's fraction otherwise. What is no value of the type is in no row.
    return canBe(kind, text) ? `${quoteName(name)} = ${quoteLiteral(text)}::pg_catalog.${kind}` : 'false'
  }
  const expression = contentExpression(quoteName(name), type, form)
  const bytes = `'\\x${Buffer.from(text, 'utf8').toString('hex')}'::pg_catalog.bytea`
  const exact = `pg_catalog.convert_to(${expression}, 'UTF8') = ${bytes}`
  const isIndexed = ['text', 'varchar', 'bpchar'].includes(kind) && !text.includes('\0')
  return isIndexed ? `${quoteName(name)} = ${quoteLiteral(text)} AND ${exact}` : exact
}
