import { beginsWithDay } from '../../canonical/calendar.ts'
import { isJson, parseJson } from '../../canonical/json-compare.ts'
import { isUtf8 } from 'node:buffer'
import { isIP } from 'node:net'
import { numberText } from '../../canonical/digest-text.ts'
import type { RepairCell } from '../../contract/repair.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import { quoteVisible } from './quote.ts'
import { fractionLimit, lengthLimit, numericLimit, parseTypeText, type TargetType } from './types.ts'

/** A column that statements are written for. */
export interface RepairColumn {
  readonly name: string
  /** Without the domains that it may be of. */
  readonly type: string
  readonly form: DigestForm
  readonly isNotNull: boolean
  /** Of an enum type. */
  readonly labels?: readonly string[] | undefined
}

/** A constant that the column takes as it is, or why it can have none: a server that rounds or cuts says nothing. */
export type Wanted = { readonly sql: string } | { readonly refused: string }

/** Characters of a value that a sentence shows. */
const maxShown = 60

/** @param cell As the other end has it, in the column's form */
export function wantedLiteral(column: RepairColumn, cell: RepairCell): Wanted {
  const { name, form } = column
  if (cell === undefined) {
    return column.isNotNull ? { refused: `${name} may not be NULL` } : { sql: 'NULL' }
  }
  const type = parseTypeText(column.type)
  const text = form === 'bytes' ? textOfBytes(type, cell) : textOf(type, column, cell)
  if (text !== undefined) return { sql: quoteVisible(text) }
  const shown = form === 'bytes' ? `${cell.length} bytes` : cell.toString('utf8')
  return { refused: `${name} (${column.type}) cannot hold ${shown.slice(0, maxShown)}` }
}

/** A value of this end, as a constant of its type. */
export function seenLiteral({ type, form }: Pick<RepairColumn, 'type' | 'form'>, cell: Buffer): string {
  if (form !== 'bytes') return quoteVisible(cell.toString('utf8'))
  return quoteVisible(`${parseTypeText(type).name === 'uuid' ? '' : '\\x'}${cell.toString('hex')}`)
}

function textOfBytes(type: TargetType, cell: Buffer): string | undefined {
  if (type.kind === 'array') {
    if (cell.length % 4 !== 0) return undefined
    const floats = Array.from({ length: cell.length / 4 }, (_, place) => String(cell.readFloatLE(place * 4)))
    return `{${floats.join(',')}}`
  }
  if (type.name === 'uuid') return cell.length === 16 ? cell.toString('hex') : undefined
  return `\\x${cell.toString('hex')}`
}

function textOf(type: TargetType, column: RepairColumn, cell: Buffer): string | undefined {
  if (!isUtf8(cell) || cell.includes(0)) return undefined
  const text = cell.toString('utf8')
  if (type.kind === 'array') return column.form === 'json' ? arrayOfJson(text) : arrayText(text)
  return canHold(type, column, text) ? text : undefined
}

function arrayText(members: string): string {
  return members === '' ? '{}' : arrayOf(members.split(','))
}

function arrayOf(elements: readonly string[]): string {
  const quoted = elements.map((element) => `"${element.replaceAll(/["\\]/g, String.raw`\$&`)}"`)
  return `{${quoted.join(',')}}`
}

/** Undefined where it is no JSON array of single values. */
function arrayOfJson(json: string): string | undefined {
  const node = parseJson(json)
  if (node?.kind !== 'array') return undefined
  const texts = node.items.flatMap((item) => {
    const isSingle =
      item.kind !== 'array' && item.kind !== 'object' && !(item.kind === 'literal' && item.text === 'null')
    return isSingle ? [item.text] : []
  })
  return texts.length === node.items.length ? arrayOf(texts) : undefined
}

const integerBits: { readonly [name: string]: bigint } = { int2: 15n, int4: 31n, int8: 63n }

/** Whether the server would keep the value as it is; it is asked itself where this cannot tell. */
function canHold(type: TargetType, { form, labels }: RepairColumn, text: string): boolean {
  if (labels !== undefined) return labels.includes(text)
  switch (type.name) {
    case 'bool':
      return ['0', '1'].includes(numberText(text))
    case 'int2':
    case 'int4':
    case 'int8':
      return isInteger(numberText(text), integerBits[type.name]!)
    case 'numeric':
      return fitsNumeric(type, numberText(text))
    case 'float4':
      return form === 'float32' || Number.isNaN(Number(text)) || Math.fround(Number(text)) === Number(text)
    case 'varchar':
    case 'bpchar':
      return Array.from(text).length <= (lengthLimit(type) ?? Infinity)
    case 'name':
      return Buffer.byteLength(text) <= 63
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return beginsWithDay(text) && fitsFraction(type, text)
    case 'time':
      return /^(?:[01]?\d|2[0-3]):|^24:00:00(?:\.0+)?$/.test(text) && fitsFraction(type, text)
    case 'interval':
      return fitsFraction(type, text)
    case 'bit':
      return text.length === Math.max(type.typmod, 1)
    case 'varbit':
      return type.typmod < 0 || text.length <= type.typmod
    case 'uuid':
      return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(text)
    case 'inet':
      return isIP(text.split('/', 1)[0]!) !== 0
    case 'json':
      return isJson(text)
    case 'jsonb':
      return isJson(text) && !text.includes(String.raw`\u0000`)
    default:
      return true
  }
}

function isInteger(text: string, bits: bigint): boolean {
  if (!/^-?\d+$/.test(text)) return false
  const value = BigInt(text)
  return value >= -(2n ** bits) && value < 2n ** bits
}

function fitsNumeric(type: TargetType, text: string): boolean {
  const limit = numericLimit(type)
  if (limit === undefined || limit.scale < 0) return true
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d+))?$/.exec(text) ?? []
  return fraction.length <= limit.scale && whole.length <= Math.max(0, limit.precision - limit.scale)
}

function fitsFraction(type: TargetType, text: string): boolean {
  const fraction = /\.(\d+)$/.exec(text)?.[1]?.replace(/0+$/, '') ?? ''
  return fraction.length <= (fractionLimit(type) ?? 6)
}
