import { z } from 'zod'

/** A condition on a fact, such as `<= 1` or `< 24:00:00`. A fact that nobody found out makes it false. */
const condition = z
  .string()
  .regex(/^(>=|<=|>|<|=) -?[\d.:]+$/, 'write it as an operator, a space and a number, such as ">= 0"')
const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)])

const matchSchema = z.strictObject({
  /** Native type names. */
  type: oneOrMore.optional(),
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

const whenSchema = z.record(z.string(), condition)

const readRule = z.strictObject({
  id: z.string(),
  match: matchSchema,
  when: whenSchema.optional(),
  canonical: z.string(),
  why: z.string(),
})

const writeRule = z.strictObject({
  id: z.string(),
  canonical: z.string(),
  when: whenSchema.optional(),
  type: z.string().optional(),
  refuse: z.string().optional(),
  cure: z.string().optional(),
  why: z.string(),
})

const pairRule = z.strictObject({
  id: z.string(),
  match: matchSchema,
  when: whenSchema.optional(),
  canonical: z.string().optional(),
  target: z.string().optional(),
  why: z.string(),
})

const policyRule = z.strictObject({
  id: z.string(),
  fault: z.enum([
    'zero-date',
    'partial-date',
    'nul-byte',
    'invalid-text',
    'enum-zero',
    'out-of-range',
    'invalid-json',
    'json-nul',
  ]),
  do: z.enum(['null', 'remove', 'replace', 'reject']),
  text: z.string().optional(),
  /** Where it holds; everywhere if it says nothing. */
  match: matchSchema.optional(),
  why: z.string(),
})

/** A mapping file: the built-in ones and a user's own are read by this. */
export const mappingSchema = z.strictObject({
  version: z.literal(1),
  engine: z.string().optional(),
  source: z.string().optional(),
  target: z.string().optional(),
  read: z.array(readRule).optional(),
  write: z.array(writeRule).optional(),
  types: z.array(pairRule).optional(),
  policies: z.array(policyRule).optional(),
})

export type MappingDocument = z.infer<typeof mappingSchema>
export type MatchPattern = z.infer<typeof matchSchema>
export type ReadRule = z.infer<typeof readRule>
export type WriteRule = z.infer<typeof writeRule>
export type PairRule = z.infer<typeof pairRule>
export type PolicyRule = z.infer<typeof policyRule>
