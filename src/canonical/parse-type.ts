import type { CanonicalType, IntBits } from '../model/canonical-type.ts'

/**
 * Parses a type as mapping files spell it (`int(32)`, `uint(64)`, `decimal(12,2)`, `text(255)`, `timestamp(6)`,
 * `array(float32)` …). `enum` and `set` take their labels from `labels`. Undefined where it is none.
 */
export function parseCanonical(text: string, labels: readonly string[] = []): CanonicalType | undefined {
  const match = /^([a-zA-Z]+\d*)(?:\((.*)\))?$/.exec(text.trim())
  if (match === null) return undefined
  const [, name = '', inner] = match
  const args = inner === undefined || inner === '*' ? [] : inner.split(',').map((part) => part.trim())
  const numbers = args.map(Number)
  switch (name) {
    case 'bool':
    case 'float32':
    case 'float64':
    case 'date':
    case 'uuid':
    case 'json':
    case 'document':
    case 'objectId':
    case 'geometry':
    case 'inet':
      return { kind: name }
    case 'int':
    case 'uint':
      return isIntBits(numbers[0]) ? { kind: 'int', bits: numbers[0], signed: name === 'int' } : undefined
    case 'decimal':
      if (args.length === 0) return { kind: 'decimal' }
      return numbers.every(Number.isInteger)
        ? { kind: 'decimal', precision: numbers[0], scale: numbers[1] ?? 0 }
        : undefined
    case 'text':
    case 'bytes':
      if (args.length === 0) return { kind: name }
      return Number.isInteger(numbers[0]) ? { kind: name, maxLength: numbers[0] } : undefined
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval': {
      const precision = numbers[0] ?? 6
      return precision >= 0 && precision <= 6 ? { kind: name, precision } : undefined
    }
    case 'bits':
      return numbers[0] !== undefined && numbers[0] > 0 ? { kind: 'bits', length: numbers[0] } : undefined
    case 'enum':
    case 'set':
      return { kind: name, labels }
    case 'native': {
      const [, engine, type] = /^(\w+),(.+)$/s.exec(inner ?? '') ?? []
      return engine === undefined || type === undefined ? undefined : { kind: 'native', engine, type }
    }
    case 'array': {
      const of = parseCanonical(inner ?? '', labels)
      return of === undefined ? undefined : { kind: 'array', of }
    }
    default:
      return undefined
  }
}

function isIntBits(value: number | undefined): value is IntBits {
  return value === 8 || value === 16 || value === 32 || value === 64
}
