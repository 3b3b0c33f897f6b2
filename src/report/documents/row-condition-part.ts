import { z } from 'zod'
import type { RowCondition } from '../../model/row-condition.ts'
import { list } from './schema-parts.ts'

const parts = z.lazy(() => z.array(rowCondition).min(1).readonly())

/** A condition that a source reads rows by: it becomes a part of a statement, and so is looked at to its last value. */
export const rowCondition: z.ZodType<RowCondition> = z
  .union([
    z.strictObject({ all: parts }),
    z.strictObject({ any: parts }),
    z.strictObject({
      column: z.string(),
      is: z.enum(['one of', 'none of']),
      values: list(z.string().nullable()).refine((values) => values.length > 0),
    }),
    z.strictObject({ column: z.string(), is: z.enum(['<', '<=', '>', '>=']), value: z.string() }),
  ])
  .describe('Without an engine’s syntax: values are canonical texts, null for NULL.')
