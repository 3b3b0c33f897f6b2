import { backoffMs } from '../async/backoff.ts'
import { sleep } from '../async/sleep.ts'
import type { ArenaBatch } from '../batch/batch.ts'
import type { Layout } from '../batch/layout.ts'
import type { LanePlan } from '../contract/lane.ts'
import type { Snapshot, Source } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { createBatches, runLane } from '../lane/lane.ts'
import type { DatasetPlan, Plan } from '../model/plan.ts'
import type { SplitState } from '../model/run-state.ts'
import { type BoundStages, loadStages, stagesOfPlan } from '../transform/bind-stages.ts'
import { layoutsOf, Transformer } from '../transform/transformer.ts'
import { assertRejectBudgets } from './budget.ts'
import { resumeConsistency } from './moment.ts'
import type { RunRequest } from './request.ts'
import type { RunSession } from './session.ts'

/** Times that a copy comes back by itself without a single commit in between. */
const maxFruitlessAttempts = 5

/**
 * Copies every split that is not done, over as many lanes as asked for, and returns the open snapshot, for the counting
 * of the source. A lost connection or a restarted server is answered by going on from the checkpoints, as long as the
 * source's moment can be proved to be the same.
 *
 * @throws what ended the copy: of several lanes' errors the first.
 */
export async function copy(
  request: RunRequest,
  session: RunSession,
  source: Source,
  target: Target,
): Promise<Snapshot> {
  let fruitless = 0
  for (let isAgain = false; ; isAgain = true) {
    const committed = session.commitCount
    try {
      // A line that was cut may be cut again before the run is ours again.
      if (isAgain) await session.takeOver(target, request.signal)
      return await copyOnce(request, session, source, target)
    } catch (error) {
      fruitless = session.commitCount > committed ? 1 : fruitless + 1
      if (!comesBack(error) || fruitless > maxFruitlessAttempts || request.stop.aborted) throw error
      const pauseMs = backoffMs(fruitless)
      request.events.warning(`${error.message}; going on from the last checkpoint in ${pauseMs} ms`)
      await sleep(pauseMs, AbortSignal.any([request.signal, request.stop]))
    }
  }
}

function comesBack(error: unknown): error is TransloadError {
  return error instanceof TransloadError && (error.spec.retry === 'reconnect' || error.spec.retry === 'backoff')
}

async function copyOnce(request: RunRequest, session: RunSession, source: Source, target: Target): Promise<Snapshot> {
  const { flags, signal } = request
  const states = await target.state.splits(session.run, signal)
  session.load(states)
  const plans = new Map(session.plan.datasets.map((dataset) => [dataset.from, dataset]))
  await loadStages(session.plan.datasets.flatMap(({ transform = [] }) => transform))
  const left = inOrder(
    source,
    session.plan,
    states.filter((state) => !state.done),
  )
  const laneCount = Math.max(1, Math.min(source.capabilities.parallel ? flags.laneCount : 1, left.length))
  const reads = session.plan.datasets.map((dataset) => dataset.read)
  const snapshot = await source.openSnapshot(laneCount, reads, signal)
  try {
    await session.storeConsistency(
      target,
      resumeConsistency(session.run, session.consistency, snapshot.consistency, flags),
      signal,
    )
    await runLanes(request, session, { snapshot, target, left, plans, laneCount })
    return snapshot
  } catch (error) {
    await snapshot[Symbol.asyncDispose]()
    throw error
  }
}

/** Largest dataset first, so that the last lane is not left alone with it; in a file's order where it is read once. */
function inOrder(source: Source, plan: Plan, states: SplitState[]): SplitState[] {
  if (!source.capabilities.parallel) return states.toSorted((a, b) => a.split.ordinal - b.split.ordinal)
  const bytes = new Map(plan.datasets.map((dataset) => [dataset.from, dataset.byteEstimate]))
  return states.toSorted(
    (a, b) =>
      (bytes.get(b.split.dataset) ?? 0) - (bytes.get(a.split.dataset) ?? 0) || a.split.ordinal - b.split.ordinal,
  )
}

interface Lanes {
  readonly snapshot: Snapshot
  readonly target: Target
  readonly left: SplitState[]
  readonly plans: ReadonlyMap<string, DatasetPlan>
  readonly laneCount: number
}

async function runLanes(request: RunRequest, session: RunSession, lanes: Lanes): Promise<void> {
  const failure = new AbortController()
  const signal = AbortSignal.any([request.signal, failure.signal])
  const queue = [...lanes.left]
  const lane = async (): Promise<void> => {
    const batches = createBatches()
    for (let next = queue.shift(); next !== undefined && !request.stop.aborted; next = queue.shift()) {
      await copySplit(request, session, lanes, next, batches, signal)
    }
  }
  await Promise.allSettled(
    Array.from({ length: lanes.laneCount }, async () => {
      try {
        await lane()
      } catch (error) {
        failure.abort(error)
      }
    }),
  )
  if (failure.signal.aborted) throw failure.signal.reason
  if (request.signal.aborted) throw request.signal.reason
  if (request.stop.aborted) throw request.stop.reason
}

async function copySplit(
  request: RunRequest,
  session: RunSession,
  lanes: Lanes,
  state: SplitState,
  batches: readonly ArenaBatch[],
  signal: AbortSignal,
): Promise<void> {
  const dataset = lanes.plans.get(state.split.dataset)
  if (dataset === undefined) {
    throw new TransloadError('TL_K504', { reason: `the plan has no dataset ${state.split.dataset}` })
  }
  const bound = stagesOfPlan(dataset)
  const plan = lanePlan(session, dataset, bound, state)
  session.tally.begin(state.split.dataset)
  await using reader = await lanes.snapshot.openReader(plan, signal)
  await using writer = await lanes.target.openWriter(plan, signal)
  await runLane(
    plan,
    { reader, writer, stages: bound === undefined ? [] : [new Transformer(bound)] },
    batches,
    (_, checkpoint, receipt) => {
      session.commit(state.split.dataset, checkpoint, receipt)
      request.events.committed(state.split.dataset, checkpoint, receipt)
      if (receipt.rejected > 0) assertRejectBudgets(request.pipeline, [dataset], session.tally, false)
    },
    request.stop,
    signal,
  )
}

export function lanePlan(
  session: Pick<RunSession, 'run' | 'fence'>,
  dataset: DatasetPlan,
  bound: BoundStages | undefined,
  state: SplitState,
): LanePlan {
  const { read } = dataset
  const layout: Layout = {
    dataset: read.dataset,
    columns: read.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    identify: read.identify.map((name) => read.columns.findIndex((column) => column.name === name)),
  }
  return {
    run: session.run,
    split: state.split,
    from: state.cursor,
    readBefore: state.counts.read,
    sequence: state.sequence,
    fence: session.fence,
    read,
    layouts: bound === undefined ? [layout] : layoutsOf(layout, bound.shape),
    stages: dataset.transform ?? [],
    writes: dataset.writes,
  }
}
