import { ValueKind } from '../../format/sql-text/row-scanner.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import type { EncodedValue } from '../../model/loss.ts'
import type { ReadColumn } from '../../model/plan.ts'
import { clockText } from './clock-text.ts'
import { familyOf, type TypeFamily } from './decode/type-family.ts'

/** A value as a dump would have it. */
export interface StoredLiteral {
  /** Of `ValueKind`. */
  readonly kind: number
  readonly bytes: Buffer
  /** Of text that is in the column's own charset, and not in UTF-8. */
  readonly charset?: string | undefined
}

/** Days as servers print them, also those that do not exist; a year before the first is none of MySQL's. */
const day = /^\d{4}-\d\d-\d\d/

/**
 * What of a stored value a dump would have.
 *
 * @param read What the value was read as, if it is canonical; undefined: it is as the server prints it, or sends it
 * @returns undefined where what is stored does not tell all that the source had
 */
export function storedLiteral(
  column: ReadColumn,
  read: CanonicalType | undefined,
  value: Exclude<EncodedValue, null>,
): StoredLiteral | undefined {
  const family = familyOf(column.native)
  if (family === undefined) return undefined
  return 'text' in value
    ? literalOfText(column, family, read, value.text)
    : literalOfBytes(column, family, read, Buffer.from(value.base64, 'base64'))
}

function literalOfText(
  { native, type }: ReadColumn,
  family: TypeFamily,
  read: CanonicalType | undefined,
  value: string,
): StoredLiteral | undefined {
  switch (family) {
    case 'integer':
    case 'year':
    case 'decimal':
      return text(read?.kind === 'bool' ? bit(value) : value)
    case 'float':
    case 'double':
      return text(value)
    case 'bit':
      // As digits of bits; as a number; or as yes and no.
      if (read?.kind === 'int') return { kind: ValueKind.number, bytes: Buffer.from(value) }
      return { kind: ValueKind.bits, bytes: Buffer.from(read?.kind === 'bool' ? bit(value) : value) }
    case 'date':
    case 'datetime':
      return day.test(value) && !value.endsWith(' BC') ? text(value.replace(/\+00$/, '')) : undefined
    case 'time':
      return text(read?.kind === 'interval' ? clockText(value) : value)
    case 'enum':
      // Index 0 and the label '' are printed alike; a cell is a label.
      return read === undefined && value === '' && native.labels?.includes('') === true ? undefined : text(value)
    case 'text':
    case 'uuid':
      // A UUID's own text does not say in which case its digits were; bytes were those of the column's charset.
      if (read?.kind === 'uuid' && type.kind !== 'uuid') return undefined
      return type.kind === 'bytes' && !isUtf8(native.charset) ? undefined : text(value)
    case 'binary':
      if (read?.kind !== 'uuid') return text(value)
      return { kind: ValueKind.text, bytes: Buffer.from(value.replaceAll('-', ''), 'hex') }
    case 'set':
    case 'json':
    case 'inet':
      return text(value)
    case 'geometry':
    case 'vector':
      return undefined
  }
}

function literalOfBytes(
  { native }: ReadColumn,
  family: TypeFamily,
  read: CanonicalType | undefined,
  bytes: Buffer,
): StoredLiteral | undefined {
  switch (family) {
    case 'decimal':
    case 'binary':
    case 'bit':
    case 'uuid':
    case 'inet':
      return { kind: ValueKind.text, bytes }
    case 'text':
    case 'enum':
    case 'set':
    case 'json':
      return { kind: ValueKind.text, bytes, charset: native.charset ?? 'utf8mb4' }
    case 'geometry':
      // As the server sends it; as canonical bytes the number of its reference system stands elsewhere.
      return { kind: ValueKind.text, bytes: read === undefined ? bytes : serverGeometry(bytes) }
    default:
      return undefined
  }
}

function text(value: string): StoredLiteral {
  return { kind: ValueKind.text, bytes: Buffer.from(value) }
}

function bit(value: string): string {
  return value === 'true' ? '1' : value === 'false' ? '0' : value
}

function isUtf8(charset: string | undefined): boolean {
  return charset === 'utf8mb4' || charset === 'utf8mb3' || charset === 'utf8' || charset === 'ascii'
}

const sridFlag = 0x20

/** EWKB → the number of the reference system and WKB. */
function serverGeometry(ewkb: Buffer): Buffer {
  if (((ewkb[4] ?? 0) & sridFlag) === 0) return Buffer.concat([Buffer.alloc(4), ewkb])
  const head = Buffer.from(ewkb.subarray(0, 5))
  head[4]! &= ~sridFlag
  return Buffer.concat([ewkb.subarray(5, 9), head, ewkb.subarray(9)])
}
