import { z } from 'zod'
import { count, encodedValueSchema, list, rowKeySchema } from './schema-parts.ts'

/** One line of `rejects.ndjson`. */
export const rejectedRowSchema = z.object({
  dataset: z.string(),
  split: z.string(),
  position: count.describe('The row’s number in its split, from 0.'),
  stage: z.enum(['read', 'transform', 'write', 'target']),
  column: z.string().optional(),
  code: z.string(),
  reason: z.string(),
  key: rowKeySchema,
  row: z
    .record(z.string(), encodedValueSchema)
    .describe('Every column as the source gave it; a value over 16 MiB is left out.'),
  printed: list(z.string())
    .optional()
    .describe('Columns of row that are not in canonical text, but as the source prints them.'),
})

/** What `transload rejects RUN --json` prints. */
export const rejectsDocument = z.object({
  schema: z.literal('transload.rejects/1'),
  run: z.string(),
  count,
  rows: list(rejectedRowSchema),
})

export type RejectsDocument = z.output<typeof rejectsDocument>
