import type { CanonicalType } from '../model/canonical-type.ts'

/** A type as plans, reports and mapping files spell it, such as `int(32)`, `uint(64)` or `decimal(12,2)`. */
export function typeText(type: CanonicalType): string {
  switch (type.kind) {
    case 'int':
      return `${type.signed ? 'int' : 'uint'}(${type.bits})`
    case 'decimal':
      return type.precision === undefined ? 'decimal' : `decimal(${type.precision},${type.scale ?? 0})`
    case 'text':
    case 'bytes':
      return type.maxLength === undefined ? type.kind : `${type.kind}(${type.maxLength})`
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
      return `${type.kind}(${type.precision})`
    case 'bits':
      return `bits(${type.length})`
    case 'enum':
    case 'set':
      return `${type.kind}(${type.labels.map((label) => JSON.stringify(label)).join(',')})`
    case 'array':
      return `array(${typeText(type.of)})`
    case 'native':
      return `native(${type.engine},${type.type})`
    default:
      return type.kind
  }
}
