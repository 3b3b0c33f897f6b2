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

const rejectGroupSchema = z.object({
  dataset: z.string(),
  code: z.string(),
  stage: rejectedRowSchema.shape.stage,
  column: z.string().optional(),
  reason: z.string().describe('Of the first of the rows; in others it may quote another value.'),
  count,
  sampleKey: rowKeySchema,
})

/** What `transload rejects RUN --json` prints. */
export const rejectsDocument = z.object({
  schema: z.literal('transload.rejects/1'),
  run: z.string(),
  count: count.describe('Rows that were asked for: with --dataset and --code, just those.'),
  rows: list(rejectedRowSchema).describe('None with --group and --export.'),
  replayed: count.optional().describe('Rows that were rejected first, and that a replay has brought to another end.'),
  groups: list(rejectGroupSchema).optional().describe('With --group: the largest first.'),
  file: z.string().optional().describe('With --export: the path of the file.'),
})

export type RejectsDocument = z.output<typeof rejectsDocument>
