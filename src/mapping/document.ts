import { z } from 'zod'
import { charsetDecoder } from '../format/charset/charset-decoder.ts'
import { censusFacts } from '../model/census.ts'
import { type ValueFault, valueFaults } from '../model/plan.ts'
import { zoneProblem } from '../canonical/zone-clock.ts'

/** A condition on a fact, such as `<= 1` or `< 24:00:00`. A fact that nobody found out makes it false. */
const condition = z
  .string()
  .regex(/^(>=|<=|>|<|=) -?[\d.:]+$/, 'write it as an operator, a space and a number, such as ">= 0"')
const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)])

/** What the rule may cost, for people; `none` where nothing. */
const possibleLoss = z.string().optional()

const matchSchema = z.strictObject({
  /** Native type names. */
  type: oneOrMore.optional(),
  /** Of an array: native type names of its elements. */
  of: oneOrMore.optional(),
  args: z.array(z.number().int()).optional(),
  unsigned: z.boolean().optional(),
  autoIncrement: z.boolean().optional(),
  charset: oneOrMore.optional(),
  /** The type as the engine prints it, whole. */
  text: z.string().optional(),
  /** Globs. */
  table: z.string().optional(),
  column: z.string().optional(),
})

/**
 * Facts of the census, and of a type that is written: how long its text may be, how many digits it has, how many bytes its
 * longest label has.
 */
const whenSchema = z.strictObject(
  recordOf([...censusFacts, 'text-length', 'decimal-digits', 'label-bytes'], condition.optional()),
)

const readRule = z.strictObject({
  id: z.string(),
  match: matchSchema,
  when: whenSchema.optional(),
  canonical: z.string(),
  loss: possibleLoss,
  why: z.string(),
})

const writeRule = z.strictObject({
  id: z.string(),
  canonical: z.string(),
  when: whenSchema.optional(),
  type: z.string().optional(),
  refuse: z.string().optional(),
  cure: z.string().optional(),
  loss: possibleLoss,
  why: z.string(),
})

const pairRule = z.strictObject({
  id: z.string(),
  match: matchSchema,
  when: whenSchema.optional(),
  canonical: z.string().optional(),
  target: z.string().optional(),
  loss: possibleLoss,
  why: z.string(),
})

const policyRule = z.strictObject({
  id: z.string(),
  fault: z.enum(valueFaults),
  do: z.enum(['null', 'remove', 'replace', 'reject', 'text']),
  text: z.string().optional(),
  /** Where it holds; everywhere if it says nothing. */
  match: matchSchema.optional(),
  loss: possibleLoss,
  why: z.string(),
})

/** `null` without quotes is YAML's own. */
const actionWish = z
  .union([
    z.enum(['null', 'reject', 'remove', 'text']),
    z.null(),
    z.strictObject({ replace: z.union([z.string(), z.number()]).describe('What stands in place of the value.') }),
  ])
  .describe('null, reject, remove, text (the column becomes text and keeps the value), or {replace: X}.')

const policyWishes = z
  .strictObject(recordOf(valueFaults, actionWish.optional()))
  .describe('What becomes of faulty values, by fault.')

const resolution = z.enum(['reject', 'earlier', 'later']).optional()

/** What somebody wants of one column, or of all that a pattern fits. */
export const columnWish = z.strictObject({
  type: z
    .string()
    .min(1, 'it is empty')
    .optional()
    .describe('One of transload’s types, such as int(16), or one of the target’s own, such as smallint.'),
  assume: z
    .string()
    .superRefine((zone, context) => {
      const message = zoneProblem(zone)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .optional()
    .describe('With type: instant. The time zone, such as Europe/Berlin, that the column’s clock shows.'),
  gap: resolution.describe(
    'A clock that the zone skips (02:30 as summer time begins): reject, the default; earlier or later by the hour skipped.',
  ),
  overlap: resolution.describe(
    'A clock that the zone shows twice (02:30 as summer time ends): reject, the default; the earlier or the later moment.',
  ),
  decode: z
    .string()
    .superRefine((name, context) => {
      if (charsetDecoder(charsetNamed(name)) !== undefined) return
      context.addIssue({ code: 'custom', message: 'it is no charset; write it as MySQL does, such as utf8 or cp1251' })
    })
    .optional()
    .describe('The charset that the column’s bytes are really in, such as utf8 for UTF-8 in a latin1 column.'),
  policies: policyWishes.optional(),
})

const override = z.union([
  z.string(),
  columnWish.extend({
    id: z.string().optional().describe('What plans and reports call it; its place, if it says nothing.'),
    is: oneOrMore.optional().describe('Native types that it is for, such as datetime; none: all.'),
    when: whenSchema.optional().describe('What the census has to find, such as {max: "<= 1"}.'),
    why: z.string().optional(),
  }),
])

const typeOverrides = z.record(z.string(), override).describe('By the type as the source writes it: tinyint(1).')
const columnOverrides = z
  .record(z.string(), override)
  .describe('By table.column, such as orders.paid_at; * and ? match.')

/** `utf8` is what everybody calls it, and three bytes a character to MySQL. */
export function charsetNamed(name: string): string {
  return name === 'utf8' || name === 'utf-8' ? 'utf8mb4' : name.toLowerCase()
}

/** A mapping file: the built-in ones and a user's own are read by this. */
export const mappingSchema = z.strictObject({
  version: z.literal(1),
  engine: z.string().optional(),
  source: z.string().optional(),
  target: z.string().optional(),
  read: z.array(readRule).optional(),
  write: z.array(writeRule).optional(),
  types: z.union([z.array(pairRule), typeOverrides]).optional(),
  columns: columnOverrides.optional(),
  policies: z.union([z.array(policyRule), policyWishes]).optional(),
})

/** The same inside a pipeline file. */
export const inlineMapping = mappingSchema
  .extend({ version: z.literal(1).optional() })
  .describe('Mapping rules, as in a file of their own.')

export type MappingDocument = z.infer<typeof mappingSchema>
export type Conditions = z.infer<typeof whenSchema>
export type MatchPattern = z.infer<typeof matchSchema>
export type ReadRule = z.infer<typeof readRule>
export type WriteRule = z.infer<typeof writeRule>
export type PairRule = z.infer<typeof pairRule>
export type PolicyRule = z.infer<typeof policyRule>
export type ColumnWish = z.infer<typeof columnWish>
export type PolicyWishes = { readonly [fault in ValueFault]?: z.infer<typeof actionWish> | undefined }
export type OverrideWish = z.infer<typeof override>

function recordOf<K extends string, V>(keys: readonly K[], value: V): { [key in K]: V } {
  return Object.fromEntries(keys.map((key) => [key, value])) as { [key in K]: V }
}
