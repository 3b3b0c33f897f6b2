import { cellToText } from '../../../canonical/text.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import type { ReadColumn, ReadPlan } from '../../../model/plan.ts'
import { type KeyValues, rangeCondition, unreadable } from '../../sql/key-bounds.ts'
import type { KeyComparison } from '../../sql/keyset.ts'
import { quoteLiteral, quoteName } from '../quote.ts'
import { putBits, bitsTextBytes } from './decode/bits-text.ts'
import type { ColumnWay } from './decode/column-way.ts'
import { numericTextBytes, putNumeric } from './decode/numeric-text.ts'

/**
 * How the server sends a value of a type that a table can be split by. Equality of floats is not to be relied on; that of
 * citext is found in a schema that nobody is told of; others cannot be a key, or are of no use as one.
 */
const kinds: { readonly [type: string]: CanonicalType | 'text' | 'numeric' | 'bits' | 'bytea' } = {
  bool: { kind: 'bool' },
  int2: { kind: 'int', bits: 16, signed: true },
  int4: { kind: 'int', bits: 32, signed: true },
  int8: { kind: 'int', bits: 64, signed: true },
  oid: { kind: 'int', bits: 32, signed: false },
  numeric: 'numeric',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  enum: 'text',
  bytea: 'bytea',
  date: { kind: 'date' },
  time: { kind: 'time', precision: 6 },
  timestamp: { kind: 'timestamp', precision: 6 },
  timestamptz: { kind: 'instant', precision: 6 },
  uuid: { kind: 'uuid' },
  bit: 'bits',
  varbit: 'bits',
}

/** A field of a key as it came. */
export interface KeyField {
  readonly start: number
  readonly end: number
  readonly sent: ColumnWay['sent']
}

/** The columns of a plan's key, where it can be split by. */
export class SplitKey {
  readonly columns: readonly ReadColumn[]

  private constructor(columns: readonly ReadColumn[]) {
    this.columns = columns
  }

  /**
   * Undefined where there is none, or its values are not safe to be compared.
   * @param isUtf8 Without it a text may be no literal
   */
  static of(read: ReadPlan, isUtf8: boolean): SplitKey | undefined {
    const columns = read.key?.columns.flatMap((name) => read.columns.find((column) => column.name === name) ?? []) ?? []
    const isSafe = columns.every(({ native }) => {
      const kind = kinds[native.name]
      return kind !== undefined && (isUtf8 || kind !== 'text')
    })
    const isWhole = columns.length === (read.key?.columns.length ?? 0)
    return columns.length > 0 && isWhole && isSafe ? new SplitKey(columns) : undefined
  }

  /** @param table Its alias */
  names(table: string): string[] {
    return this.columns.map(({ name }) => `${table}.${quoteName(name)}`)
  }

  /** The condition of a range, or undefined where it is the whole table. */
  rangeCondition(table: string, after: KeyValues | undefined, upTo: KeyValues | undefined): string | undefined {
    return rangeCondition(after && this.#compare(table, after), upTo && this.#compare(table, upTo))
  }

  #compare(table: string, values: KeyValues): KeyComparison[] {
    if (values.length !== this.columns.length) throw unreadable([...values])
    return this.names(table).map((name, place) => {
      // Without a type of its own the constant is of the column's, and its collation decides.
      const literal = quoteLiteral(values[place]!)
      return {
        equal: `${name} = ${literal}`,
        greater: `${name} > ${literal}`,
        greaterOrEqual: `${name} >= ${literal}`,
        less: `${name} < ${literal}`,
        lessOrEqual: `${name} <= ${literal}`,
      }
    })
  }

  /**
   * The key of a row as it came, whatever became of its cells.
   *
   * @param fields By column of the key: where its field lies in `bytes`, and what it is
   */
  valuesOf(bytes: Buffer, fields: readonly KeyField[]): KeyValues {
    return this.columns.map(({ native }, place) => {
      const { start, end, sent } = fields[place]!
      const field = bytes.subarray(start, end)
      if (sent === 'value') return valueText(kinds[native.name], field)
      const text = field.toString('utf8')
      return sent === 'hex' ? Buffer.from(text, 'hex').toString('utf8') : text
    })
  }
}

function valueText(kind: (typeof kinds)[string] | undefined, field: Buffer): string {
  const view = new DataView(field.buffer, field.byteOffset, field.length)
  switch (kind) {
    case undefined:
      throw new TransloadError('TL_X901', { reason: 'a key of a type that has no order' })
    case 'text':
      return field.toString('utf8')
    case 'bytea':
      return `\\x${field.toString('hex')}`
    case 'numeric': {
      const text = Buffer.alloc(numericTextBytes(view, 0))
      return text.toString('latin1', 0, putNumeric(view, 0, text, 0))
    }
    case 'bits': {
      const text = Buffer.alloc(bitsTextBytes(view, 0))
      return text.toString('latin1', 0, putBits(view, 0, text, 0))
    }
    default: {
      const cell = kind.kind === 'uuid' ? field : Buffer.from(field).reverse()
      return cellToText(kind, cell, 0, cell.length)
    }
  }
}
