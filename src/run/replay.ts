import { probe } from '../async/probe.ts'
import { ArenaBatch } from '../batch/batch.ts'
import type { Checkpoint } from '../contract/checkpoint.ts'
import type { LanePlan } from '../contract/lane.ts'
import type { Snapshot } from '../contract/source.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { assertAddsUp } from '../lane/lane.ts'
import type { RejectedRow } from '../model/loss.ts'
import type { RunSummary } from '../model/run-summary.ts'
import type { SplitState } from '../model/run-state.ts'
import { stagesOfPlan } from '../transform/bind-stages.ts'
import type { StageKeys } from '../transform/stage-keys.ts'
import { Transformer } from '../transform/transformer.ts'
import { lanePlan } from './copy.ts'
import type { Ends } from './ends.ts'
import { finish } from './finish.ts'
import { resumeConsistency } from './moment.ts'
import { loadPlanStages } from './plan-keys.ts'
import { planOf } from './plan-of.ts'
import { RunRecord } from './record.ts'
import { planReplay, type ReplayedDataset } from './replay-plan.ts'
import { ReplayRows } from './replay-rows.ts'
import type { RunRequest } from './request.ts'
import { assertNotSwapped, assertSameEnds, findRun, stepsToRedo } from './retry.ts'
import { carryOutBetween, type RunWork, type SessionOpener } from './run.ts'
import { RunSession } from './session.ts'

/** Which rejected rows are sent again; what is left out leaves nothing out. */
export interface RejectFilter {
  readonly dataset?: string | undefined
  readonly code?: string | undefined
}

export function isWanted({ dataset, code }: RejectFilter, reject: RejectedRow): boolean {
  return (dataset === undefined || reject.dataset === dataset) && (code === undefined || reject.code === code)
}

/**
 * Sends the rejected rows of a run through the pipeline as it is now, into the tables that the run has filled. Each row is
 * taken from the rejects in the transaction that writes it, so that it is there once, wherever a replay was killed. One
 * that fails again stays rejected, with its new reason. Never throws: how it ended is in the summary, which is the run's.
 */
export async function replayRejects(request: RunRequest, run: string, filter: RejectFilter): Promise<RunSummary> {
  const record = new RunRecord({ mayReplace: false })
  return await carryOutBetween(request, record, opener(run), worker(filter))
}

function opener(run: string): SessionOpener {
  return async (request, ends) => {
    const before = await findRun(ends, run, request.signal)
    const plan = planOf(before)
    assertSameEnds(plan, ends)
    assertNotSwapped(plan, before, run)
    await assertCopied(ends, run, request.signal)
    const session = new RunSession(await ends.target.state.takeOver(run, request.signal), plan)
    request.events.planned(plan, run)
    return session
  }
}

/** What is still to be copied is the work of the run's own plan. */
async function assertCopied({ target }: Ends, run: string, signal: AbortSignal): Promise<void> {
  const splits = await target.state.splits(run, signal)
  const left = splits.filter(({ done }) => !done).length
  if (left === 0) return
  throw new TransloadError('TL_C105', {
    reason: `${left} of ${splits.length} parts of the run ${run} are not copied yet`,
    cure: 'Let the run come to its end first: transload run with its own pipeline goes on from the last checkpoint.',
  })
}

function worker(filter: RejectFilter): RunWork {
  return async (request, ends, session, record) => {
    try {
      await replay(filter, request, ends, session, record)
    } catch (error) {
      const isLost = error instanceof TransloadError && error.spec.retry === 'reconnect'
      if (isLost && (await isTakenOver(ends, session))) throw new TransloadError('TL_K501', { run: session.run }, error)
      throw error
    }
  }
}

/** How long the target may take to say who has the run. */
const lookTimeoutMs = 5_000

/** Whoever takes a run over ends the connections that write for it. */
async function isTakenOver({ target }: Ends, { run, fence }: RunSession): Promise<boolean> {
  const [found] = await Promise.allSettled([target.state.find(run, AbortSignal.timeout(lookTimeoutMs))])
  return found.status === 'fulfilled' && found.value !== undefined && found.value.fence !== fence
}

async function replay(
  filter: RejectFilter,
  request: RunRequest,
  ends: Ends,
  session: RunSession,
  record: RunRecord,
): Promise<void> {
  const { events, signal } = request
  const { target } = ends
  const rejects = (await target.state.rejects(session.run, signal)).filter((one) => isWanted(filter, one))
  const isNarrow = filter.dataset !== undefined || filter.code !== undefined
  if (rejects.length === 0 && isNarrow) throw noneSuch(session.run)
  const byDataset = Map.groupBy(rejects, ({ dataset }) => dataset)
  const waiting = new Set(byDataset.keys())
  events.phase('plan')
  const datasets = await record.watch.time('plan', () => planReplay(request, ends, session.plan, waiting))
  const keys = await loadPlanStages(
    { ...session.plan, datasets: [...datasets.values()].map(({ now }) => now) },
    request.pipeline.secrets.of,
  )
  probe('after-plan')
  await target.state.beginReplay(session.run, session.fence, stepsToRedo(session.plan), signal)
  await session.setStatus(target, 'loaded', signal)
  events.phase('copy')
  await record.watch.time('copy', () => replayDatasets(request, ends, session, datasets, keys, byDataset))
  probe('after-load')
  events.phase('finish')
  record.finish = await record.watch.time('finish', () => finish(request, session, target))
  if (record.finish.violated.length === 0) await session.setStatus(target, 'finished', signal)
}

function noneSuch(run: string): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `The run ${run} has no such rejected rows waiting`,
    cure: 'See transload rejects RUN --group for those that it has.',
  })
}

async function replayDatasets(
  request: RunRequest,
  ends: Ends,
  session: RunSession,
  datasets: ReadonlyMap<string, ReplayedDataset>,
  keys: StageKeys,
  byDataset: ReadonlyMap<string, readonly RejectedRow[]>,
): Promise<void> {
  const states = await ends.target.state.splits(session.run, request.signal)
  const stateOf = new Map(states.map((state) => [state.split.id, state]))
  await using held = new AsyncDisposableStack()
  let opening: Promise<Snapshot> | undefined
  const snapshot = (): Promise<Snapshot> => (opening ??= openSnapshot(request, ends, session, datasets, held))
  for (const [name, dataset] of datasets) {
    for (const [split, rejects] of Map.groupBy(byDataset.get(name) ?? [], (reject) => reject.split)) {
      const state = stateOf.get(split)
      if (state === undefined) throw new TransloadError('TL_K504', { reason: `it has rejects of no split ${split}` })
      await replaySplit(request, ends, session, { dataset, keys, state, rejects, snapshot })
    }
  }
}

/** For rows that have to be read again: what they are now is of another moment than the run's. */
async function openSnapshot(
  { flags, signal }: RunRequest,
  { source, target }: Ends,
  session: RunSession,
  datasets: ReadonlyMap<string, ReplayedDataset>,
  held: AsyncDisposableStack,
): Promise<Snapshot> {
  const reads = [...datasets.values()].map(({ now }) => now.read)
  const snapshot = held.use(await source.openSnapshot(1, reads, signal))
  const { run, consistency } = session
  const now = resumeConsistency(run, consistency, snapshot.consistency, { ...flags, resumeMixed: true })
  await session.storeConsistency(target, now, signal)
  return snapshot
}

interface SplitReplay {
  readonly dataset: ReplayedDataset
  readonly keys: StageKeys
  readonly state: SplitState
  readonly rejects: readonly RejectedRow[]
  readonly snapshot: () => Promise<Snapshot>
}

async function replaySplit(
  request: RunRequest,
  { source, target }: Ends,
  session: RunSession,
  { dataset: { before, now }, keys, state, rejects, snapshot }: SplitReplay,
): Promise<void> {
  const { signal, stop, events } = request
  const bound = stagesOfPlan(now, keys)
  const laneOf = (split: LanePlan['split']): LanePlan =>
    lanePlan(session, { dataset: now }, bound, { ...state, split, cursor: undefined })
  // Its rows are sent batch by batch: an atomic split is one no more.
  const lane = laneOf({ ...state.split, atomic: false })
  const rows = new ReplayRows({
    source,
    read: now.read,
    before: before.read,
    hidden: [...(before.hidden ?? []), ...(now.hidden ?? [])],
    lane: laneOf,
    snapshot,
  })
  const maps = target.keyMaps({ run: session.run }, true)
  await using transformer = bound && new Transformer(bound, { maps, isLate: true })
  const batch = new ArenaBatch(lane.layouts)
  await using writer = await target.openWriter(lane, signal)
  for await (const sent of rows.fill(state.split.id, rejects, batch, signal)) {
    if (stop.aborted) throw stop.reason
    batch.replayed = sent
    probe('after-read')
    const bytes = batch.used - batch.keptBytes
    await transformer?.run(batch, signal)
    probe('after-transform')
    const checkpoint: Checkpoint = {
      run: session.run,
      split: state.split.id,
      fence: session.fence,
      sequence: state.sequence,
      after: state.cursor,
      // Each batch is on the disk before the next is made.
      done: true,
      read: sent.length,
      bytes,
      replayed: sent.map(({ position }) => position),
    }
    const receipt = await writer.write(batch, checkpoint, signal)
    assertAddsUp(lane, checkpoint, receipt)
    events.committed(now.from, checkpoint, receipt)
  }
}
