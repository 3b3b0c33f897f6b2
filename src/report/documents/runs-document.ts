import { z } from 'zod'
import { list, moment } from './schema-parts.ts'
import { runDocument } from './run-document.ts'

const rememberedRun = z.object({
  run: z.string(),
  status: z
    .enum(['running', 'unfinished', 'ok', 'failed', 'interrupted'])
    .describe('unfinished: its process ended without a word; the same command goes on.'),
  exitCode: z.int().nullable(),
  startedAt: moment,
  finishedAt: moment.nullable(),
  source: z.string(),
  target: z.string(),
  reportDirectory: z.string().nullable(),
})

/** What `transload runs --json` prints: the newest first. */
export const runsDocument = z.object({ schema: z.literal('transload.runs/1'), runs: list(rememberedRun) })

/** What `transload show RUN --json` prints. */
export const showDocument = rememberedRun.extend({
  schema: z.literal('transload.show/1'),
  summary: runDocument.nullable().describe('Of its last attempt, as run --json printed it; null: it has not ended.'),
})

export type RunsDocument = z.output<typeof runsDocument>
export type ShowDocument = z.output<typeof showDocument>
