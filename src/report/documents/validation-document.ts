import { z } from 'zod'
import { count, encodedValueSchema, list, moment, rowKeySchema, seconds } from './schema-parts.ts'

const pair = z.object({ from: z.string(), to: z.string() })

/** What `transload validate --json` prints, and what a run says of its own validation. */
export const validationSchema = z.object({
  schema: z.literal('transload.validation/1'),
  version: z.string().optional().describe('Of transload. Absent within the summary of a run, as the other facts are.'),
  status: z
    .enum(['equal', 'counted', 'different', 'transient', 'unproven', 'skipped'])
    .describe('equal: every column compared. counted: counts, NULLs and orphans only.'),
  startedAt: moment.optional(),
  finishedAt: moment.optional(),
  seconds: seconds.optional(),
  source: z.string().optional().describe('A label, without secrets.'),
  target: z.string().optional().describe('A label, without secrets.'),
  datasets: list(
    z.object({
      from: z.string(),
      to: z.string(),
      sourceRows: count,
      targetRows: count,
      ignoresExtra: z.boolean().optional().describe('true: rows that only the target has were not looked for.'),
      nulls: list(z.object({ column: pair, source: count, target: count })),
      orphans: list(z.object({ constraint: pair, source: count, target: count })),
      differences: z
        .object({
          missing: count.describe('Rows that the source has alone.'),
          extra: count.describe('Rows that the target has alone.'),
          changed: count.describe('Rows of one key whose values differ.'),
          stopped: z.boolean().optional().describe('true: more differences were not looked for.'),
        })
        .nullable()
        .describe('null: not checked.'),
      schema: list(z.object({ kind: z.string(), name: z.string(), problem: z.string() }))
        .optional()
        .describe('What is otherwise about the table than about the source’s; absent: not compared.'),
      way: z
        .object({ mode: z.enum(['ordered', 'buckets']), reason: z.string() })
        .optional()
        .describe('How contents were compared, and why in this way.'),
      reasons: list(
        z.object({
          reason: z.string(),
          column: z.string().optional(),
          detail: z.string().optional().describe('What all of them share, such as -02:00.'),
          count,
        }),
      )
        .optional()
        .describe('Differences by reason and column, the most frequent first.'),
      declared: list(z.object({ column: z.string(), rule: z.string(), count }))
        .optional()
        .describe('Values that were changed as the mapping declares: no differences.'),
      columns: list(
        pair.extend({
          strength: z.enum(['exact', 'normalised', 'weak', 'skipped']),
          reason: z.string().optional(),
        }),
      ),
      samples: list(
        z.object({
          key: rowKeySchema,
          column: z.string().optional(),
          source: encodedValueSchema.optional(),
          target: encodedValueSchema.optional(),
          reason: z.string(),
        }),
      ),
    }),
  ),
  unpaired: list(pair).optional().describe('Tables of the source that the target does not have.'),
  coverage: list(z.string()).optional().describe('What this validation does not prove.'),
})
