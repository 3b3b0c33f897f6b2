import { z } from 'zod'
import { errorSummarySchema, list } from './schema-parts.ts'

/** What a command with `--json` prints where it fails; `run` and `demo` print their summary instead. */
export const errorDocument = z.object({
  schema: z.literal('transload.error/1'),
  error: errorSummarySchema,
  exitCode: z.int(),
})

/** What `transload clean --json` prints. */
export const cleanDocument = z.object({
  schema: z.literal('transload.clean/1'),
  target: z.string(),
  removed: list(z.string()),
  restored: list(z.string()).describe(
    'Statements that brought back what unfinished runs had set aside of tables that were there.',
  ),
  notRestored: list(z.object({ statement: z.string(), problem: z.string() })).describe('Those that could not.'),
})

export type ErrorDocument = z.output<typeof errorDocument>
export type CleanDocument = z.output<typeof cleanDocument>
