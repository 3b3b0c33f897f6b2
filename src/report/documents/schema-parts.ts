import { z } from 'zod'

export const count = z.int().min(0)
export const seconds = z.number().min(0).describe('Seconds.')
export const moment = z.string().describe('ISO 8601, UTC.')

/** Read-only, as the types of the model are. */
export function list<T extends z.ZodType>(item: T): z.ZodReadonly<z.ZodArray<T>> {
  return z.array(item).readonly()
}

export const warningSchema = z.object({ code: z.string(), message: z.string() })

export const errorSummarySchema = z
  .object({
    code: z.string().describe('TL_…; see docs/errors.md.'),
    message: z.string(),
    hint: z.string().describe('The cure.'),
  })
  .describe('Why the command ended as it did.')

export const rowKeySchema = z
  .record(z.string(), z.string().nullable())
  .describe('Column names and the text of the key’s values.')

export const encodedValueSchema = z
  .union([z.null(), z.object({ text: z.string() }), z.object({ base64: z.string() })])
  .describe('A value without loss: text where it is valid UTF-8, else base64 of its bytes.')

export const shownValueSchema = z
  .union([...encodedValueSchema.options, z.object({ masked: z.string().describe('hmac: and 16 hexadecimal digits.') })])
  .describe('A value, or a hash in the place of one that a mask hides: equal values of one report have equal hashes.')
