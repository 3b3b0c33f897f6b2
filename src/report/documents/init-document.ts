import { z } from 'zod'
import { count, list, warningSchema } from './schema-parts.ts'

/** What the data looks as if it wanted. */
export const suspicionKinds = [
  'person-name',
  'list',
  'attributes',
  'encoded-twice',
  'email',
  'phone',
  'white-space',
  'zero-date',
  'truth-value',
  'duplicates',
  'orphans',
  'relation',
  'secret',
] as const

const suggestionSchema = z.object({
  kind: z.enum(suspicionKinds),
  dataset: z.string(),
  columns: list(z.string()).describe('By their names in the source.'),
  reason: z.string().describe('What in the data it comes of. Holds no value of the data.'),
  found: count.nullable().describe('Values, or rows, that it comes of; null where names alone have shown it.'),
  looked: count.nullable().describe('Values, or rows, that were looked at.'),
  isWhole: z.boolean().describe('Whether the whole table was looked at, rather than its first rows.'),
  place: z.enum(['transform', 'validate.relations']).describe('Which list of the pipeline the item belongs to.'),
  yaml: z
    .string()
    .nullable()
    .describe('The item that stands in the file as a comment; null where no stage of this version does it.'),
})

/** What `transload init --json` prints. */
export const initDocument = z.object({
  schema: z.literal('transload.init/1'),
  version: z.string(),
  file: z.string().describe('The pipeline file that was written: an absolute path.'),
  source: z.string().describe('For people: no user, no secrets.'),
  target: z.string(),
  environment: list(z.object({ name: z.string(), end: z.enum(['source', 'target']) })).describe(
    'Variables that take the place of URLs with a password: to be exported before the file is run.',
  ),
  datasets: list(
    z.object({
      from: z.string(),
      to: z.string(),
      rows: count,
      isEstimated: z
        .boolean()
        .describe('The rows are the source’s own estimate: the table was not looked at as a whole.'),
      overrides: list(
        z.object({ column: z.string(), type: z.string().optional(), drop: z.boolean().optional(), reason: z.string() }),
      ).describe('What the file says of columns, since there would be no plan without it.'),
      notes: list(z.string()).describe('What the census found that changes values or types.'),
    }),
  ),
  suggestions: list(suggestionSchema),
  warnings: list(warningSchema),
  preflight: list(
    z.object({
      level: z.enum(['error', 'warning', 'info']),
      code: z.string(),
      message: z.string(),
      cure: z.string().optional(),
    }),
  ),
  next: list(z.string()).describe('What to type next.'),
})

export type InitDocument = z.output<typeof initDocument>
export type SuspicionKind = (typeof suspicionKinds)[number]
