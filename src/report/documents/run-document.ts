import { z } from 'zod'
import { count, errorSummarySchema, list, moment, rowKeySchema, seconds, warningSchema } from './schema-parts.ts'
import { validationSchema } from './validation-document.ts'

const notCarried = z.object({ kind: z.string(), name: z.string(), reason: z.string() })

const rowPlace = z.object({ split: z.string(), position: count.describe('The row’s number in its split, from 0.') })

const datasetSchema = z.object({
  from: z.string(),
  read: count.describe('Rows; read = written + merged + filtered + rejected + vanished.'),
  written: count,
  merged: count.describe('Folded into another row by key.'),
  filtered: count,
  rejected: count,
  vanished: count.describe('The key was read; the values were gone when they were fetched.'),
  bytes: count.describe('Of cells.'),
  seconds,
  outputs: list(z.object({ to: z.string(), written: count, rejected: count })),
  losses: list(
    z.object({
      column: z.string(),
      rule: z.string().describe('The mapping rule that declared the loss.'),
      count: count.describe('Values that it changed.'),
      sampleKeys: list(rowKeySchema),
      first: rowPlace.optional().describe('Where the first of the rows stands, in the order of splits.'),
      last: rowPlace.optional(),
    }),
  ),
  replayed: count
    .optional()
    .describe('Rows that were rejected first and came to another end in a replay; absent: none.'),
})

/** What `transload run --json` prints, also where it fails before there is a run, and what `report.json` holds. */
export const runDocument = z.object({
  schema: z.literal('transload.run/1'),
  version: z.string().describe('Of transload.'),
  run: z.string().nullable().describe('null: the command ended before there was a run.'),
  status: z.enum(['ok', 'failed', 'interrupted']),
  exitCode: z.int().describe('See docs/cli.md.'),
  resumable: z.boolean().describe('true: the same command goes on from the last checkpoint.'),
  attempts: count,
  startedAt: moment,
  finishedAt: moment,
  seconds,
  phases: z.object({ plan: seconds, prepare: seconds, copy: seconds, finish: seconds, validate: seconds }),
  source: z.string().describe('Without user or secret.'),
  target: z.string().describe('Without user or secret.'),
  consistency: z.object({
    level: z.enum(['snapshot', 'per-connection', 'mixed', 'none']),
    position: z.string().nullable().describe('Of the source’s log, or the hash of a file.'),
    moments: list(z.string()),
  }),
  datasets: list(datasetSchema),
  objects: z.object({ created: count, notCarried: list(notCarried), notValidated: list(notCarried) }),
  rejects: z.object({
    count,
    file: z.string().nullable().describe('Path of rejects.ndjson.'),
    byReason: z.record(z.string(), count).describe('By error code.'),
    replayed: count.optional().describe('Rows that a replay has brought to another end: not in count. Absent: none.'),
  }),
  warnings: list(warningSchema),
  validation: validationSchema.nullable().describe('null: nothing was compared.'),
  error: errorSummarySchema.optional(),
})
