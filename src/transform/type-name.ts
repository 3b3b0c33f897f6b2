import { z } from 'zod'
import { parseCanonical } from '../canonical/parse-type.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CanonicalType } from '../model/canonical-type.ts'

/** Kinds that a stage can make: each says by itself what it holds, whichever engine it comes to. */
const makeable: ReadonlySet<string> = new Set([
  'bool',
  'int',
  'decimal',
  'float32',
  'float64',
  'text',
  'bytes',
  'date',
  'time',
  'timestamp',
  'instant',
  'interval',
  'uuid',
  'bits',
  'json',
  'inet',
])

/** A type as a stage's options write it, such as `int(32)`. */
export const typeName = z
  .string()
  .refine(
    (text) => makeable.has(parseCanonical(text)?.kind ?? ''),
    `it is no type of a stage: those are ${[...makeable].join(', ')}, such as int(32) or decimal(12,2)`,
  )

/** The type of such a name, which the schema has let through. */
export function typeNamed(text: string): CanonicalType {
  const type = parseCanonical(text)
  if (type === undefined) throw new TransloadError('TL_X901', { reason: `${text} is no type` })
  return type
}
