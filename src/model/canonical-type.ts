/**
 * The types that every engine's types are mapped to and from.
 *
 * The type alone fixes the bytes of a cell: no encoding tag exists anywhere. Little-endian throughout.
 *
 * | kind                     | bytes of a cell                                                        |
 * |--------------------------|------------------------------------------------------------------------|
 * | `bool`                   | 1 byte, 0 or 1                                                         |
 * | `int`                    | `bits / 8` bytes, two's complement where `signed`                      |
 * | `float32`, `float64`     | IEEE 754, 4 or 8 bytes                                                 |
 * | `date`                   | int32 days since 2000-01-01; ±infinity are the extreme values          |
 * | `timestamp`, `instant`   | int64 µs since 2000-01-01; ±infinity are the extreme values            |
 * | `time`                   | int64 µs since midnight, 0 … 86,400,000,000                            |
 * | `uuid`, `objectId`       | 16, 12 bytes as written                                                |
 * | `bytes`, `geometry`      | raw (geometry: EWKB)                                                   |
 * | everything else          | UTF-8 text in the type's canonical form                                |
 *
 * The epoch and the infinities are PostgreSQL's own binary forms, so that the widest target copies them.
 */
export type CanonicalType =
  | { readonly kind: 'bool' }
  | { readonly kind: 'int'; readonly bits: IntBits; readonly signed: boolean }
  | { readonly kind: 'decimal'; readonly precision?: number | undefined; readonly scale?: number | undefined }
  | { readonly kind: 'float32' }
  | { readonly kind: 'float64' }
  /** `maxLength` in characters (code points). */
  | { readonly kind: 'text'; readonly maxLength?: number | undefined }
  /** `maxLength` in bytes. */
  | { readonly kind: 'bytes'; readonly maxLength?: number | undefined }
  | { readonly kind: 'date' }
  /** `precision`: digits of the fraction of a second, 0 … 6. */
  | { readonly kind: 'time'; readonly precision: number }
  /** A wall clock without a zone. */
  | { readonly kind: 'timestamp'; readonly precision: number }
  /** A moment, in UTC. */
  | { readonly kind: 'instant'; readonly precision: number }
  /** ISO 8601 duration text, such as `PT838H59M59S` or `-P1M2DT3H`. */
  | { readonly kind: 'interval'; readonly precision: number }
  | { readonly kind: 'uuid' }
  /** Text of `0` and `1`, exactly `length` long. */
  | { readonly kind: 'bits'; readonly length: number }
  | { readonly kind: 'enum'; readonly labels: readonly string[] }
  /** Members joined by commas in the order of `labels`; no member holds a comma. The empty set is the empty text. */
  | { readonly kind: 'set'; readonly labels: readonly string[] }
  /** The text as the source keeps it: spacing, order and digits are not touched. */
  | { readonly kind: 'json' }
  /** Canonical Extended JSON v2. */
  | { readonly kind: 'document' }
  | { readonly kind: 'array'; readonly of: CanonicalType }
  | { readonly kind: 'objectId' }
  | { readonly kind: 'geometry' }
  | { readonly kind: 'inet' }
  /** An engine's own wire bytes: planned only where both ends are that engine and no stage reads the column. */
  | { readonly kind: 'native'; readonly engine: string; readonly type: string }

export type IntBits = 8 | 16 | 32 | 64
export type CanonicalKind = CanonicalType['kind']
