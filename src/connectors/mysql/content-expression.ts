import type { DigestForm } from '../../model/digest-form.ts'
import type { NativeType } from '../../model/relation.ts'
import { quoteName } from './quote.ts'

/** Forms that values of a type can be compared in, the best first; none where they cannot. */
export function formsOf({ name, args }: NativeType): readonly DigestForm[] {
  switch (name) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'integer':
    case 'bigint':
    case 'year':
    case 'decimal':
    case 'numeric':
      return ['number']
    case 'bit':
      return args[0] === 1 ? ['number', 'bits'] : ['bits', 'number']
    case 'float':
      return ['float32', 'float64']
    case 'double':
    case 'real':
      return ['float64']
    case 'date':
      return ['date', 'text']
    case 'datetime':
      return ['timestamp', 'text']
    case 'timestamp':
      return ['instant', 'timestamp', 'text']
    case 'time':
      return ['time']
    case 'char':
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return ['text', 'json', 'json-value']
    case 'enum':
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return ['text']
    case 'set':
      return ['set', 'text']
    case 'json':
      return ['json-text', 'json', 'json-value']
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
    case 'vector':
      return ['bytes']
    default:
      return geometries.has(name) ? ['bytes'] : []
  }
}

const geometries: ReadonlySet<string> = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
])

/** Charsets whose bytes are valid UTF-8 as they are. */
const isUtf8: ReadonlySet<string | undefined> = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'ascii'])

/**
 * The column's value as text, of bytes as bytes, made by the server.
 *
 * FLOAT, of which MySQL prints six digits, is asked for as DOUBLE, and its sign apart: MySQL prints at most 22 characters
 * of a DOUBLE that is not a column's own, which all 17 digits with an exponent take. The sign of a zero, which it does not
 * print, is told by the angle of the point (−1, 0) or (−1, −0).
 *
 * The CONCAT of one number or moment is its text, as its CAST AS CHAR is, in half the time.
 */
export function contentExpression(
  column: string,
  { name, args, charset, readAs }: NativeType,
  form: DigestForm,
): string {
  const quoted = quoteName(column)
  switch (form) {
    case 'float32':
    case 'float64': {
      const digits = name === 'float' ? `IF(${quoted} < 0, '-', ''), ABS(${quoted} + 0e0)` : quoted
      return `IF(${quoted} = 0 AND ATAN2(${quoted}, -1) < 0, '-0', CONCAT(${digits}))`
    }
    case 'number':
      return `CONCAT(${name === 'bit' ? `${quoted} + 0` : quoted})`
    case 'bits':
      return `LPAD(BIN(${quoted} + 0), ${args[0] ?? 1}, '0')`
    case 'bytes':
      return geometries.has(name) ? extendedWkb(quoted) : quoted
    case 'text':
    case 'json':
    case 'json-value':
    case 'json-text':
      if (readAs !== undefined) return readAsExpression(quoted, readAs)
      if (name === 'json' && charset === undefined) return quoted
      // The index 0 reads as the empty text, which may be a label too.
      if (name === 'enum') return `IF(${quoted} + 0 = 0, CHAR(0), CAST(${quoted} AS CHAR))`
      if (isUtf8.has(charset) && name !== 'set') return quoted
      return charset === undefined || name === 'set' ? `CAST(${quoted} AS CHAR)` : `CONVERT(${quoted} USING utf8mb4)`
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return `CONCAT(${quoted})`
    // No type of its is an array.
    default:
      return `CAST(${quoted} AS CHAR)`
  }
}

/** The column's bytes, taken for text of another charset than the column's. Those of UTF-8 are it as they are. */
function readAsExpression(column: string, charset: string): string {
  const bytes = `CAST(${column} AS BINARY)`
  return isUtf8.has(charset) ? bytes : `CONVERT(CONVERT(${bytes} USING ${charset}) USING utf8mb4)`
}

/**
 * Kept are four bytes of a reference system and WKB (MySQL's manual: Internal Geometry Storage Format); EWKB has the
 * system, where there is one, behind the type, which says so by its highest bits.
 */
function extendedWkb(column: string): string {
  const kept = `CAST(${column} AS BINARY)`
  const marked = `CHAR(ORD(SUBSTR(${kept}, 9, 1)) | 32)`
  const extended = `CONCAT(SUBSTR(${kept}, 5, 4), ${marked}, LEFT(${kept}, 4), SUBSTR(${kept}, 10))`
  return `IF(LEFT(${kept}, 4) = X'00000000', SUBSTR(${kept}, 5), ${extended})`
}
