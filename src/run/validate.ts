import { both } from '../async/both.ts'
import type { Contents } from '../contract/contents.ts'
import type { Snapshot, Source } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import { loadRules } from '../mapping/load-rules.ts'
import type { CheckStates, CheckSwitches } from '../model/check.ts'
import type { ReadPlan } from '../model/plan.ts'
import type { Catalog, NativeType } from '../model/relation.ts'
import type { ValidationSummary } from '../model/run-summary.ts'
import { assertRebuildable } from '../plan/assert-rebuildable.ts'
import { declaredRelations } from '../plan/declared-relations.ts'
import { gatherKnowledge, type Knowledge } from '../plan/group-facts.ts'
import { KeyGroups } from '../plan/key-groups.ts'
import { namedTables, selectTables, transformOf } from '../plan/select-tables.ts'
import { withOverrides } from '../plan/with-overrides.ts'
import { takeCensus } from '../plan/take-census.ts'
import { readCatalog } from '../plan/read-catalog.ts'
import { chooseChecks, type ValuesRead } from '../validate/choose-checks.ts'
import type { TableComparison } from '../validate/compare-table.ts'
import type { CountedTable } from '../validate/count-findings.ts'
import { FixPlan } from '../report/fix-plan.ts'
import { type CountQuestions, countQuestions, noQuestions } from '../validate/count-questions.ts'
import type { CompareWay } from '../validate/compare-options.ts'
import { pairTables } from '../validate/pair-tables.ts'
import { rebuiltTable } from '../validate/rebuild/rebuilt-table.ts'
import { countStrays, withStrays } from '../validate/strays.ts'
import { summariseFindings, type TableFindings } from '../validate/summarise.ts'
import { ValueMask } from '../validate/value-mask.ts'
import { TableComparer } from './compare-tables.ts'
import { type EndsRequest, openEnds } from './ends.ts'
import { changedKeys, identitiesOf, loadFingerprints } from './plan-keys.ts'
import { DifferingRows, recheck } from './recheck.ts'
import type { ValidateEvents } from './validate-events.ts'
import { compareSchemas, shapesOf, withoutShapes } from './validate-schema.ts'
import { differencesError } from './verdict.ts'
import { identityOf, momentOf, sittingsOf, type ValidationStore } from './validation-progress.ts'
import { Repairing } from './fix-plan.ts'

/** How contents are compared; `counts`: not at all; `rebuild`: as `stream`, and documents that are made again of rows. */
export type ValidateMode = CompareWay | 'counts' | 'rebuild'

export type ValidateRequest = Omit<EndsRequest, 'events'> & {
  readonly events: ValidateEvents
  readonly mode: ValidateMode
  /** Overrules what the pipeline says. */
  readonly checks: CheckSwitches
  /** Rows of one table that differ before no more are looked for. */
  readonly maxDifferences: number
  /** Rows that differ are looked at again, until they have for longer than the target may lag behind. */
  readonly live?: { readonly maxLagMs: number } | undefined
  /** 0 … 1: the share of time in which the ends are asked for something; absent: all of it. */
  readonly maxLoad?: number | undefined
  /** Where it is kept how far the validation has come. */
  readonly store?: ValidationStore | undefined
  /** Absolute path of the file that statements are written to which would make the target what the source is. */
  readonly fixPlan?: string | undefined
  /** transload's own version, for the summary. */
  readonly version: string
}

export interface ValidateOutcome {
  readonly summary: ValidationSummary
  readonly source: string
  readonly target: string
  /** What was found, as an error with its exit code; undefined where nothing is different and everything compared. */
  readonly error: TransloadError | undefined
}

/**
 * Compares two databases, whoever filled the second: tables are paired by name and mapping. Writes nothing to either.
 *
 * @throws TransloadError where an end cannot be opened or read, TL_C105 where there can be no such fix plan
 */
export async function validate(request: ValidateRequest): Promise<ValidateOutcome> {
  const { events, mode, signal } = request
  assertOneMoment(request)
  const chosen = chooseChecks(request.pipeline.validate, request.checks, readOf(mode))
  await using fixPlan = await fixPlanOf(request)
  const mask = new ValueMask(request.pipeline.validate.mask)
  const startedAt = new Date()
  const labels = { source: '', target: '' }
  events.step('connecting')
  const ends = await openEnds({ ...request, isReadOnly: true }, labels)
  await using source = ends.source
  await using target = ends.target
  events.step('looking at both catalogs')
  const { catalog } = await readCatalog({ ...ends, pipeline: request.pipeline, signal })
  const rules = await loadRules(
    ends.sourceEnd.engine,
    ends.targetEnd.engine,
    request.pipeline.mapping,
    request.pipeline.mappingPlace,
  )
  const reads = readsOf(catalog, request)
  const limits = (await source.preflight(reads, signal)).filter(({ level }) => level === 'warning')
  await using snapshot = await source.openSnapshot(1, reads, signal)
  await using contents = await contentsOf(target, labels.target, signal)
  const sourceContents = sourceContentsOf(snapshot, labels.source)
  const knowledge = await knowledgeOf(catalog, request, ends, rules, signal)
  const paired = await pairTables(
    {
      label: labels.source,
      catalog,
      pipeline: request.pipeline,
      target,
      rules,
      source: sourceContents,
      contents,
      knowledge,
      maps: target.keyMaps({ plans: identitiesOf(ends, request.pipeline) }, false),
    },
    signal,
  )
  assertRebuildable(mode, paired.collections)
  const isTakenApart = paired.tables.some(({ staging }) => staging !== undefined)
  if (sourceContents.rebuilder !== undefined && isTakenApart) assertDocumentsAreRead(chosen)
  const documents =
    mode === 'rebuild'
      ? paired.collections.map(({ table, read, frames }) =>
          rebuiltTable(table, read, frames, { source: sourceContents, target: contents }),
        )
      : []
  events.step('looking at keys, indexes, defaults and sequences')
  const shapes = await shapesOf(paired.tables, chosen, target, signal)
  const states = shapes === undefined ? withoutShapes(chosen) : chosen
  const questions = countQuestions({
    tables: paired.tables,
    catalog: catalog.tables,
    shapes,
    states,
    isReadWhole: readOf(mode) === 'all',
    declared: declaredRelations(request.pipeline.validate, namedTables(catalog)),
    source: sourceContents,
    contents,
  })
  const counts = await countBoth(questions, snapshot, target, events, signal)
  const { store } = request
  // What was compared under another key was compared with other masks.
  const stages = paired.tables.flatMap(({ staging }) => staging?.configs ?? [])
  const keys = await loadFingerprints(stages, request.pipeline.secrets.of)
  const decides = [mode, request.pipeline.validate.mask, keys]
  const identity = identityOf(labels.source, labels.target, decides, paired.tables)
  const earlier = await store?.load(identity)
  if (earlier !== undefined && (request.live !== undefined || fixPlan !== undefined)) throw notGoneOnWith(request.live)
  const moment = momentOf(sourceContents, contents)
  const moments = [...(earlier?.moments ?? []), moment]
  const repairing = fixPlan && Repairing.of(fixPlan, contents, paired.tables, mask, labels.target)
  const comparer = new TableComparer({
    source: sourceContents,
    target: contents,
    // Statements are made of whole rows, and digests leave some columns to be read beside.
    way: mode === 'counts' || mode === 'rebuild' || repairing !== undefined ? 'stream' : mode,
    maxDifferences: request.maxDifferences,
    maxLoad: request.maxLoad,
    isTimed: request.statementTimeoutMs !== undefined,
    events,
    // Rows that differ are not kept with the state, and are to be looked at again.
    store: request.live === undefined ? store : undefined,
    mask,
    repairing,
    state: { identity, done: {}, ...earlier, moments },
    signal,
  })
  const isRead = states.contents.state === 'checked'
  const comparedTables: {
    readonly place: number
    readonly comparison: TableComparison
    readonly rows: DifferingRows
  }[] = []
  for (const [place, table] of paired.tables.entries()) {
    if (!isRead || table.columns.length === 0) continue
    const rows = new DifferingRows()
    const comparison = await comparer.compare(table, request.live && rows)
    comparedTables.push({ place, comparison, rows })
  }
  const whole: TableFindings[] = []
  for (const { table, target: rebuilt } of isRead ? documents : []) {
    const comparison = await comparer.compare(table, undefined, rebuilt)
    whole.push({ table, questions: noQuestions(table, []), comparison })
  }
  await events.settled()
  const compared: (TableComparison | undefined)[] = []
  for (const { place, comparison } of comparedTables) compared[place] = comparison
  if (request.live !== undefined) {
    const again = await recheck(comparedTables, {
      source,
      target,
      maxLagMs: request.live.maxLagMs,
      mask,
      events,
      signal,
    })
    for (const [at, { place }] of comparedTables.entries()) compared[place] = again.comparisons[at]
    if (again.moment !== undefined) moments.push(again.moment)
  }
  const schemas =
    states.schema.state === 'checked' ? compareSchemas(paired.tables, compared, catalog, shapes ?? [], mask) : []
  const findings = paired.tables.map((table, place): TableFindings => {
    return {
      table,
      questions: questions[place]!,
      counted: counts[place],
      schema: schemas[place],
      comparison: compared[place],
    }
  })
  const found = summariseFindings([...findings, ...whole], paired.unpaired, states, [
    ...paired.hints,
    ...(await changedKeys(
      ends,
      { pipeline: request.pipeline, stages, consequence: 'masks are compared with other masks' },
      signal,
    )),
    ...limits.map(({ message }) => message),
    ...sittingsOf(earlier, moment),
  ])
  const { summary: bare, differences: strays } = withStrays(
    found.summary,
    states.rows.state === 'checked' ? await countStrays(paired.merged, target, signal) : [],
  )
  await repairing?.write(labels, paired.tables, bare)
  await store?.forget()
  const shown = { ...mask.hideRanges(paired.tables, bare), moments }
  const summary = withFacts(shown, { version: request.version, startedAt, ...labels })
  return { summary, ...labels, error: errorOf(summary, [...strays, ...found.differences]) }
}

function notGoneOnWith(live: ValidateRequest['live']): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `A validation is not gone on with ${live === undefined ? 'by a fix plan, which is' : 'live: rows that differ are'} of one moment`,
    cure: 'Begin anew.',
  })
}

/** A validation that is no part of a run says itself what it is of, and how long it took until now. */
function withFacts(
  { schema, status, ...found }: ValidationSummary,
  facts: { readonly version: string; readonly startedAt: Date; readonly source: string; readonly target: string },
): ValidationSummary {
  const { version, startedAt, source, target } = facts
  const finishedAt = new Date()
  return {
    schema,
    version,
    status,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    seconds: (finishedAt.getTime() - startedAt.getTime()) / 1000,
    source,
    target,
    ...found,
  }
}

/** Servers count rows and NULLs of tables; what documents come to as rows is known once they are read. */
function assertDocumentsAreRead({ contents, rows, nulls, ranges }: CheckStates): void {
  const isCounted = [rows, nulls, ranges].some(({ state }) => state === 'checked')
  if (contents.state === 'checked' || !isCounted) return
  throw new TransloadError('TL_C105', {
    reason: 'Rows and NULLs of documents are counted as they are read, and their contents are not to be',
    cure: 'Leave out --mode counts, and contents among the checks that are left out: then all of it is compared.',
  })
}

function assertOneMoment({ mode, live }: ValidateRequest): void {
  if (mode !== 'rebuild' || live === undefined) return
  const reason = '--mode rebuild makes documents of the rows of one moment, and --live looks at some again'
  throw new TransloadError('TL_C105', { reason, cure: 'Leave one of the two out.' })
}

async function fixPlanOf({ fixPlan, mode, live }: ValidateRequest): Promise<FixPlan | undefined> {
  if (fixPlan === undefined) return undefined
  if (mode !== 'auto' && mode !== 'stream') {
    const name = typeof mode === 'object' ? `sample=${mode.sample}` : mode
    const reason = `--fix-plan needs whole rows that differ, and --mode ${name} does not tell`
    throw new TransloadError('TL_C105', { reason, cure: 'Leave --mode out, or --fix-plan.' })
  }
  if (live !== undefined) {
    const reason = '--fix-plan is of one moment, and --live of many'
    throw new TransloadError('TL_C105', { reason, cure: 'Write the plan once the writes have stopped.' })
  }
  return await FixPlan.create(fixPlan)
}

/** In the order of the questions; undefined where nothing is asked. */
async function countBoth(
  questions: readonly CountQuestions[],
  snapshot: Snapshot,
  target: Target,
  events: ValidateEvents,
  signal: AbortSignal,
): Promise<readonly (CountedTable | undefined)[]> {
  const asked = questions.filter(({ isAsked }) => isAsked)
  if (asked.length === 0) return []
  events.step(`counting in ${asked.length === 1 ? '1 table' : `${asked.length} tables`}`)
  const [sources, targets] = await both(
    (either) =>
      snapshot.count(
        asked.map(({ source }) => source),
        either,
      ),
    (either) =>
      target.count(
        asked.map((question) => question.target),
        either,
      ),
    signal,
  )
  return questions.map((one) => {
    const place = asked.indexOf(one)
    const [here, there] = [sources[place], targets[place]]
    return here === undefined || there === undefined ? undefined : { questions: one, source: here, target: there }
  })
}

/** What of the values is read. */
function readOf(mode: ValidateMode): ValuesRead {
  if (mode === 'counts') return 'none'
  return typeof mode === 'object' ? 'some' : 'all'
}

/** Rows that a run rejects are not as they are at the source: that is for whoever signs to know. */
function refusedError({ datasets }: ValidationSummary): TransloadError | undefined {
  const rows = datasets.flatMap(({ from, left }) =>
    left === undefined || left.refused === 0 ? [] : [`${left.refused} of ${from}`],
  )
  return rows.length === 0 ? undefined : new TransloadError('TL_V706', { rows: rows.join(', ') })
}

function errorOf(summary: ValidationSummary, differences: readonly string[]): TransloadError | undefined {
  if (differences.length > 0) return differencesError(differences)
  if (summary.status === 'transient') {
    const rows = summary.datasets.flatMap(({ from, transient = 0 }) =>
      transient === 0 ? [] : [`${transient} of ${from}`],
    )
    return new TransloadError('TL_V703', { rows: rows.join(', ') })
  }
  if (summary.status !== 'unproven') return refusedError(summary)
  const columns = summary.datasets.flatMap(({ from, columns: all }) =>
    all
      .filter(({ from: name, strength }) => strength === 'skipped' && name !== '')
      .map((column) => `${from}.${column.from}`),
  )
  return new TransloadError('TL_V702', { columns: columns.slice(0, 10).join(', ') })
}

/** What stages come to hangs on types, and those on the data: it is looked at as a run does; undefined where there are none. */
async function knowledgeOf(
  catalog: Catalog,
  { pipeline }: ValidateRequest,
  { source, target }: { readonly source: Source; readonly target: Target },
  rules: RuleSet,
  signal: AbortSignal,
): Promise<Knowledge | undefined> {
  const tables = withOverrides(selectTables(catalog, pipeline), rules)
  if (tables.every((table) => transformOf(table).length === 0)) return undefined
  const groups = new KeyGroups(tables, { target, pipeline })
  const limit = Number.POSITIVE_INFINITY
  const census = source.capabilities.census
    ? await takeCensus({ source, tables, rules, groups, limit, mode: 'full', signal })
    : undefined
  return gatherKnowledge(tables, census?.answers ?? [], groups)
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
