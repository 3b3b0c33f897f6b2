import type { CanonicalType } from '../model/canonical-type.ts'

/** Whether a column of the one type has room for every value of the other, and gives each back as it was. */
export function holdsType(one: CanonicalType, other: CanonicalType): boolean {
  if (one.kind !== other.kind) return false
  switch (one.kind) {
    case 'int':
      return holdsInt(one, other as typeof one)
    case 'decimal':
      return holdsDecimal(one, other as typeof one)
    case 'text':
    case 'bytes': {
      const { maxLength } = other as typeof one
      return one.maxLength === undefined || (maxLength !== undefined && maxLength <= one.maxLength)
    }
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
      return (other as typeof one).precision <= one.precision
    case 'enum':
    case 'set':
      return (other as typeof one).labels.every((label) => one.labels.includes(label))
    default:
      return false
  }
}

type Int = Extract<CanonicalType, { readonly kind: 'int' }>

function holdsInt(one: Int, other: Int): boolean {
  if (one.signed === other.signed) return one.bits >= other.bits
  return one.signed && one.bits > other.bits
}

type Decimal = Extract<CanonicalType, { readonly kind: 'decimal' }>

function holdsDecimal(one: Decimal, other: Decimal): boolean {
  if (one.precision === undefined) return true
  if (other.precision === undefined) return false
  const [scale, otherScale] = [one.scale ?? 0, other.scale ?? 0]
  return scale >= otherScale && one.precision - scale >= other.precision - otherScale
}
