import { isDeepStrictEqual } from 'node:util'
import type { CanonicalType, IntBits } from '../model/canonical-type.ts'

/**
 * The narrowest type that holds every value of both, and gives each back as it was: a whole number becomes no text, and a
 * day no moment. Undefined where there is none.
 */
export function joinedType(one: CanonicalType, other: CanonicalType): CanonicalType | undefined {
  if (isDeepStrictEqual(one, other)) return one
  const numbers = [one, other].map(asNumber)
  if (numbers.every((number) => number !== undefined)) return joinedNumber(numbers as [Numeric, Numeric])
  if (one.kind.startsWith('float') && other.kind.startsWith('float')) return { kind: 'float64' }
  if (one.kind !== other.kind) return undefined
  switch (one.kind) {
    case 'text':
    case 'bytes': {
      const lengths = [one.maxLength, (other as typeof one).maxLength]
      const isBounded = lengths.every((length) => length !== undefined)
      return isBounded ? { kind: one.kind, maxLength: Math.max(...(lengths as number[])) } : { kind: one.kind }
    }
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
      return { kind: one.kind, precision: Math.max(one.precision, (other as typeof one).precision) }
    case 'enum':
    case 'set': {
      // More labels are a wider type; where each has some of its own, nobody knows their order.
      const { labels } = other as typeof one
      if (labels.every((label) => one.labels.includes(label))) return one
      return one.labels.every((label) => labels.includes(label)) ? other : undefined
    }
    default:
      return undefined
  }
}

type Numeric = Extract<CanonicalType, { readonly kind: 'int' | 'decimal' }>

function asNumber(type: CanonicalType): Numeric | undefined {
  return type.kind === 'int' || type.kind === 'decimal' ? type : undefined
}

function joinedNumber([one, other]: readonly [Numeric, Numeric]): Numeric {
  if (one.kind === 'int' && other.kind === 'int') {
    if (one.signed === other.signed) return one.bits >= other.bits ? one : other
    const [signed, unsigned] = one.signed ? [one, other] : [other, one]
    const bits = Math.max(signed.bits, 2 * unsigned.bits)
    if (bits <= 64) return { kind: 'int', bits: bits as IntBits, signed: true }
  }
  const parts = [one, other].map(digitsOf)
  if (parts.includes(undefined)) return { kind: 'decimal' }
  const whole = Math.max(...parts.map((part) => part?.whole ?? 0))
  const scale = Math.max(...parts.map((part) => part?.scale ?? 0))
  return { kind: 'decimal', precision: whole + scale, scale }
}

/** Of 8, 16, 32 and 64 bits; unsigned ones of 64 have one more. */
const intDigits: { readonly [bits in IntBits]: number } = { 8: 3, 16: 5, 32: 10, 64: 19 }

/** Undefined: as many as there are. */
function digitsOf(type: Numeric): { readonly whole: number; readonly scale: number } | undefined {
  if (type.kind === 'int') return { whole: intDigits[type.bits] + (type.bits === 64 && !type.signed ? 1 : 0), scale: 0 }
  const { precision, scale = 0 } = type
  return precision === undefined ? undefined : { whole: precision - scale, scale }
}
