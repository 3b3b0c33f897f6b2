import { both } from '../async/both.ts'
import type { Contents } from '../contract/contents.ts'
import type { Snapshot } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { loadRules } from '../mapping/load-rules.ts'
import type { CountAnswer, CountQuestion } from '../model/count.ts'
import type { ReadPlan } from '../model/plan.ts'
import { type Catalog, isSameName, type NativeType } from '../model/relation.ts'
import type { ValidationSummary } from '../model/run-summary.ts'
import { selectTables } from '../plan/select-tables.ts'
import { compareSchema, type SchemaComparison } from '../validate/compare-schema.ts'
import { compareTable, type TableComparison } from '../validate/compare-table.ts'
import { type CountQuestions, countQuestions } from '../validate/count-questions.ts'
import type { Difference } from '../validate/difference.ts'
import { pairTables } from '../validate/pair-tables.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import { summariseFindings, type TableFindings } from '../validate/summarise.ts'
import { type EndsRequest, openEnds } from './ends.ts'

export interface ValidateEvents {
  notice(message: string): void
  /** What is being done now, for people. */
  step(text: string): void
  /** Every difference, in order, table by table; every so often `settled` is awaited before more of them come. */
  difference(difference: Difference): void
  settled(): Promise<void>
  /** The next differences are of another table. */
  begun(from: string): Promise<void>
  /** What was told since `begun` is not so: the table is compared once more. */
  retracted(): Promise<void>
}

export type ValidateRequest = Omit<EndsRequest, 'events'> & {
  readonly events: ValidateEvents
  readonly mode: 'stream' | 'counts'
  /** Rows of one table that differ before no more are looked for. */
  readonly maxDifferences: number
}

export interface ValidateOutcome {
  readonly summary: ValidationSummary
  readonly source: string
  readonly target: string
  /** What was found, as an error with its exit code; undefined where nothing is different and everything compared. */
  readonly error: TransloadError | undefined
}

/**
 * Compares two databases, whoever filled the second: tables are paired by name and mapping, and read whole. Writes
 * nothing to either.
 *
 * @throws TransloadError where an end cannot be opened or read
 */
export async function validate(request: ValidateRequest): Promise<ValidateOutcome> {
  const { events, signal } = request
  const labels = { source: '', target: '' }
  events.step('connecting')
  const ends = await openEnds(request, labels)
  await using source = ends.source
  await using target = ends.target
  events.step('looking at both catalogs')
  const catalog = await source.catalog(signal)
  const rules = await loadRules(ends.sourceEnd.engine, ends.targetEnd.engine, request.pipeline.mapping)
  const reads = readsOf(catalog, request)
  const limits = (await source.preflight(reads, signal)).filter(({ level }) => level === 'warning')
  await using snapshot = await source.openSnapshot(1, reads, signal)
  await using contents = await contentsOf(target, labels.target, signal)
  const sourceContents = sourceContentsOf(snapshot, labels.source)
  const paired = await pairTables(
    { label: labels.source, catalog, pipeline: request.pipeline, target, rules, source: sourceContents, contents },
    signal,
  )
  const questions = countQuestions(paired.tables, catalog.tables, request.pipeline.validate.orphans)
  const counts = await countBoth(questions, request.mode, snapshot, target, events, signal)
  const compared: (TableComparison | undefined)[] = []
  for (const table of paired.tables) {
    const isCompared = request.mode === 'stream' && table.columns.length > 0
    if (isCompared) {
      events.step(`comparing ${table.from} with ${table.to}`)
      await events.begun(table.from)
    }
    const comparison = isCompared
      ? await compareTable(table, {
          source: sourceContents,
          target: contents,
          maxDifferences: request.maxDifferences,
          onDifference: (difference) => events.difference(difference),
          pause: () => events.settled(),
          retract: () => events.retracted(),
          signal,
        })
      : undefined
    compared.push(comparison)
  }
  await events.settled()
  events.step('comparing keys, indexes, defaults and sequences')
  const schemas = await compareSchemas(paired.tables, compared, catalog, target, signal)
  const findings = paired.tables.map((table, place): TableFindings => {
    const comparison = compared[place]
    return {
      table,
      constraints: questions[place]!.source.orphans.map(({ constraint }) => constraint),
      schema: schemas?.[place],
      source: { table: table.source, ...counts[place]!.source, ...comparison?.source },
      target: { table: table.target, ...counts[place]!.target, ...comparison?.target },
      comparison,
    }
  })
  const { summary, differences } = summariseFindings(findings, paired.unpaired, [
    ...paired.hints,
    ...limits.map(({ message }) => message),
  ])
  return { summary, ...labels, error: errorOf(summary, differences) }
}

/** Rows and NULLs are asked for only where they do not go by anyway. In the order of the questions. */
async function countBoth(
  questions: readonly CountQuestions[],
  mode: ValidateRequest['mode'],
  snapshot: Snapshot,
  target: Target,
  events: ValidateEvents,
  signal: AbortSignal,
): Promise<readonly Record<'source' | 'target', Pick<CountAnswer, 'rows' | 'nulls' | 'orphans'>>[]> {
  const isAsked = ({ source }: CountQuestions): boolean =>
    mode === 'counts' || source.orphans.length > 0 || source.columns.length === 0
  const asked = questions.filter(isAsked)
  events.step(mode === 'counts' ? 'counting rows, NULLs and orphans' : 'counting orphans')
  const narrow = (question: CountQuestion): CountQuestion =>
    mode === 'counts' ? question : { ...question, columns: [] }
  const [sources, targets] = await both(
    (either) =>
      snapshot.count(
        asked.map(({ source }) => narrow(source)),
        either,
      ),
    (either) =>
      target.count(
        asked.map((question) => narrow(question.target)),
        either,
      ),
    signal,
  )
  const nothing = { rows: 0, nulls: [], orphans: [] }
  return questions.map((question) => {
    const place = asked.indexOf(question)
    return { source: sources[place] ?? nothing, target: targets[place] ?? nothing }
  })
}

/** In the order of the tables; undefined where the target does not tell. */
async function compareSchemas(
  tables: readonly ComparedTable[],
  compared: readonly (TableComparison | undefined)[],
  catalog: Catalog,
  target: Target,
  signal: AbortSignal,
): Promise<readonly SchemaComparison[] | undefined> {
  const questions = tables.map((table) => ({
    table: table.target,
    columns: table.columns.map(({ to, form }) => ({ name: to, form })),
  }))
  const shapes = await target.shapes?.(questions, signal)
  if (shapes === undefined) return undefined
  return tables.map((table, place) => {
    const info = catalog.tables.find(({ name }) => isSameName(name, table.source))
    const shape = shapes.find(({ name }) => isSameName(name, table.target))
    if (info === undefined || shape === undefined) {
      throw new TransloadError('TL_X901', { reason: `${table.from} is gone since it was paired` })
    }
    const changed = compared[place]?.log.declared.map(({ column }) => column)
    const declared = changed && new Set(changed)
    return compareSchema(table, info, shape, (name) => tables.find(({ source }) => isSameName(source, name)), declared)
  })
}

function errorOf(summary: ValidationSummary, differences: readonly string[]): TransloadError | undefined {
  if (differences.length > 0) return new TransloadError('TL_V701', { reason: differences.slice(0, 5).join('; ') })
  if (summary.status !== 'unproven') return undefined
  const columns = summary.datasets.flatMap(({ from, columns: all }) =>
    all
      .filter(({ from: name, strength }) => strength === 'skipped' && name !== '')
      .map((column) => `${from}.${column.from}`),
  )
  return new TransloadError('TL_V702', { columns: columns.slice(0, 10).join(', ') })
}

/** What the snapshot has to cover. */
function readsOf(catalog: Catalog, { pipeline }: ValidateRequest): ReadPlan[] {
  return selectTables(catalog, pipeline).map(({ table, dataset }) => ({
    dataset,
    table: table.name,
    columns: [],
    identify: [],
  }))
}

async function contentsOf(
  target: Target,
  label: string,
  signal: AbortSignal,
): Promise<Contents<string> & AsyncDisposable> {
  if (target.openContents !== undefined) return await target.openContents(signal)
  throw notComparable(label)
}

function sourceContentsOf(snapshot: Snapshot, label: string): Contents<NativeType> {
  if (snapshot.contents !== undefined) return snapshot.contents
  throw notComparable(label)
}

function notComparable(label: string): TransloadError {
  return new TransloadError('TL_C103', {
    url: label,
    reason: 'its contents cannot be compared in this version',
    cure: 'Name a live MySQL or MariaDB server as the source, and PostgreSQL as the target.',
  })
}
