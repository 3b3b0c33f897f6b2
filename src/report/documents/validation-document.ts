import { z } from 'zod'
import type { CheckName } from '../../model/check.ts'
import { count, list, moment as instant, rowKeySchema, seconds, shownValueSchema } from './schema-parts.ts'

const pair = z.object({ from: z.string(), to: z.string() })

const range = z.object({
  min: z.string().nullable(),
  max: z.string().nullable(),
  sum: z.string().nullable().optional().describe('Exact; absent: it cannot be had exactly, or values are no numbers.'),
})

const checkState = z.object({
  state: z
    .enum(['checked', 'off', 'implied', 'impossible'])
    .describe('implied: another check proves it. impossible: it cannot be made between these ends.'),
  reason: z.string().optional(),
})

const checks = z.object({
  schema: checkState,
  rows: checkState,
  nulls: checkState,
  orphans: checkState,
  unique: checkState,
  ranges: checkState,
  contents: checkState,
} satisfies Record<CheckName, typeof checkState>)

const rows = count.nullable().describe('null: not counted.')

const moment = z.object({
  at: z.string().describe('In UTC.'),
  source: z.string().nullable().describe('Where its log stood; null: it does not tell.'),
  target: z.string().nullable(),
})

/** What `transload validate --json` prints, and what a run says of its own validation. */
export const validationSchema = z.object({
  schema: z.literal('transload.validation/1'),
  version: z.string().optional().describe('Of transload. Absent within the summary of a run, as the other facts are.'),
  status: z
    .enum(['equal', 'counted', 'different', 'transient', 'unproven', 'skipped'])
    .describe('equal: every column compared. counted: nothing differs in what was compared, and not every value was.'),
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  seconds: seconds.optional(),
  source: z.string().optional().describe('A label, without secrets.'),
  target: z.string().optional().describe('A label, without secrets.'),
  datasets: list(
    z.object({
      from: z.string(),
      to: z.string(),
      sourceRows: rows,
      leftOut: count
        .optional()
        .describe('Of the source’s rows: those that it was asked to leave out, since a filter would.'),
      targetRows: rows,
      ignoresExtra: z.boolean().optional().describe('true: rows that only the target has were not looked for.'),
      nulls: list(
        z.object({
          column: pair,
          source: count,
          target: count,
          expected: count
            .nullable()
            .optional()
            .describe(
              'At the target, where the mapping makes some. null: counting cannot tell. Absent: as many as the source.',
            ),
        }),
      ),
      orphans: list(
        z.object({
          constraint: pair,
          source: count.describe('As the source itself compares keys.'),
          target: count.describe('As the target itself compares keys.'),
          new: count.optional().describe('Those of the target that the source has not.'),
          byCollation: count.optional().describe('Rows whose parent only the source’s collation finds.'),
          declared: z.boolean().optional().describe('true: the pipeline declares the relation.'),
        }),
      ),
      unique: list(
        z.object({
          key: z.string(),
          columns: list(pair),
          source: count.nullable().describe('Values that are there more than once; null: not counted.'),
          target: count.nullable(),
          index: z.string().optional().describe('The index of the target that sees to it: nothing is counted.'),
        }),
      ).optional(),
      ranges: list(z.object({ column: pair, source: range, target: range, same: z.boolean() }))
        .optional()
        .describe('Least and largest values and exact sums, by column.'),
      differences: z
        .object({
          missing: count.describe('Rows that the source has alone.'),
          extra: count.describe('Rows that the target has alone.'),
          changed: count.describe('Rows of one key whose values differ.'),
          stopped: z.boolean().optional().describe('true: more differences were not looked for.'),
        })
        .nullable()
        .describe('null: not checked.'),
      left: z
        .object({ filtered: count, refused: count })
        .optional()
        .describe('Rows of the source that stages filter, and that they refuse: none that the target is to have.'),
      transient: count.optional().describe('Rows that kept changing while they were looked at.'),
      schema: list(z.object({ kind: z.string(), name: z.string(), problem: z.string() }))
        .optional()
        .describe('What is otherwise about the table than about the source’s; absent: not compared.'),
      way: z
        .object({
          mode: z.enum(['ordered', 'digest', 'buckets']),
          reason: z.string(),
          ranges: z
            .object({
              total: count,
              compared: count.describe('Fewer than there are: a sample.'),
              equal: count.describe('Those whose digests were the same.'),
              rowsRead: count.describe('Rows of the source that were read because the digests of a range differed.'),
            })
            .optional()
            .describe('Of a table that was compared range by range.'),
        })
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
          digested: z.boolean().optional().describe('True: its values were compared by digests that the servers made.'),
        }),
      ),
      samples: list(
        z.object({
          key: rowKeySchema,
          column: z.string().optional(),
          source: shownValueSchema.optional(),
          target: shownValueSchema.optional(),
          reason: z.string(),
        }),
      ),
    }),
  ),
  strays: list(
    z.object({
      to: z.string(),
      column: z.string(),
      noneOf: list(z.union([z.string(), z.number(), z.boolean()])),
      rows: count,
    }),
  )
    .optional()
    .describe('Rows of tables that datasets are merged into, which are of none of them.'),
  unpaired: list(pair).optional().describe('Tables of the source that the target does not have.'),
  checks: checks.optional().describe('What was checked at all; absent in a run’s own validation.'),
  moments: list(moment)
    .optional()
    .describe('The first is that of the rows; more: it went on from an earlier one, or looked at rows again.'),
  coverage: list(z.string()).optional().describe('What this validation does not prove.'),
})
