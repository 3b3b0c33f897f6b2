import { probe } from '../async/probe.ts'
import type { Snapshot } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CountAnswer } from '../model/count.ts'
import type { Plan } from '../model/plan.ts'
import type { RunSummary } from '../model/run-summary.ts'
import { countPairs } from '../validate/questions.ts'
import { assertRejectBudgets } from './budget.ts'
import { copy } from './copy.ts'
import { type Ends, openEnds } from './ends.ts'
import { finish } from './finish.ts'
import { openSession } from './open-session.ts'
import { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'
import type { RunSession } from './session.ts'
import { summarise } from './summary.ts'
import { hasSwap, swapTables } from './swap.ts'
import { validateContents } from './validate-contents.ts'
import { validateCounts } from './validate-counts.ts'
import { verdict } from './verdict.ts'

/**
 * Plans, copies, finishes and validates one pipeline, or goes on with the unfinished run of the same plan. Never
 * throws: how it ended is in the summary, with its exit code.
 */
export async function run(request: RunRequest): Promise<RunSummary> {
  return await carryOutBetween(request, new RunRecord(), openSession)
}

/** How a run is come by: taken over, begun anew, or opened again for its rejects. */
export type SessionOpener = (request: RunRequest, ends: Ends, record: RunRecord) => Promise<RunSession>

/** What is done with a run that is open. */
export type RunWork = (request: RunRequest, ends: Ends, session: RunSession, record: RunRecord) => Promise<void>

/** Opens both ends and the run, and carries it out. Never throws. */
export async function carryOutBetween(
  request: RunRequest,
  record: RunRecord,
  open: SessionOpener,
  work: RunWork = carryOut,
): Promise<RunSummary> {
  try {
    await runBetween(request, record, open, work)
    return summarise(request, record, verdict(request, record))
  } catch (error) {
    return summarise(request, record, error)
  }
}

async function runBetween(request: RunRequest, record: RunRecord, open: SessionOpener, work: RunWork): Promise<void> {
  request.events.phase('connect')
  const ends = await openEnds(request, record)
  await using _ = ends.source
  await using target = ends.target
  const session = await open(request, ends, record)
  record.session = session
  try {
    await work(request, ends, session, record)
  } catch (error) {
    await recordFailure(request, session, target, record, error)
    throw error
  }
  await readState(session, target, record, request.signal)
}

async function carryOut(request: RunRequest, ends: Ends, session: RunSession, record: RunRecord): Promise<void> {
  const { events, signal, flags } = request
  const { source, target } = ends
  const { watch } = record
  const counting = flags.validate && request.pipeline.validate.mode !== 'off' && !flags.schemaOnly
  const comparing = counting && request.pipeline.validate.mode !== 'counts'
  let sourceCounts: readonly CountAnswer[] | undefined
  // The moment of the copy lasts as long as it is compared with.
  await using held = new AsyncDisposableStack()
  let moment: Snapshot | undefined
  // Tables are replaced by none that were not counted, though there is nothing left to copy.
  const isCopied = flags.finishOnly && !(counting && hasSwap(session.plan))
  if (!isCopied && !flags.schemaOnly) {
    events.phase('copy')
    const snapshot = await watch.time('copy', () => copy(request, session, source, target))
    held.use(snapshot)
    assertRejectBudgets(request.pipeline, session.plan.datasets, session.tally, true)
    probe('after-load')
    if (counting) {
      events.phase('validate')
      sourceCounts = await watch.time('validate', () => countSource(session.plan, snapshot, request))
    }
    if (comparing) moment = snapshot
    else await held.disposeAsync()
  }
  if (session.status === 'running') await session.setStatus(target, 'loaded', signal)
  events.phase('finish')
  record.finish = await watch.time('finish', () => finish(request, session, target))
  probe('before-validate')
  await readState(session, target, record, signal)
  if (sourceCounts !== undefined) {
    events.phase('validate')
    const counts = sourceCounts
    await watch.time('validate', async () => {
      await validateCounts(request, session, target, counts, record)
      if (moment !== undefined) await validateContents(request, session, moment, target, record)
    })
  }
  if (hasSwap(session.plan)) {
    events.phase('finish')
    return await watch.time('finish', () => swapTables(request, session, target, record))
  }
  if (record.finish.violated.length === 0) await session.setStatus(target, 'finished', signal)
}

function countSource(plan: Plan, snapshot: Snapshot, request: RunRequest): Promise<readonly CountAnswer[]> {
  const pairs = countPairs(plan.datasets, request.pipeline.validate.orphans)
  return snapshot.count(
    pairs.map((pair) => pair.source),
    request.signal,
  )
}

/** Takes from the target what the summary needs: the state there is the truth. */
async function readState(session: RunSession, target: Target, record: RunRecord, signal: AbortSignal): Promise<void> {
  session.load(await target.state.splits(session.run, signal), session.tally)
  record.losses = await target.state.losses(session.run, signal)
  record.outputs = await target.state.outputs(session.run, signal)
  record.rejects = await target.state.rejects(session.run, signal)
  record.replayed = await target.state.replayed(session.run, signal)
}

/** The run is over either way; a target that cannot be reached any more must not hide why. */
async function recordFailure(
  request: RunRequest,
  session: RunSession,
  target: Target,
  record: RunRecord,
  error: unknown,
): Promise<void> {
  const interrupted = error instanceof TransloadError && (error.code === 'TL_X902' || error.code === 'TL_X903')
  const signal = AbortSignal.timeout(5_000)
  try {
    await readState(session, target, record, signal)
    if (session.status === 'running') await session.setStatus(target, interrupted ? 'interrupted' : 'failed', signal)
  } catch (second) {
    const message = `the target’s state could not be read at the end: ${second instanceof Error ? second.message : String(second)}`
    record.warnings.push({ code: 'state-not-read', message })
    request.events.warning(message)
  }
}
