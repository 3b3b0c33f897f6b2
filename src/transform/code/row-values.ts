import { isUint8Array } from 'node:util/types'
import { cellToText } from '../../canonical/text.ts'
import { typeText } from '../../canonical/type-text.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import type { CodeValue } from './code-function.ts'

/** The value of a cell that is not NULL. */
export type FromCell = (cells: Buffer, start: number, length: number) => Exclude<CodeValue, null>

export function fromCellOf(type: CanonicalType): FromCell {
  switch (type.kind) {
    case 'bool':
      return (cells, start) => cells[start] !== 0
    case 'int':
      return wholeFrom(type)
    case 'float32':
      // By its shortest text, as everywhere: 0.1 is 0.1.
      return (cells, start, length) => Number(cellToText(type, cells, start, length))
    case 'float64':
      return (cells, start) => cells.readDoubleLE(start)
    case 'bytes':
    case 'geometry':
    case 'objectId':
      return (cells, start, length) => new Uint8Array(cells.subarray(start, start + length))
    case 'text':
    case 'enum':
    case 'set':
    case 'json':
    case 'document':
    case 'array':
    case 'inet':
    case 'decimal':
      return (cells, start, length) => cells.toString('utf8', start, start + length)
    default:
      return (cells, start, length) => cellToText(type, cells, start, length)
  }
}

function wholeFrom({ bits, signed }: CanonicalType & { readonly kind: 'int' }): FromCell {
  const size = bits / 8
  if (bits === 64) {
    return signed ? (cells, start) => cells.readBigInt64LE(start) : (cells, start) => cells.readBigUInt64LE(start)
  }
  return signed ? (cells, start) => cells.readIntLE(start, size) : (cells, start) => cells.readUIntLE(start, size)
}

/** A value as the stage takes it; undefined where one of the type is not given so. */
export type ToText = (value: unknown) => string | Uint8Array | undefined

export function toTextOf({ kind }: CanonicalType): ToText {
  switch (kind) {
    case 'bool':
      return (value) => (typeof value === 'boolean' ? String(value) : undefined)
    case 'int':
      return (value) => (typeof value === 'bigint' || Number.isSafeInteger(value) ? wholeText(value) : undefined)
    case 'float32':
    case 'float64':
      return (value) => (typeof value === 'number' ? (Object.is(value, -0) ? '-0' : String(value)) : undefined)
    case 'bytes':
      return (value) => (isUint8Array(value) ? new Uint8Array(value) : undefined)
    default:
      return (value) => (typeof value === 'string' ? value : undefined)
  }
}

/** −0 is 0. */
function wholeText(value: unknown): string {
  return Object.is(value, -0) ? '0' : String(value)
}

/** What a type's values are given as, for people. */
export function givenAs(type: CanonicalType): string {
  const forms: { readonly [kind in CanonicalType['kind']]?: string } = {
    bool: 'true or false',
    int: 'a whole number or bigint',
    float32: 'a number',
    float64: 'a number',
    bytes: 'a Uint8Array',
  }
  return `${typeText(type)} is given as ${forms[type.kind] ?? 'a string'}`
}
