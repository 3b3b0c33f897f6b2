import { z } from 'zod'
import { planDocument } from './plan-document.ts'
import { count, list } from './schema-parts.ts'

const value = z
  .union([
    z.null(),
    z.object({
      text: z.string(),
      cut: z.literal(true).optional().describe('There is more of it.'),
    }),
    z.object({ hidden: z.literal(true).describe('The pipeline masks it.') }),
  ])
  .describe('Canonical text, or null for NULL.')

const values = z.record(z.string(), value)

const row = z.object({
  row: count.describe('Its number among the rows that were read, from 1.'),
  before: values.describe('By the source’s column: as it was read; 0x and hexadecimal digits where it is no text.'),
  after: list(z.object({ to: z.string(), values: values.describe('By the target’s column.') })).describe(
    'Rows that would be sent to the target: of the dataset’s own table first, then of others that stages make of it.',
  ),
  moreAfter: count.describe('Such rows that are not shown.'),
  outcome: z.enum(['written', 'filtered', 'rejected']).describe('What the target itself may refuse is not known.'),
  stage: z
    .string()
    .optional()
    .describe('Where it was filtered or rejected: read, or a stage; clean #2 is the second of that name.'),
  column: z.string().optional().describe('Of a rejected row.'),
  code: z.string().optional().describe('Of a rejected row: TL_…; see docs/errors.md.'),
  reason: z.string().optional().describe('Of a rejected row; absent where it might tell a masked value.'),
  losses: list(z.object({ column: z.string(), rule: z.string() })).describe('Rules that change a value of it.'),
})

const preview = z
  .object({
    rowCount: count.describe('Rows of each dataset that were asked for, at the most.'),
    datasets: list(
      z.object({
        from: z.string(),
        to: z.string(),
        read: count.describe('Rows that were read, from the first one on: the rows below are some of them.'),
        isWhole: z.boolean().describe('true: the dataset has no others.'),
        written: count,
        filtered: count,
        rejected: count,
        losses: list(z.object({ column: z.string(), rule: z.string(), count })),
        rows: list(row).describe('Rejected ones, then those that lose something, then filtered ones, then others.'),
      }),
    ),
  })
  .describe('With --preview: what a run would make of some rows. It is not in the file of --out.')

/** What `transload plan --json` prints. A plan that is read again is one without a preview. */
export const previewedPlanDocument = planDocument.extend({ preview: preview.optional() })
