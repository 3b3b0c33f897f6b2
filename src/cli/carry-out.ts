import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Pipeline } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { registry, type RejectFilter, replay, retry, run, version } from '../index.ts'
import type { RejectedRow } from '../model/loss.ts'
import type { Plan } from '../model/plan.ts'
import type { RunSummary } from '../model/run-summary.ts'
import { failedBeforeRun } from '../report/failed-before-run.ts'
import { type WrittenReport, writeReport } from '../report/write-report.ts'
import type { RunEvents, RunFlags } from '../run/request.ts'
import { RunStore } from '../store/run-store.ts'
import { transloadHome } from '../store/transload-home.ts'
import type { LogLevel } from '../telemetry/logger.ts'
import type { RunProgress } from '../telemetry/run-progress.ts'
import { ask, canAsk } from './ask.ts'
import { Interrupts } from './interrupts.ts'
import type { Output } from './output.ts'
import { Teller } from './progress.ts'
import { readRejects } from './read-rejects.ts'
import { spoolFor } from './spool.ts'
import type { World } from './world.ts'

/** Everything that a run is told on the command line, checked. */
export interface Undertaking {
  readonly pipeline: Pipeline
  readonly flags: RunFlags
  readonly savedPlan: Plan | undefined
  /** The run whose rejected rows are read again, or sent again, in place of a run of the pipeline. */
  readonly rejectsOf?: RejectsAgain | undefined
  /** Absolute; absent: only what cannot be had elsewhere is written, beside where the command runs. */
  readonly reportDirectory: string | undefined
  readonly logLevel: LogLevel
  readonly spool: boolean
  /** Where what the connectors have to tell goes; absent: where progress is told. */
  readonly notice?: ((message: string) => void) | undefined
}

export interface RejectsAgain {
  readonly run: string
  /** Absent: they are read again, and sent through the run's own plan. */
  readonly replay?: RejectFilter | undefined
}

export interface CarriedOut {
  readonly written: WrittenReport
  /** What was run; undefined where it came to none. */
  readonly plan: Plan | undefined
}

/** How long the rejected rows of a run that is over may take to be read. */
const rejectsTimeoutMs = 60_000

/**
 * Runs, tells how it goes, writes the reports and remembers the run on this machine. What goes wrong besides the run
 * itself (a report, the store) is a warning: it changes nothing of what was moved.
 *
 * @throws TransloadError for what is wrong before there is a run
 */
export async function carryOut(world: World, output: Output, undertaking: Undertaking): Promise<CarriedOut> {
  output.guard([undertaking.pipeline.source, undertaking.pipeline.target], undertaking.pipeline.secrets)
  const teller = new Teller(world, output, undertaking.logLevel)
  const seen = new Sighting()
  using store = new OptionalStore(world, teller.logger)
  await using spooled = await spoolFor(undertaking.pipeline, undertaking.spool, world)
  const given = { ...undertaking, pipeline: spooled.pipeline }
  let summary = await attempt(world, output, given, teller, seen, store)
  if (
    summary.error?.code === 'TL_C109' &&
    !output.isJson &&
    (await isWanted(world, `${summary.error.message}. Make it?`))
  ) {
    const flags = { ...given.flags, yes: true }
    summary = await attempt(world, output, { ...given, flags }, teller, seen, store)
  }
  if (summary.resumable) spooled.keep()
  const written = await report(clean(summary, output), given, seen.plan, world, teller.logger)
  store.end(written.summary, written.directory)
  return { written, plan: seen.plan }
}

async function isWanted(world: World, question: string): Promise<boolean> {
  if (!canAsk(world)) return false
  using interrupts = new Interrupts(world, { first: 'now', say: () => {}, beforeExit: async () => {} })
  return await ask(world, question, interrupts.signal)
}

async function attempt(
  world: World,
  output: Output,
  { pipeline, savedPlan, flags, rejectsOf, notice }: Undertaking,
  teller: Teller,
  seen: Sighting,
  store: OptionalStore,
): Promise<RunSummary> {
  using progress = teller.start()
  const startedAt = new Date()
  using interrupts = new Interrupts(world, {
    first: 'batch',
    say: (line) => progress.say(line),
    beforeExit: async (error) => {
      if (output.isJson) await output.json({ ...failedBeforeRun(error, version, startedAt), ...seen.asSummary() })
    },
  })
  const told = eventsOf(progress, teller.logger, output, seen, (id) => {
    if (seen.begin(id)) store.begin({ run: id, startedAt: startedAt.toISOString(), ...seen.ends })
  })
  const events = notice === undefined ? told : { ...told, notice }
  const { stop, signal } = interrupts
  const options = { pipeline, flags, events, stop, signal }
  if (rejectsOf?.replay !== undefined) {
    return await replay({ run: rejectsOf.run, filter: rejectsOf.replay, ...options })
  }
  if (rejectsOf !== undefined) return await retry({ run: rejectsOf.run, ...options })
  return await run({ plan: savedPlan, ...options })
}

/** What the events have told of the run: what is left to tell where it has to be ended without its own word. */
class Sighting {
  plan: Plan | undefined
  #run: string | undefined
  #isBegun = false

  note(plan: Plan, resumedFrom: string | undefined): void {
    this.plan = plan
    this.#run = resumedFrom
  }

  /** True the first time. */
  begin(run: string): boolean {
    const isFirst = !this.#isBegun
    this.#isBegun = true
    this.#run = run
    return isFirst
  }

  get ends(): { source: string; target: string } {
    return { source: this.plan?.source.label ?? '', target: this.plan?.target.label ?? '' }
  }

  asSummary(): Partial<RunSummary> {
    return { ...this.ends, run: this.#run ?? null, resumable: this.#run !== undefined }
  }
}

function eventsOf(
  progress: RunProgress,
  logger: Logger,
  output: Output,
  seen: Sighting,
  onRun: (run: string) => void,
): RunEvents {
  return {
    phase(name) {
      logger.debug({ phase: name }, 'phase')
      progress.phase(name)
    },
    planned(plan, resumedFrom) {
      seen.note(plan, resumedFrom)
      if (resumedFrom !== undefined) onRun(resumedFrom)
      progress.planned(plan, resumedFrom)
    },
    begun: onRun,
    committed(dataset, checkpoint, receipt) {
      const { split, sequence, read, bytes, done } = checkpoint
      logger.debug({ dataset, split, sequence, read, bytes, done, rejected: receipt.rejected }, 'committed')
      progress.committed(dataset, checkpoint, receipt)
    },
    finished(step, outcome) {
      logger.debug({ step: step.id, kind: step.kind, outcome: outcome.outcome }, 'finish step')
      progress.finished(step, outcome)
    },
    notice(message) {
      for (const line of message.split('\n')) progress.say(output.mask.known(line))
    },
    warning(message) {
      logger.warn(output.clean(message))
    },
  }
}

/** A driver's own words may repeat what it was given. */
function clean(summary: RunSummary, output: Output): RunSummary {
  const { error } = summary
  return {
    ...summary,
    warnings: summary.warnings.map(({ code, message }) => ({ code, message: output.clean(message) })),
    ...(error && {
      error: { code: error.code, message: output.clean(error.message), hint: output.clean(error.hint) },
    }),
  }
}

async function report(
  summary: RunSummary,
  undertaking: Undertaking,
  plan: Plan | undefined,
  world: World,
  logger: Logger,
): Promise<WrittenReport> {
  const fallback = join(world.directory, `transload-${summary.run ?? 'run'}`)
  const nothing: WrittenReport = { summary, directory: undefined, files: [] }
  if (summary.run === null && undertaking.reportDirectory === undefined) return nothing
  const rejects = await waitingRejects(summary, undertaking, logger)
  // A run that was refused before it began leaves nothing behind that nobody asked for.
  const notCarried = summary.run === null ? [] : (plan?.notCarried ?? [])
  try {
    return await writeReport({ summary, rejects, notCarried, directory: undertaking.reportDirectory, fallback })
  } catch (error) {
    const message = `the report could not be written: ${error instanceof Error ? error.message : String(error)}`
    logger.warn(message)
    return {
      ...nothing,
      summary: { ...summary, warnings: [...summary.warnings, { code: 'report-not-written', message }] },
    }
  }
}

/** Read from the target's state once more: what this process saw committed may be less than what was. */
async function waitingRejects(
  summary: RunSummary,
  { pipeline }: Undertaking,
  logger: Logger,
): Promise<readonly RejectedRow[]> {
  if (summary.run === null || summary.rejects.count === 0) return []
  try {
    const { rows } = await readRejects(registry, pipeline.target, summary.run, AbortSignal.timeout(rejectsTimeoutMs))
    return rows
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    logger.warn(`the rejected rows could not be read for rejects.ndjson: ${reason}; they are kept in the target`)
    return []
  }
}

/** The store of this machine, as far as it can be had: without it a run is not remembered here, and no worse. */
class OptionalStore implements Disposable {
  readonly #store: RunStore | undefined
  readonly #logger: Logger

  constructor(world: World, logger: Logger) {
    this.#logger = logger
    const path = join(transloadHome(world.environment), 'runs.db')
    try {
      this.#store = new RunStore(path)
    } catch (error) {
      this.#store = undefined
      this.#warn(`${path} cannot be opened`, error)
    }
  }

  begin(run: Parameters<RunStore['begin']>[0]): void {
    this.#attempt((store) => store.begin(run))
  }

  end(summary: RunSummary, reportDirectory: string | undefined): void {
    this.#attempt((store) => store.end(summary, reportDirectory))
  }

  #attempt(work: (store: RunStore) => void): void {
    if (this.#store === undefined) return
    try {
      work(this.#store)
    } catch (error) {
      this.#warn('the run cannot be remembered', error)
    }
  }

  #warn(what: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.#logger.warn(`${what}: ${reason}; transload runs will not know this run`)
  }

  [Symbol.dispose](): void {
    this.#store?.[Symbol.dispose]()
  }
}

/** A path that was asked for and cannot be written is worth knowing before hours of copying. @throws TL_C105 */
export function unwritable(flag: string, error: unknown): TransloadError {
  const reason = error instanceof Error ? error.message : String(error)
  return new TransloadError(
    'TL_C105',
    { reason: `${flag}: ${reason}`, cure: 'Name a directory that can be written.' },
    error,
  )
}
