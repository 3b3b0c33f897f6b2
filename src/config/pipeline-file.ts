import { z } from 'zod'
import { writeModes } from '../model/plan.ts'
import { parseCanonical } from '../canonical/parse-type.ts'
import { type CheckName, checkNames } from '../model/check.ts'
import { columnWish, inlineMapping } from '../mapping/document.ts'
import { faultOf } from '../mapping/overrides.ts'
import { stagesSchema } from '../transform/registry.ts'
import { fidelitySchema, shapeSchema } from './shape-config.ts'

const name = z.string().min(1, 'it is empty')

const columnSchema = columnWish
  .extend({
    to: name.optional().describe('What the column is called in the target.'),
    type: z
      .string()
      .refine((text) => parseCanonical(text) !== undefined, 'it is not a type')
      .optional()
      .describe('The type in between, such as int(32), decimal(12,2), text(255), timestamp(6), uuid or json.'),
    drop: z.boolean().optional().describe('true: the column is left out.'),
  })
  .superRefine((column, context) => {
    const fault = faultOf(column)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault.join('. ') })
  })
  .refine((column) => column.drop !== true || Object.keys(column).length === 1, {
    message: 'a column that is left out (drop: true) has neither to nor type nor anything else',
  })

const writeMode = z.enum(writeModes)
const modeProse =
  'What becomes of rows that are in the target already. create: there must be none; append: kept; merge: replaced by ' +
  'primary key; replace: loaded beside and swapped; truncate: removed first.'

const errorsSchema = z.strictObject({
  maxRows: z.int().min(0).optional().describe('Rejected rows that the run may have; more end it with exit 4.'),
  maxRatio: z.number().min(0).max(1).optional().describe('The same as a part of the rows read, 0 to 1.'),
  onReject: z.enum(['continue', 'stop']).optional().describe('stop: the first rejected row ends the run.'),
})

const discriminatorSchema = z.strictObject({
  column: name.describe('The column that is added, such as kind; the same in all datasets of the table.'),
  value: z
    .union([
      z
        .string()
        .max(200, 'it is longer than 200 characters')
        .refine((text) => !text.includes('\0') && text.isWellFormed(), 'it holds what no text of a database does'),
      z.int(),
      z.boolean(),
    ])
    .optional()
    .describe('What every row of this dataset has in it; the name of the source’s table by default.'),
  inKey: z
    .boolean()
    .optional()
    .describe(
      'false: the primary keys of the sources do not overlap, and are the table’s. Else its keys begin with the discriminator.',
    ),
})

const datasetSchema = z
  .strictObject({
    from: name.describe(
      'A table of the source, with its database where there are several (shop.orders); * and ? match.',
    ),
    to: name.optional().describe('The table of the target, with its schema or without (app.orders).'),
    mode: writeMode.optional().describe(modeProse),
    columns: z.record(z.string(), columnSchema).optional().describe('By the column’s name in the source.'),
    where: name
      .optional()
      .describe('A condition on its rows, such as status == "active": the first filter of its stages.'),
    transform: stagesSchema.optional().describe('What becomes of the rows on their way, stage by stage.'),
    discriminator: discriminatorSchema
      .optional()
      .describe('Several datasets become one table: each says what its rows have in a column that tells them apart.'),
    shape: shapeSchema
      .optional()
      .describe('Of documents: what becomes a column, a table, or JSON. Without it the documents themselves decide.'),
    fidelity: fidelitySchema
      .optional()
      .describe(
        'Of documents. convenient, the default: every value is kept; lossless: every document can be made again, byte for byte.',
      ),
    errors: errorsSchema.optional().describe('The budget of this dataset’s rejected rows, beside the one for all.'),
  })
  .refine(({ discriminator, to }) => discriminator === undefined || to !== undefined, {
    path: ['discriminator'],
    message: 'to has to say which table it is merged in',
  })

const columnPath = name.regex(/.\../, 'write a column with its table, such as orders.customer_id')
const columnPaths = z.union([columnPath, z.array(columnPath).min(1, 'it is empty')])

const relationSchema = z
  .strictObject({
    from: columnPaths.describe('The column that refers, such as orders.customer_id; a list, where there are several.'),
    to: columnPaths.describe('The column that it refers to, such as customers.id; as many as in from.'),
  })
  .refine(({ from, to }) => [from].flat().length === [to].flat().length, {
    message: 'from and to have as many columns as each other',
  })

const check = z.boolean().optional()

const checksSchema = z
  .strictObject({
    schema: check.describe('Columns, nullability, defaults, keys, indexes, checks, and what sequences give next.'),
    rows: check.describe('Rows of each table.'),
    nulls: check.describe('NULLs of each column.'),
    orphans: check.describe('Rows without their parent, for each foreign key and relation.'),
    unique: check.describe(
      'Values of a key that are there more than once, where the target does not see to it itself.',
    ),
    ranges: check.describe('Least and largest values, and sums; true: where contents are compared too.'),
    contents: check.describe('Every value of every row.'),
  } satisfies Record<CheckName, typeof check>)
  .refine((checks) => checkNames.some((one) => checks[one] !== false), { message: 'every check is switched off' })

/** A pipeline file as its author writes it: YAML, or a module that exports `definePipeline({…})`. */
export const pipelineFileSchema = z.strictObject({
  version: z.literal(1).describe('The version of this format.'),
  source: z
    .string()
    .optional()
    .describe('URL of the source. ${env:NAME} and ${file:PATH} stand for secrets. --source overrules it.'),
  target: z
    .string()
    .optional()
    .describe('URL of the target. ${env:NAME} and ${file:PATH} stand for secrets. --target overrules it.'),
  names: z
    .enum(['keep', 'lower', 'snake'])
    .optional()
    .describe('How identifiers are spelled in the target: as they are (keep, the default), lower case, or snake_case.'),
  only: z.array(name).optional().describe('Tables to take; * and ? match. None: all.'),
  except: z.array(name).optional().describe('Tables to leave out; * and ? match.'),
  mapping: z
    .union([name, inlineMapping])
    .optional()
    .describe('Mapping rules, asked before the built-in ones: a file, relative to this one, or the rules themselves.'),
  datasets: z.array(datasetSchema).optional().describe('Tables with wishes of their own. None: everything there is.'),
  mode: writeMode.optional().describe(`${modeProse} For datasets that say nothing of their own; create by default.`),
  errors: errorsSchema
    .optional()
    .describe('The budget of rejected rows. A run that has any ends with exit 4 in any case.'),
  losses: z
    .strictObject({
      allow: z.array(name).optional().describe('Rules whose losses do not count, such as zero-date-null.'),
      others: z.int().min(0).optional().describe('Values that all other rules together may change; 0 by default.'),
    })
    .optional()
    .describe('The budget of declared losses. Without it they are counted and reported, and change no exit code.'),
  validate: z
    .strictObject({
      mode: z
        .string()
        .regex(
          /^(auto|stream|digest|rebuild|counts|off|sample=[1-9]\d{0,8})$/,
          'It is auto, stream, digest, rebuild, counts, off, or sample=N, such as sample=100',
        )
        .optional()
        .describe(
          'auto, the default: every value of every row where both ends can be read again, as a dump cannot, and counts elsewhere; ' +
            'stream: the same, and a run with columns that cannot be compared ends with 4; digest: as stream, by digests ' +
            'that the servers make; rebuild: as stream, and documents (fidelity: lossless) are made again of the target’s ' +
            'rows and compared whole; sample=N: so many ranges of each table; counts: rows, NULLs and orphans on both sides.',
        ),
      orphans: z.boolean().optional().describe('false: rows without their parent are not counted.'),
      checks: checksSchema.optional().describe('false: transload validate leaves the check out.'),
      relations: z
        .array(relationSchema)
        .optional()
        .describe('Relations that the source does not declare: rows without their parent are counted for them too.'),
      keys: z
        .array(columnPaths)
        .optional()
        .describe('Columns that ought to be unique though the source does not say so, such as customers.email.'),
      mask: z
        .array(name)
        .optional()
        .describe('Columns whose values stand in no report, such as email or customers.phone; * and ? match.'),
    })
    .optional()
    .describe('What is compared once the rows are over.'),
})

export type PipelineFile = z.input<typeof pipelineFileSchema>

/** For a pipeline written as a module: gives the editor its types. It is validated when it is used. */
export function definePipeline(pipeline: PipelineFile): PipelineFile {
  return pipeline
}

/**
 * What a reader of the documentation may try, and this version does not have: said so, rather than called unknown.
 * Undefined for a key that is none of these.
 */
export function laterPart(path: readonly PropertyKey[], key: string): string | undefined {
  if (path.length === 0 && key === 'schedule') return 'schedules'
  if (path.length !== 2 || path[0] !== 'datasets') return undefined
  if (key === 'partial') return 'child tables'
  return undefined
}
