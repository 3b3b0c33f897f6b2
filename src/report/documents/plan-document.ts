import { z } from 'zod'
import type { CanonicalType } from '../../model/canonical-type.ts'
import type { DocumentCensus } from '../../model/document-census.ts'
import type { Expression } from '../../model/expression.ts'
import type { Plain } from '../../model/plain.ts'
import type { NativeType } from '../../model/relation.ts'
import { censusFacts } from '../../model/census.ts'
import { rowCondition } from './row-condition-part.ts'
import { count, list, warningSchema } from './schema-parts.ts'

const qualifiedName = z.object({ schema: z.string(), name: z.string() })

// What the plan's reader takes whole, and this document does not spell out.
const canonicalType = z
  .custom<CanonicalType>((value) => isObject(value) && typeof value['kind'] === 'string', 'it is not a type')
  .describe('{kind, …}: the type in between.')
const nativeType = z
  .custom<NativeType>((value) => isObject(value) && typeof value['name'] === 'string', 'it is not a type')
  .describe('{name, text, args, …}: the type as the source has it.')
const expression = z
  .custom<Expression>((value) => isObject(value) && typeof value['kind'] === 'string', 'it is not an expression')
  .describe('{kind, …}: an expression without an engine’s syntax.')
const documentCensus = z
  .custom<DocumentCensus>((value) => isObject(value) && Array.isArray(value['fields']), 'it is no census')
  .describe('{documents, fields: [{name, types: [{type, count, …}], fields, elements}]}: counts by path.')
const bounds = z.custom<Plain>(isPlain, 'it is missing').describe('Written and read by the source alone.')

const stage = z.custom<Plain>(isPlain, 'it is missing').describe('A stage, as the pipeline writes it.')

const faults = [
  'zero-date',
  'partial-date',
  'nul-byte',
  'invalid-text',
  'enum-zero',
  'out-of-range',
  'invalid-json',
  'json-nul',
] as const
const policy = z.discriminatedUnion('do', [
  z.object({ do: z.literal('null'), rule: z.string() }),
  z.object({ do: z.literal('remove'), rule: z.string() }),
  z.object({ do: z.literal('replace'), rule: z.string(), text: z.string() }),
  z.object({ do: z.literal('reject'), rule: z.string() }),
  z.object({ do: z.literal('text'), rule: z.string() }),
])

const readColumns = list(
  z.object({
    name: z.string(),
    native: nativeType,
    type: canonicalType,
    nullable: z.boolean(),
    policies: z.partialRecord(z.enum(faults), policy.optional()),
  }),
)

const leftOut = list(z.string()).optional().describe('Paths of documents that are known and not wanted.')
const signature = z
  .object({ order: list(z.string()), alwaysThere: list(z.string()), ints: list(z.string()).optional() })
  .optional()
  .describe('How documents are made again of their rows.')

const child = z
  .object({
    frame: count,
    parent: count,
    path: z.string(),
    kind: z.enum(['array', 'map']),
    to: z.string(),
    carried: list(count),
    columns: readColumns,
    leftOut,
    signature,
  })
  .describe('Rows that stand within those of the dataset: the elements of an array, or the fields of a map.')

const read = z
  .object({
    dataset: z.string(),
    table: qualifiedName,
    columns: readColumns,
    key: z.object({ index: z.string(), columns: list(z.string()) }).optional(),
    identify: list(z.string()),
    where: rowCondition
      .optional()
      .describe('Rows for which it is certainly false are left out; absent: every row is read.'),
    children: list(child).optional().describe('Rows that stand within its own; absent: none.'),
    leftOut,
    hidden: list(z.string()).optional().describe('Columns of documents whose values stages hide; absent: none.'),
    signature,
  })
  .describe('What the source needs to read the dataset.')

const mode = z.enum(['create', 'append', 'merge', 'replace', 'truncate'])

const write = z
  .object({
    frame: count,
    to: qualifiedName,
    mode,
    columns: list(z.object({ name: z.string(), slot: count, type: canonicalType })),
    mergeKey: list(z.string()),
  })
  .describe('What the target needs to write it.')

const column = z.object({
  from: z.string(),
  to: z.string(),
  sourceType: z.string(),
  type: canonicalType,
  targetType: z.string(),
  nullable: z.boolean(),
  rule: z.string().describe('The mapping rule that decided.'),
  why: z.string(),
  mayLose: z.string().optional().describe('What the rule may cost any value; absent: nothing.'),
  losses: list(
    z.object({
      rule: z.string(),
      fault: z.string(),
      why: z.string(),
      found: count.optional().describe('Rows that the census found; absent where nobody counted.'),
    }),
  ),
  notes: list(z.string()),
  changedBy: list(z.string()).optional().describe('Stages that may change its values; absent: none.'),
  isMade: z.boolean().optional().describe('true: a stage made it, and the source has no such column.'),
})

const defaultValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('literal'), text: z.string(), sql: z.string() }),
  z.object({ kind: z.literal('number'), text: z.string(), sql: z.string() }),
  z.object({ kind: z.literal('bytes'), hex: z.string(), sql: z.string() }),
  z.object({ kind: z.literal('bits'), text: z.string(), sql: z.string() }),
  z.object({ kind: z.literal('now'), precision: z.number(), sql: z.string() }),
  z.object({ kind: z.literal('expression'), expression: expression.optional(), sql: z.string() }),
])

const action = z.enum(['no action', 'restrict', 'cascade', 'set null', 'set default'])

const home = z.string().describe('The schema where it goes at the end.')

const table = z.object({
  name: qualifiedName,
  home: home.optional(),
  replaces: z.boolean().optional().describe('Whether there is a table in its place.'),
  columns: list(
    z.object({
      name: z.string(),
      type: z.string(),
      nullable: z.boolean(),
      default: defaultValue.optional(),
      generated: z.object({ stored: z.boolean(), sql: z.string(), expression: expression.optional() }).optional(),
      identity: z.boolean(),
      identityNext: z.string().optional(),
      onUpdateNow: z.number().optional(),
      comment: z.string(),
    }),
  ),
  enumTypes: list(z.object({ name: qualifiedName, home: home.optional(), labels: list(z.string()) })),
  primaryKey: z.object({ name: z.string(), columns: list(z.string()) }).optional(),
  indexes: list(
    z.object({
      name: z.string(),
      unique: z.boolean(),
      own: z.string().optional(),
      parts: list(
        z.object({
          column: z.string().optional(),
          expression: expression.optional(),
          sql: z.string().optional(),
          prefixLength: z.number().optional(),
          descending: z.boolean(),
        }),
      ),
      comment: z.string(),
    }),
  ),
  foreignKeys: list(
    z.object({
      name: z.string(),
      columns: list(z.string()),
      references: qualifiedName,
      referencedColumns: list(z.string()),
      onUpdate: action,
      onDelete: action,
    }),
  ),
  checks: list(
    z.object({ name: z.string(), sql: z.string(), expression: expression.optional(), enforced: z.boolean() }),
  ),
  comment: z.string(),
})

const split = z.object({
  id: z.string(),
  dataset: z.string(),
  ordinal: count,
  bounds,
  rowEstimate: z.number(),
  atomic: z.boolean().describe('true: one transaction, restarted whole.'),
  keyCount: count.optional().describe('Keys that the split reads one by one.'),
})

const pass = z.object({
  name: z.string(),
  dataset: z.string(),
  stage: count.describe('Place of the stage that looks, among the dataset’s.'),
  needs: list(z.string()),
  splits: list(split),
})

const output = z.object({
  to: z.string(),
  mode,
  adopted: z.boolean().describe('The table was there before the run.'),
  writes: list(write),
  columns: list(column).describe('What was decided for each column.'),
  table: table.describe('The table as the target is to have it.'),
  beside: table.optional().describe('The same as it is made and loaded, before it replaces the one that is there.'),
})

const dataset = output.extend({
  from: z.string(),
  discriminator: z
    .object({ column: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) })
    .optional()
    .describe('The rows of its table that are its own, where several datasets are merged into it.'),
  documents: z
    .object({
      census: documentCensus,
      notes: list(z.object({ path: z.string(), chosen: z.string(), why: z.string(), others: list(z.string()) })),
    })
    .optional()
    .describe('Of a collection: what its documents hold, and choices that were not the only ones.'),
  read,
  keys: z
    .record(z.string(), z.string())
    .optional()
    .describe('Fingerprints of the stages’ secret keys, by reference: the run is gone on with by the same ones.'),
  hidden: list(z.string())
    .optional()
    .describe('Columns of the source whose values stages hide: no reject and no report has them.'),
  transform: list(stage).optional().describe('What becomes of the rows between reading and writing.'),
  others: list(output).optional().describe('Further tables that stages make rows of.'),
  needs: list(z.string()).optional().describe('Datasets and passes that are copied before it.'),
  splits: list(split),
  census: z
    .object({
      isSample: z.boolean().describe('true: what was not found may be there.'),
      rows: count.describe('Rows that were looked at.'),
      facts: z.record(z.string(), z.partialRecord(z.enum(censusFacts), z.string().nullable())),
    })
    .optional()
    .describe('What the values are, by column, as far as it decided; absent: nobody looked.'),
  rowEstimate: z.number(),
  byteEstimate: z.number(),
})

const endpoint = z.object({
  engine: z.string(),
  label: z.string().describe('Without user or secret.'),
  identity: z.string().describe('Engine, host, port and database.'),
  version: z.string(),
})

const finishStep = z.object({
  id: z.string(),
  phase: z.number(),
  kind: z.enum([
    'primary key',
    'unique',
    'index',
    'check',
    'foreign key',
    'validate',
    'sequence',
    'comment',
    'trigger',
    'swap',
    'analyze',
  ]),
  name: z.string(),
  table: qualifiedName,
  statements: list(z.string()),
  places: list(z.object({ schema: z.string(), name: z.string(), isTaken: z.boolean() }))
    .optional()
    .describe('Of a swap: the places that are taken, and whether a table was in them as the plan was made.'),
})

/** What `transload plan --out` writes, and `transload run --plan` reads. */
export const planDocument = z.object({
  schema: z.literal('transload.plan/1'),
  identity: z.string().describe('Hash of what decides the rows.'),
  source: endpoint.extend({ fingerprint: z.string().describe('Hash of the source’s schema.') }),
  target: endpoint,
  datasets: list(dataset),
  passes: list(pass).optional().describe('Rows that are looked at before they are written.'),
  prepare: list(z.string()).describe('Statements that run before the load.'),
  takeOut: list(z.string()).describe(
    'Statements that take the rows out of tables that were there, for a run that is given up with its rows.',
  ),
  restore: list(z.string()).describe('Statements that bring back what prepare set aside, for a run that is given up.'),
  finish: list(finishStep).describe('What is built after the load, phase by phase.'),
  notCarried: list(
    z.object({
      kind: z.string(),
      name: z.string(),
      reason: z.string(),
      sql: z.string().optional().describe('The source’s own text.'),
    }),
  ),
  warnings: list(warningSchema),
  preflight: list(
    z.object({
      level: z.enum(['error', 'warning', 'info']).describe('An error keeps the run from starting.'),
      code: z.string(),
      message: z.string(),
      cure: z.string().optional().describe('What to type.'),
    }),
  ),
  estimate: z.object({ rows: z.number(), bytes: z.number(), seconds: z.number().optional() }),
})

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function isPlain(value: unknown): boolean {
  return value !== undefined
}
