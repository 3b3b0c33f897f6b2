import { ArenaBatch } from '../../src/batch/batch.ts'
import type { Pipeline } from '../../src/config/pipeline.ts'
import { memory } from '../../src/connectors/memory/index.ts'
import type { Checkpoint, CommitReceipt } from '../../src/contract/checkpoint.ts'
import type { LanePlan, Writer } from '../../src/contract/lane.ts'
import type { Target } from '../../src/contract/target.ts'
import type { RejectedRow } from '../../src/model/loss.ts'
import type { Cursor, Plain } from '../../src/model/plain.ts'
import type { DatasetPlan, Plan } from '../../src/model/plan.ts'
import type { SplitState } from '../../src/model/run-state.ts'
import type { SeedRow, SeedTable } from '../support/harness.ts'
import { startMemoryWorld } from '../support/seed-memory.ts'
import type { Scene } from './law.ts'
import { lanePlan, type LanePlace, never, openSource, openTarget, planBetween } from './open-ends.ts'
import { fillFrame } from './small-batch.ts'

export interface SinkOptions {
  readonly pipeline?: Partial<Pipeline>
  /** Another way to the world than its own URL. */
  readonly url?: string
  readonly run?: string
  /** False: the plan is made and nothing is stored. */
  readonly begins?: boolean
}

/** A target with a run begun that makes the tables and writes to them. */
export interface Sink extends AsyncDisposable {
  readonly target: Target
  readonly plan: Plan
  readonly run: string
  dataset(name?: string): DatasetPlan
  lane(place?: LanePlace, name?: string): LanePlan
  state(name?: string): Promise<SplitState>
}

/** Plans a run from an in-memory source with these tables into the scene's connector, and begins it. */
export async function openSink(
  { connector, world }: Scene,
  tables: readonly SeedTable[],
  options: SinkOptions = {},
): Promise<Sink> {
  const url = options.url ?? world.url
  const target = await openTarget(connector, url)
  try {
    const plan = await planInto(target, connector.parseUrl(url), tables, options.pipeline)
    const run = options.run ?? 'run-1'
    if (options.begins !== false) await beginRun(target, plan, run)
    const sink: Sink = {
      target,
      plan,
      run,
      dataset: (name = tables[0]?.name) => find(plan.datasets, (dataset) => dataset.from === name, `dataset ${name}`),
      lane: (place = {}, name) => {
        const dataset = sink.dataset(name)
        return lanePlan(
          dataset,
          find(dataset.splits, () => true, 'split'),
          { run, ...place },
        )
      },
      state: async (name) => {
        const states = await target.state.splits(run, never)
        return find(states, ({ split }) => split.dataset === sink.dataset(name).from, 'state of the split')
      },
      [Symbol.asyncDispose]: async () => target[Symbol.asyncDispose](),
    }
    return sink
  } catch (error) {
    await target[Symbol.asyncDispose]()
    throw error
  }
}

async function planInto(
  target: Target,
  targetEnd: ReturnType<Scene['connector']['parseUrl']>,
  tables: readonly SeedTable[],
  pipeline: Partial<Pipeline> = {},
): Promise<Plan> {
  await using from = await startMemoryWorld()
  for (const table of tables) await from.seed(table, [])
  await using source = await openSource(memory, from.url)
  return await planBetween({ source, sourceEnd: memory.parseUrl(from.url), target, targetEnd }, pipeline)
}

export async function beginRun(target: Target, plan: Plan, run: string, planIdentity = plan.identity) {
  return await target.state.begin(
    { run, planIdentity, plan: plan as unknown as Plain, startedAt: '2026-01-02T03:04:05.678Z' },
    plan.datasets.flatMap((dataset) => dataset.splits),
    plan.prepare,
    never,
  )
}

function find<T>(list: readonly T[], matches: (one: T) => boolean, what: string): T {
  const found = list.find(matches)
  if (found === undefined) throw new Error(`there is no ${what}`)
  return found
}

export interface BatchPlace {
  readonly sequence?: number
  readonly readBefore?: number
  readonly after?: Cursor
  readonly done?: boolean
  readonly signal?: AbortSignal
  /** The rows are these rejected ones, sent again. */
  readonly replayed?: readonly RejectedRow[]
  /** Changes the batch before it is written. */
  readonly prepare?: (batch: ArenaBatch) => void
}

/** Writes rows as one batch of the lane. Its cursor is the first column of its last row unless told otherwise. */
export async function writeRows(
  writer: Writer,
  lane: LanePlan,
  rows: readonly SeedRow[],
  place: BatchPlace = {},
): Promise<CommitReceipt> {
  const batch = new ArenaBatch(lane.layouts)
  const sequence = place.sequence ?? lane.sequence
  batch.clear(lane.split.id, sequence, place.readBefore ?? lane.readBefore)
  fillFrame(batch, rows)
  batch.replayed = place.replayed
  place.prepare?.(batch)
  const cursor: Cursor = [rows.at(-1)?.[0] ?? null]
  const checkpoint: Checkpoint = {
    run: lane.run,
    split: lane.split.id,
    fence: lane.fence,
    sequence,
    after: lane.split.atomic ? undefined : (place.after ?? (rows.length === 0 ? lane.from : cursor)),
    done: place.done ?? true,
    read: rows.length,
    bytes: batch.used,
    replayed: place.replayed?.map(({ position }) => position),
  }
  batch.after = checkpoint.after
  return await writer.write(batch, checkpoint, place.signal ?? never)
}

/** Opens a writer, writes one batch, closes it. */
export async function writeOnce(
  { target }: Pick<Sink, 'target'>,
  lane: LanePlan,
  rows: readonly SeedRow[],
  place: BatchPlace = {},
): Promise<CommitReceipt> {
  await using writer = await target.openWriter(lane, never)
  return await writeRows(writer, lane, rows, place)
}
