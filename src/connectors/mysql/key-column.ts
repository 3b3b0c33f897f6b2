import { daysInMonth } from '../../canonical/calendar.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { charsetDecoder } from '../../format/charset/charset-decoder.ts'
import type { ReadColumn } from '../../model/plan.ts'
import type { KeyComparison } from '../sql/keyset.ts'
import { type CellDecoder, CopyDecoder } from './decode/cell-decoder.ts'
import { IntegerToTextDecoder } from './decode/integer.ts'
import { DateToTextDecoder, TimeToTextDecoder } from './decode/temporal.ts'
import { familyOf, type TypeFamily } from './decode/type-family.ts'
import type { WireField } from './decode/wire-field.ts'
import { quoteLiteral, quoteName } from './quote.ts'

/** ENUMs with more labels than this are compared by `CAST`, which no index helps. */
const maxListedLabels = 1000

/**
 * One column of a key that rows are read in the order of. Its values are plain strings that lose nothing: digits, dates
 * as the server prints them, ordinals of ENUM and SET (by whose order their indexes are sorted; `k > 'm'` would compare
 * labels), and hexadecimal digits of the column's own bytes for text and binary, so that the server alone compares text.
 */
export class KeyColumn {
  readonly name: string
  /** The value's string in a text session. */
  readonly selected: string
  /** The value comes as an extra field with the column's ordinal. */
  readonly byOrdinal: boolean
  readonly family: TypeFamily
  readonly charset: string | undefined
  readonly collation: string | undefined
  readonly #quoted: string
  readonly #column: ReadColumn

  private constructor(column: ReadColumn, family: TypeFamily) {
    this.name = column.name
    this.#column = column
    this.family = family
    this.charset = column.native.charset
    this.collation = column.native.collation
    this.#quoted = quoteName(column.name)
    this.byOrdinal = family === 'enum' || family === 'set'
    this.selected = selectedAs(family, this.#quoted)
  }

  /** Undefined where the column's order or equality is not safe to split by: FLOAT, DOUBLE, JSON, geometry … */
  static of(column: ReadColumn): KeyColumn | undefined {
    const family = familyOf(column.native)
    if (family === undefined || unsplittable.includes(family)) return undefined
    const isText = family === 'text'
    if (isText && (column.native.charset === undefined || charsetDecoder(column.native.charset) === undefined)) {
      return undefined
    }
    return new KeyColumn(column, family)
  }

  /** The columns of the plan's key, or undefined where there is none that can be split by. */
  static ofKey(columns: readonly ReadColumn[], names: readonly string[]): readonly KeyColumn[] | undefined {
    const key = names.map((name) => columns.find((column) => column.name === name))
    const bound = key.map((column) => (column === undefined ? undefined : KeyColumn.of(column)))
    return bound.length > 0 && bound.every((column) => column !== undefined) ? bound : undefined
  }

  /**
   * Writes values of the binary protocol as this column's strings. @param field The column's field, or its ordinal's.
   */
  printer(field: WireField): CellDecoder {
    const digits = field.decimals <= 6 ? field.decimals : 0
    switch (this.family) {
      case 'integer':
        return new IntegerToTextDecoder(this.#column.native.unsigned !== true)
      case 'enum':
      case 'set':
      case 'year':
        return new IntegerToTextDecoder(false)
      case 'date':
        return new DateToTextDecoder(undefined)
      case 'datetime':
        return new DateToTextDecoder(digits)
      case 'time':
        return new TimeToTextDecoder(digits)
      case 'text':
      case 'binary':
        return new HexDecoder()
      case 'bit':
        return new BitsToDigitsDecoder()
      default:
        return new CopyDecoder()
    }
  }

  /** Whether the server would take the value back as it gave it: not every stored value is a valid literal. */
  isValid(value: string): boolean {
    if (this.family === 'text') {
      const bytes = Buffer.from(value, 'hex')
      const charset = charsetDecoder(this.charset ?? '')
      if (charset === undefined) return false
      return charset.decode(bytes, 0, bytes.length, new Uint8Array(Math.ceil(bytes.length * charset.maxGrowth)), 0) >= 0
    }
    if (this.family !== 'date' && this.family !== 'datetime') return true
    const year = Number(value.slice(0, 4))
    const month = Number(value.slice(5, 7))
    const day = Number(value.slice(8, 10))
    // A day such as 0999-02-31 can be stored, and is refused as a literal; to the server the year 0 is no leap year.
    return year >= firstNumericYear || month === 0 || day <= daysInMonth(year === 0 ? 1 : year, month)
  }

  /** The SQL literal of a value. @throws TL_K504 where the string, which may come from a stored checkpoint, is none. */
  literal(value: string): string {
    const shape = shapes[this.family]
    if (shape !== undefined && !shape.test(value)) {
      throw new TransloadError('TL_K504', { reason: `${value.slice(0, 60)} is no value of the column ${this.name}` })
    }
    switch (this.family) {
      case 'text':
        // The literal's charset is the column's: nothing is converted, and the column's collation decides.
        return `_${this.charset ?? 'utf8mb4'} X'${value}'`
      case 'binary':
        return `X'${value}'`
      case 'date':
      case 'datetime':
        return temporalLiteral(value)
      case 'time':
      case 'uuid':
      case 'inet':
        return quoteLiteral(value)
      default:
        return value
    }
  }

  compare(value: string): KeyComparison {
    const literal = this.literal(value)
    return this.family === 'enum' ? this.#compareOrdinals(Number(literal)) : this.compareWith(literal)
  }

  /** @param literal SQL. Not for an ENUM, which is compared by ordinal. */
  compareWith(literal: string): KeyComparison {
    // SET: compared with a number, its bits are the number.
    const left = this.family === 'set' ? `CAST(${this.#quoted} AS UNSIGNED)` : this.#quoted
    return {
      equal: `${left} = ${literal}`,
      greater: `${left} > ${literal}`,
      greaterOrEqual: `${left} >= ${literal}`,
      less: `${left} < ${literal}`,
      lessOrEqual: `${left} <= ${literal}`,
    }
  }

  /** MySQL makes no range of `enum > 2`, but it does of the list of ordinals. */
  #compareOrdinals(ordinal: number): KeyComparison {
    const last = this.#column.native.labels?.length ?? 0
    if (last > maxListedLabels) {
      const left = `CAST(${this.#quoted} AS UNSIGNED)`
      return {
        equal: `${this.#quoted} = ${ordinal}`,
        greater: `${left} > ${ordinal}`,
        greaterOrEqual: `${left} >= ${ordinal}`,
        less: `${left} < ${ordinal}`,
        lessOrEqual: `${left} <= ${ordinal}`,
      }
    }
    const list = (from: number, to: number): string => {
      const ordinals = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
      return ordinals.length === 0 ? '1 = 0' : `${this.#quoted} IN (${ordinals.join(', ')})`
    }
    return {
      equal: `${this.#quoted} = ${ordinal}`,
      greater: list(ordinal + 1, last),
      greaterOrEqual: list(ordinal, last),
      less: list(0, ordinal - 1),
      lessOrEqual: list(0, ordinal),
    }
  }
}

/** Equality of floats is not to be relied on; the others cannot be a key, or have no order. */
const unsplittable: readonly TypeFamily[] = ['float', 'double', 'json', 'geometry', 'vector']

const digits = /^-?\d+$/
const hex = /^([0-9a-f]{2})*$/
const shapes: { readonly [family in TypeFamily]?: RegExp } = {
  integer: digits,
  enum: digits,
  set: digits,
  year: digits,
  bit: digits,
  decimal: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  datetime: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/,
  text: hex,
  binary: hex,
}

function selectedAs(family: TypeFamily, quoted: string): string {
  switch (family) {
    case 'text':
    case 'binary':
      return `LOWER(HEX(${quoted}))`
    case 'enum':
    case 'set':
    case 'bit':
      return `CAST(${quoted} AS UNSIGNED)`
    default:
      return quoted
  }
}

/** A number below 10000101 is read as a year of two digits, or as no date: 1000-00-00 would be one. */
const firstNumericYear = 1001

/**
 * As a number, since the server takes days that do not exist (2024-02-31) as numbers and refuses them as text; but for
 * the early years.
 */
function temporalLiteral(value: string): string {
  return Number(value.slice(0, 4)) >= firstNumericYear ? value.replaceAll(/[-: ]/g, '') : `'${value}'`
}

class HexDecoder implements CellDecoder {
  readonly growth = 2
  readonly extraBytes = 0

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    return Buffer.from(target.buffer, target.byteOffset + at).write(
      source.toString('hex', from, from + length),
      'latin1',
    )
  }
}

class BitsToDigitsDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 20

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const digitText = BigInt(`0x${source.toString('hex', from, from + length) || '0'}`).toString()
    return Buffer.from(target.buffer, target.byteOffset + at).write(digitText, 'latin1')
  }
}
