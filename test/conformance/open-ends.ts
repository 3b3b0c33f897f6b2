import { pipelineBetween as plainPipeline } from '../../src/config/load-pipeline.ts'
import type { Pipeline } from '../../src/config/pipeline.ts'
import { memory } from '../../src/connectors/memory/index.ts'
import type { Connector, Endpoint, OpenOptions } from '../../src/contract/connector.ts'
import type { LanePlan } from '../../src/contract/lane.ts'
import type { Source } from '../../src/contract/source.ts'
import type { Target } from '../../src/contract/target.ts'
import type { Cursor } from '../../src/model/plain.ts'
import type { DatasetPlan, Plan, Split } from '../../src/model/plan.ts'
import { createPlan } from '../../src/plan/create-plan.ts'
import { startMemoryWorld } from '../support/seed-memory.ts'

export const never = new AbortController().signal

const options: OpenOptions = { laneCount: 2, notice: () => {} }

export async function openSource(connector: Connector, url: string, signal = never): Promise<Source> {
  if (connector.openSource === undefined) throw new Error(`${connector.engine} is no source`)
  return await connector.openSource(connector.parseUrl(url), options, signal)
}

export async function openTarget(connector: Connector, url: string, signal = never): Promise<Target> {
  if (connector.openTarget === undefined) throw new Error(`${connector.engine} is no target`)
  return await connector.openTarget(connector.parseUrl(url), options, signal)
}

export function pipelineBetween(source: string, target: string, over: Partial<Pipeline> = {}): Pipeline {
  return { ...plainPipeline(source, target), ...over }
}

export interface PlanEnds {
  readonly source: Source
  readonly sourceEnd: Endpoint
  readonly target: Target
  readonly targetEnd: Endpoint
}

/** The plan that a run between the two ends would have. */
export async function planBetween(ends: PlanEnds, over: Partial<Pipeline> = {}): Promise<Plan> {
  return await createPlan({
    ...ends,
    identity: 'conformance',
    pipeline: pipelineBetween('', '', over),
    scope: 'all',
    census: 'full',
    censusLimit: 50_000_000,
    laneCount: 1,
    signal: never,
  })
}

/** The plan of a run from the source into an empty in-memory database. */
export async function planFrom(
  connector: Connector,
  url: string,
  source: Source,
  over: Partial<Pipeline> = {},
): Promise<Plan> {
  await using world = await startMemoryWorld()
  await using target = await openTarget(memory, world.url)
  const ends = { source, sourceEnd: connector.parseUrl(url), target, targetEnd: memory.parseUrl(world.url) }
  return await planBetween(ends, over)
}

export function onlyDataset(plan: Plan): DatasetPlan {
  const [dataset] = plan.datasets
  if (dataset === undefined || plan.datasets.length > 1)
    throw new Error(`the plan has ${plan.datasets.length} datasets`)
  return dataset
}

export function onlySplit(dataset: DatasetPlan): Split {
  const [split] = dataset.splits
  if (split === undefined || dataset.splits.length > 1) throw new Error(`there are ${dataset.splits.length} splits`)
  return split
}

export interface LanePlace {
  readonly run?: string
  readonly fence?: number
  readonly from?: Cursor | undefined
  readonly readBefore?: number
  readonly sequence?: number
}

/** All that a lane needs, sent as JSON: what a connector keeps in its plans has to survive that. */
export function lanePlan(dataset: DatasetPlan, split: Split, place: LanePlace = {}): LanePlan {
  const { read } = dataset
  const lane: LanePlan = {
    run: place.run ?? 'run',
    split,
    from: place.from,
    readBefore: place.readBefore ?? 0,
    sequence: place.sequence ?? 0,
    fence: place.fence ?? 1,
    read,
    layouts: [
      {
        dataset: read.dataset,
        columns: read.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
        identify: read.identify.map((name) => read.columns.findIndex((column) => column.name === name)),
      },
    ],
    stages: [],
    writes: dataset.writes,
  }
  return JSON.parse(JSON.stringify(lane)) as LanePlan
}
