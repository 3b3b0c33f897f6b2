import { backoffMs } from '../async/backoff.ts'
import { sleep } from '../async/sleep.ts'
import type { ArenaBatch } from '../batch/batch.ts'
import type { Layout } from '../batch/layout.ts'
import type { LanePlan } from '../contract/lane.ts'
import type { Snapshot, Source } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { createBatches, runLane } from '../lane/lane.ts'
import { type DatasetPlan, outputsOf, type PassPlan, type Plan } from '../model/plan.ts'
import type { SplitState } from '../model/run-state.ts'
import { type BoundStages, stagesOfPlan } from '../transform/bind-stages.ts'
import type { StageKeys } from '../transform/stage-keys.ts'
import { layoutsOf, Transformer } from '../transform/transformer.ts'
import { assertRejectBudgets } from './budget.ts'
import { resumeConsistency } from './moment.ts'
import { loadPlanStages } from './plan-keys.ts'
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
  const plans = copiesOf(session.plan)
  const keys = await loadPlanStages(session.plan, request.pipeline.secrets.of)
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
    assertOneMoment(request, session, left)
    for (const states of inTurns(left, plans)) {
      await runLanes(request, session, { snapshot, target, left: states, plans, keys, laneCount })
    }
    return snapshot
  } catch (error) {
    await snapshot[Symbol.asyncDispose]()
    throw error
  }
}

/** A row that is gone between two looks would have others merged into it that are not. */
function assertOneMoment({ flags }: RunRequest, { plan, consistency }: RunSession, left: readonly SplitState[]): void {
  // Rows that are read again come late, and are told so.
  const names = new Set(left.filter(({ split }) => split.keyCount === undefined).map(({ split }) => split.dataset))
  const pass = plan.passes?.find(({ name, dataset }) => names.has(name) || names.has(dataset))
  if (pass === undefined || consistency?.level === 'snapshot' || flags.sourceQuiet) return
  throw new TransloadError('TL_K507', { dataset: pass.dataset, level: consistency?.level ?? 'none' })
}

/** What the rows of one dataset's splits go through. */
interface Copied {
  readonly dataset: DatasetPlan
  /** They are only looked at. */
  readonly pass?: PassPlan | undefined
  readonly needs: readonly string[]
}

/** By the dataset of their splits. */
function copiesOf({ datasets, passes = [] }: Plan): Map<string, Copied> {
  const copies = new Map<string, Copied>()
  for (const dataset of datasets) copies.set(dataset.from, { dataset, needs: dataset.needs ?? [] })
  for (const pass of passes) {
    const looked = copies.get(pass.dataset)
    if (looked !== undefined) copies.set(pass.name, { dataset: looked.dataset, pass, needs: pass.needs })
  }
  return copies
}

/** What others look up comes first: all of it is there before the next turn. */
function inTurns(states: readonly SplitState[], copies: ReadonlyMap<string, Copied>): SplitState[][] {
  const turns: SplitState[][] = []
  const known = new Map<string, number>()
  const turnOf = (name: string): number => {
    const needs = copies.get(name)?.needs ?? []
    const turn = known.get(name) ?? (needs.length === 0 ? 0 : 1 + Math.max(...needs.map(turnOf)))
    known.set(name, turn)
    return turn
  }
  for (const state of states) (turns[turnOf(state.split.dataset)] ??= []).push(state)
  return turns.filter((turn) => turn !== undefined)
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
  readonly plans: ReadonlyMap<string, Copied>
  readonly keys: StageKeys
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
  const copied = lanes.plans.get(state.split.dataset)
  if (copied === undefined) {
    throw new TransloadError('TL_K504', { reason: `the plan has no dataset ${state.split.dataset}` })
  }
  const bound = stagesOfPlan(copied.dataset, lanes.keys)
  const maps = lanes.target.keyMaps({ run: session.run }, true)
  await using transformer =
    bound && new Transformer(bound, { maps, pass: copied.pass?.stage, isLate: state.split.keyCount !== undefined })
  const plan = lanePlan(session, copied, bound, state)
  session.tally.begin(state.split.dataset)
  await using reader = await lanes.snapshot.openReader(plan, signal)
  await using writer = await lanes.target.openWriter(plan, signal)
  await runLane(
    plan,
    { reader, writer, stages: transformer === undefined ? [] : [transformer] },
    batches,
    (_, checkpoint, receipt) => {
      session.commit(state.split.dataset, checkpoint, receipt)
      request.events.committed(state.split.dataset, checkpoint, receipt)
      if (receipt.rejected > 0) assertRejectBudgets(request.pipeline, [copied.dataset], session.tally, false)
    },
    request.stop,
    signal,
  )
}

/** What a lane is to do of one split. */
export function lanePlan(
  session: Pick<RunSession, 'run' | 'fence'>,
  { dataset, pass }: Pick<Copied, 'dataset' | 'pass'>,
  bound: BoundStages | undefined,
  state: Pick<SplitState, 'split' | 'cursor' | 'sequence'> & { readonly counts: Pick<SplitState['counts'], 'read'> },
): LanePlan {
  const { read } = dataset
  const layout: Layout = {
    dataset: read.dataset,
    columns: read.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    identify: read.identify.map((name) => read.columns.findIndex((column) => column.name === name)),
    hidden: dataset.hidden,
  }
  return {
    run: session.run,
    split: state.split,
    from: state.cursor,
    readBefore: state.counts.read,
    sequence: state.sequence,
    fence: session.fence,
    read,
    layouts: bound === undefined ? [layout] : layoutsOf(layout, bound),
    stages: dataset.transform ?? [],
    writes: pass === undefined ? outputsOf(dataset).flatMap(({ writes }) => writes) : [],
  }
}
