import { trailBytesOf } from '../../../../format/sql-text/trail-bytes.ts'
import type { LiteralRules } from '../../../../format/sql-text/unescape.ts'
import type { ReadColumn } from '../../../../model/plan.ts'
import type { NativeType } from '../../../../model/relation.ts'
import { familyOf, type TypeFamily } from '../../decode/type-family.ts'
import { type WireField, wireType } from '../../decode/wire-field.ts'
import type { LiteralForm } from './literal-form.ts'
import { BitForm, DecimalForm, FloatForm, IntegerForm, YearForm } from './number-forms.ts'
import { DateForm, TimeForm } from './temporal-forms.ts'
import { BytesForm } from './text-forms.ts'

/** How the literals of an INSERT are to be read: what the dump's session had set when it came. */
export interface LiteralSession {
  /** The charset that text is written in; `binary`: that of each column. */
  readonly charset: string
  /** False under `sql_mode` NO_BACKSLASH_ESCAPES. */
  readonly backslash: boolean
  /** How far the clock of TIMESTAMPs is ahead of UTC. */
  readonly offsetMinutes: number
}

export function literalRules({ charset, backslash }: LiteralSession): LiteralRules {
  return { backslash, trailBytes: trailBytesOf(charset) }
}

/** The form of a column's literals. A type that nobody has taught us is refused by the decoder, not here. */
export function chooseForm(native: NativeType, session: LiteralSession): LiteralForm {
  const rules = literalRules(session)
  const family = familyOf(native)
  switch (family) {
    case 'integer':
      return new IntegerForm(native.unsigned !== true)
    case 'decimal':
      return new DecimalForm()
    case 'float':
      return new FloatForm(32)
    case 'double':
      return new FloatForm(64)
    case 'date':
      return new DateForm(false, 0)
    case 'datetime':
      return new DateForm(true, native.name === 'timestamp' ? session.offsetMinutes : 0)
    case 'time':
      return new TimeForm()
    case 'year':
      return new YearForm()
    case 'bit':
      return new BitForm(native.args[0] ?? 1, rules)
    case 'enum':
    case 'set':
      return new BytesForm(rules, false)
    default:
      return new BytesForm(rules, true)
  }
}

const types: { readonly [family in TypeFamily]: number } = {
  integer: wireType.longlong,
  decimal: wireType.newDecimal,
  float: wireType.float,
  double: wireType.double,
  date: wireType.date,
  datetime: wireType.datetime,
  time: wireType.time,
  year: wireType.year,
  bit: wireType.bit,
  enum: wireType.string,
  set: wireType.string,
  text: wireType.varString,
  binary: wireType.varString,
  // As text: what a file says is JSON is not JSON before somebody has looked.
  json: wireType.varString,
  geometry: wireType.geometry,
  vector: wireType.blob,
  uuid: wireType.string,
  inet: wireType.string,
}
const widths: { readonly [family in TypeFamily]?: number } = { integer: 8, float: 4, double: 8, year: 2 }

/** What the server would say of a field that has the bytes which the column's form makes. */
export function fieldOf(native: NativeType): WireField {
  const family = familyOf(native) ?? 'text'
  const hasFraction = family === 'datetime' || family === 'time'
  return {
    type: types[family],
    width: widths[family] ?? 0,
    decimals: hasFraction ? (native.args[0] ?? 0) : 0,
    unsigned: native.unsigned === true,
  }
}

const charsetFamilies: readonly (TypeFamily | undefined)[] = ['text', 'enum', 'set', 'json']

/** Whether the column's values are text, and so come in the charset of the dump and not in the column's own. */
export function hasCharset(native: NativeType): boolean {
  return charsetFamilies.includes(familyOf(native))
}

/**
 * The column as its literals are written: with the charset of the text.
 *
 * @param introducer The charset before a literal (`_latin1'…'`), or undefined where there is none.
 */
export function asWritten(column: ReadColumn, session: LiteralSession, introducer: string | undefined): ReadColumn {
  const { native } = column
  if (!hasCharset(native)) return column
  const written = introducer ?? session.charset
  // Bytes without a charset go into the column as they are.
  const charset = written === 'binary' ? (native.charset ?? 'utf8mb4') : written
  return { ...column, native: { ...native, charset } }
}
