import type { CanonicalKind } from '../../src/model/canonical-type.ts'

/** A record, so that a kind that is added cannot be forgotten here. */
const kinds: { readonly [kind in CanonicalKind]: true } = {
  bool: true,
  int: true,
  decimal: true,
  float32: true,
  float64: true,
  text: true,
  bytes: true,
  date: true,
  time: true,
  timestamp: true,
  instant: true,
  interval: true,
  uuid: true,
  bits: true,
  enum: true,
  set: true,
  json: true,
  document: true,
  array: true,
  objectId: true,
  geometry: true,
  inet: true,
  native: true,
}

export const everyKind = Object.keys(kinds) as CanonicalKind[]
