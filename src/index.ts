import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { loadPipeline as loadPipelineIn, type PipelineFlags, type Surroundings } from './config/load-pipeline.ts'
import type { Pipeline } from './config/pipeline.ts'
import type { PipelineFile } from './config/pipeline-file.ts'
import { registry } from './connectors/registry.ts'
import type { CheckSwitches } from './model/check.ts'
import type { Plan } from './model/plan.ts'
import type { PreviewedPlan } from './model/preview.ts'
import type { RunSummary } from './model/run-summary.ts'
import { draftPipeline as draft, type DraftRequest, type PipelineDraft } from './init/draft-pipeline.ts'
import { assertPlanFits, planOnly } from './run/plan-only.ts'
import type { RunEvents, RunFlags } from './run/request.ts'
import { isWanted, type RejectFilter, replayRejects } from './run/replay.ts'
import { retryRejects } from './run/retry.ts'
import { run as runRequest } from './run/run.ts'
import { defaultMaxDifferences } from './validate/compare-options.ts'
import { validate as validateRequest, type ValidateMode, type ValidateOutcome } from './run/validate.ts'
import type { ValidateEvents } from './run/validate-events.ts'
import type { ValidationStore } from './run/validation-progress.ts'

export type { PipelineFlags } from './config/load-pipeline.ts'
export type { ColumnConfig, DatasetConfig, ErrorBudget, LossBudget, NameRule, Pipeline } from './config/pipeline.ts'
export { definePipeline, type PipelineFile } from './config/pipeline-file.ts'
export type { ErrorCode } from './errors/catalogue.ts'
export type { ErrorSpec, ExitCode, Retry } from './errors/error-spec.ts'
export { TransloadError } from './errors/transload-error.ts'
export type { CanonicalType } from './model/canonical-type.ts'
export { type CheckName, checkNames, type CheckState, type CheckStates, type CheckSwitches } from './model/check.ts'
export type { EncodedValue, LossCount, RejectedRow, RowKey, ShownValue } from './model/loss.ts'
export type { ColumnPlan, DatasetPlan, Finding, NotCarried, Plan, WriteMode } from './model/plan.ts'
export type { DatasetPreview, Preview, PreviewedPlan, PreviewRow, PreviewValue } from './model/preview.ts'
export type { DatasetSummary, ErrorSummary, RunSummary, ValidationSummary } from './model/run-summary.ts'
export type { PipelineDraft } from './init/draft-pipeline.ts'
export type { InitDocument } from './report/documents/init-document.ts'
/** Whether a rejected row is one of those that a filter asks for. */
export { isWanted }
export type { RejectFilter } from './run/replay.ts'
export type { RunEvents, RunFlags } from './run/request.ts'
export type { ValidateMode, ValidateOutcome } from './run/validate.ts'
export type { ValidateEvents } from './run/validate-events.ts'
export type { StoredComparison, ValidationState, ValidationStore } from './run/validation-progress.ts'
export type { CodeFunction, CodeValue } from './transform/code/code-function.ts'
/** How long a target may lag behind, where nobody says otherwise. */
export const defaultMaxLagMs = 60_000
export { defaultMaxDifferences }
export type { Difference, DifferenceReason } from './validate/difference.ts'

/** transload's own version. */
export const version = readVersion()

/** What a run does where nobody says otherwise. */
export const defaultFlags: RunFlags = {
  fresh: false,
  sourceQuiet: false,
  resumeMixed: false,
  schemaOnly: false,
  dataOnly: false,
  finishOnly: false,
  yes: false,
  validate: true,
  // One lane waits where two can work; more than four cost the source more than they gain on one Node thread.
  laneCount: Math.min(4, Math.max(2, availableParallelism())),
  maxBytesPerSecond: undefined,
  census: 'full',
  censusLimit: 50_000_000,
}

const noEvents: RunEvents = {
  phase() {},
  planned() {},
  begun() {},
  committed() {},
  finished() {},
  notice() {},
  warning() {},
}

export interface PlanOptions {
  readonly pipeline: Pipeline
  readonly flags?: Partial<RunFlags> | undefined
  /** Rows of each dataset that `preview` of the plan has, at the most: some of the first ones, before and after. */
  readonly previewRowCount?: number | undefined
  /** Told as the plan is made; none of them may throw. */
  readonly events?: Partial<RunEvents> | undefined
  readonly signal?: AbortSignal | undefined
}

export interface RunOptions {
  readonly pipeline: Pipeline
  readonly flags?: Partial<RunFlags> | undefined
  /** Told as the run works; none of them may throw. */
  readonly events?: Partial<RunEvents> | undefined
  /** A plan of `plan()`, run as it is. */
  readonly plan?: Plan | undefined
  /** Ends the run after the batches that are under way; its reason is what the summary ends with. */
  readonly stop?: AbortSignal | undefined
  /** Ends the run now. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A pipeline from a file (YAML, or a module with `export default definePipeline({…})`) or from an object of that shape.
 * `flags` overrule it. Its URLs hold secrets: they are not to be printed.
 *
 * @throws TransloadError TL_C101 … TL_C106, with the place and the cure
 */
export function loadPipeline(
  from: string | PipelineFile | undefined,
  flags: PipelineFlags = {},
  surroundings: Surroundings = { environment: process.env, directory: process.cwd() },
): Promise<Pipeline> {
  return loadPipelineIn(from, flags, surroundings)
}

/**
 * Decides everything that `run` would do, with both ends open and nothing written to either.
 * @throws TransloadError where an end cannot be opened or the plan cannot be made
 */
export function plan({
  pipeline,
  flags,
  previewRowCount,
  events,
  signal = never(),
}: PlanOptions): Promise<PreviewedPlan> {
  const request = { pipeline, flags: { ...defaultFlags, ...flags }, events: { ...noEvents, ...events } }
  return planOnly({ ...request, previewRowCount, registry, version, signal })
}

/** Of the URLs, `given` is how they were written, with references to secrets; absent: as they are. */
export type DraftOptions = Pick<
  DraftRequest,
  'source' | 'target' | 'names' | 'mode' | 'file' | 'shownFile' | 'directory'
> & {
  readonly given?: DraftRequest['given'] | undefined
  readonly only?: readonly string[] | undefined
  readonly except?: readonly string[] | undefined
  readonly laneCount?: number | undefined
  /** Told as it is made; none of them may throw. */
  readonly events?: Partial<RunEvents> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks at two databases, and writes the text of a pipeline file that runs as it is, with what the data looks as if it
 * wanted as comments. Nothing is written to either, nor to the file.
 *
 * @throws TransloadError where an end cannot be opened or there is no plan
 */
export async function draftPipeline(options: DraftOptions): Promise<PipelineDraft> {
  const { source, target, given = { source, target }, only = [], except = [], events, signal = never() } = options
  const { laneCount = defaultFlags.laneCount } = options
  const { censusLimit } = defaultFlags
  const told = { ...noEvents, ...events }
  const request = { ...options, given, only, except, laneCount, censusLimit, registry, version, events: told, signal }
  return await draft(request)
}

/**
 * Moves the pipeline's rows, or goes on with the unfinished run of the same plan. Never throws for what happens to the
 * run: its end, with exit code and error, is in the summary.
 *
 * @throws TransloadError TL_K503 where `plan` was made for something else
 */
export async function run(options: RunOptions): Promise<RunSummary> {
  const { pipeline, plan: savedPlan, events, stop = never(), signal = never() } = options
  const flags = { ...defaultFlags, ...options.flags }
  if (savedPlan !== undefined) await assertPlanFits(savedPlan, pipeline, flags, registry)
  return await runRequest({
    pipeline,
    flags,
    registry,
    events: { ...noEvents, ...events },
    savedPlan,
    version,
    stop,
    signal,
  })
}

export interface ValidateOptions {
  readonly pipeline: Pipeline
  /**
   * `stream`: every value of every row is read. `digest`: the servers add up digests of ranges of rows, and those that differ
   * are read. `auto`: the faster of these. `counts`: rows, NULLs and orphans only. `sample`: so many
   * ranges of each table, beside the counts. Left out: what the pipeline says.
   */
  readonly mode?: ValidateMode | undefined
  /** Checks that are made or left out, whatever the pipeline says of them. */
  readonly checks?: CheckSwitches | undefined
  /** Rows of one table that differ before no more are looked for: {@link defaultMaxDifferences}, where it is left out. */
  readonly maxDifferences?: number | undefined
  /** Looks at rows that differ again, until they have for longer than the target may lag behind: both ends are written to. */
  readonly live?: { readonly maxLagMs: number } | undefined
  /** 0 … 1: the share of time in which the ends are asked for something; all of it, where it is left out. */
  readonly maxLoad?: number | undefined
  /** Milliseconds that a statement may take at either end; the server ends it then, and the validation with TL_V704. */
  readonly statementTimeoutMs?: number | undefined
  /** Where it is kept how far the validation has come; nowhere, where it is left out. */
  readonly store?: ValidationStore | undefined
  /**
   * Absolute path of a file for statements that would make the target what the source is. They are not run. Nothing may
   * be masked of the tables that are compared, and the mode is `stream`.
   */
  readonly fixPlan?: string | undefined
  readonly events?: Partial<ValidateEvents> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Compares two databases, whoever filled the second: tables are paired by name and the pipeline's mapping. Writes nothing
 * to either. What was found is in the outcome, with the error that its exit code comes of.
 *
 * @throws TransloadError where an end cannot be opened or read
 */
export async function validate(options: ValidateOptions): Promise<ValidateOutcome> {
  const {
    pipeline,
    mode = pipeline.validate.mode === 'off' ? 'auto' : pipeline.validate.mode,
    checks = {},
    maxDifferences = defaultMaxDifferences,
    live,
    maxLoad,
    statementTimeoutMs,
    store,
    fixPlan,
    events,
    signal = never(),
  } = options
  const silent: ValidateEvents = {
    notice() {},
    step() {},
    difference() {},
    settled: async () => {},
    begun: async () => {},
    retracted: async () => {},
  }
  return await validateRequest({
    pipeline,
    registry,
    mode,
    checks,
    maxDifferences,
    live,
    maxLoad,
    statementTimeoutMs,
    store,
    fixPlan,
    version,
    events: { ...silent, ...events },
    flags: { laneCount: 1, maxBytesPerSecond: undefined },
    signal,
  })
}

/** As for `run`, save that the plan is the run's own. */
export type RetryOptions = Omit<RunOptions, 'plan'> & { readonly run: string }

/**
 * Reads the rejected rows of a run again from the source, by key, and sends them through the run's stored plan. A row
 * that goes over is taken from the rejects; one that fails again stays there. Never throws for what happens to it.
 */
export async function retry(options: RetryOptions): Promise<RunSummary> {
  const { pipeline, events, stop = never(), signal = never() } = options
  const request = { pipeline, flags: { ...defaultFlags, ...options.flags }, events: { ...noEvents, ...events } }
  return await retryRejects({ ...request, registry, savedPlan: undefined, version, stop, signal }, options.run)
}

/** As for `run`; `pipeline` is what the rows are sent through. */
export type ReplayOptions = RetryOptions & {
  /** Just the rejected rows of this dataset, or with this code. */
  readonly filter?: RejectFilter | undefined
}

/**
 * Sends the rejected rows of a run through the pipeline as it is now, into the tables that the run has filled, each once.
 * What is stored of a row is what is sent, and where it is not stored whole, what the source has of its key now. Never
 * throws for what happens to it: the summary is the run's.
 */
export async function replay(options: ReplayOptions): Promise<RunSummary> {
  const { pipeline, events, stop = never(), signal = never(), filter = {} } = options
  const request = { pipeline, flags: { ...defaultFlags, ...options.flags }, events: { ...noEvents, ...events } }
  return await replayRejects({ ...request, registry, savedPlan: undefined, version, stop, signal }, options.run, filter)
}

/** Finds the connector for a URL, and loads it when it is first asked for. */
export { registry } from './connectors/registry.ts'

function never(): AbortSignal {
  return new AbortController().signal
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
