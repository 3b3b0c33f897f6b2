import type { Pipeline } from '../config/pipeline.ts'
import type { Source } from '../contract/source.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { type DatasetPlan, keepsRows, outputsOf, type Plan } from '../model/plan.ts'
import { createPlan } from '../plan/create-plan.ts'
import { selectTables } from '../plan/select-tables.ts'
import { readCatalog } from '../plan/read-catalog.ts'
import type { Ends } from './ends.ts'
import { assertMayStart } from './may-start.ts'
import type { RunRequest } from './request.ts'

/** A dataset as its run read and wrote it, and as its pipeline says now. */
export interface ReplayedDataset {
  readonly before: DatasetPlan
  readonly now: DatasetPlan
}

/**
 * Plans the datasets of a run anew, by the pipeline as it is now, over the tables that are there now. Rows are added to
 * those: nothing is made, emptied or replaced.
 *
 * @param waiting Names of the datasets that have rows to be sent again
 * @throws TL_C105 where one of them is not in the pipeline any more, or goes to another table; what a plan is refused for
 */
export async function planReplay(
  request: RunRequest,
  ends: Ends,
  before: Plan,
  waiting: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReplayedDataset>> {
  if (waiting.size === 0) return new Map()
  const { flags, pipeline, signal } = request
  const wanted = before.datasets.filter(({ from }) => waiting.has(from))
  const { catalog } = await readCatalog({ ...ends, pipeline, signal })
  const taken = new Set(selectTables(catalog, pipeline).map(({ dataset }) => dataset))
  const left = wanted.find(({ from }) => !taken.has(from))
  if (left !== undefined) throw notTaken(left.from)
  // The types of one table hang on those of others, by keys that join them; what is not there any more has no say.
  const there = await ends.target.describe(
    before.datasets.flatMap(outputsOf).map(({ table }) => table.name),
    signal,
  )
  const thereNames = new Set(there.map(({ name }) => `${name.schema}.${name.name}`))
  const only = before.datasets
    .filter(({ from, to }) => taken.has(from) && (waiting.has(from) || thereNames.has(to)))
    .map(({ from }) => from)
  const isAllMade = before.datasets.every(({ adopted }) => !adopted)
  const plan = await createPlan({
    ...ends,
    source: withoutSplits(ends.source),
    identity: before.identity,
    pipeline: intoTablesThatAreThere(pipeline, only),
    scope: 'schema',
    census: flags.census,
    censusLimit: flags.censusLimit,
    laneCount: 1,
    // Those of tables that the run has made are ours, and leave the rows of a load alone.
    triggers: flags.triggers ?? (isAllMade ? 'keep' : undefined),
    signal,
  })
  // Room was looked for as if the tables were to be loaded whole.
  const preflight = plan.preflight.filter(({ code }) => code === 'TL_S204' || code === 'TL_T304')
  assertMayStart(request, ends, { ...plan, preflight })
  const planned = new Map(plan.datasets.map((dataset) => [dataset.from, dataset]))
  return new Map(wanted.map((dataset) => [dataset.from, pair(dataset, planned.get(dataset.from))]))
}

function pair(before: DatasetPlan, now: DatasetPlan | undefined): ReplayedDataset {
  if (now === undefined) throw notTaken(before.from)
  const namesOf = (dataset: DatasetPlan): string =>
    outputsOf(dataset)
      .map(({ to }) => to)
      .toSorted()
      .join(', ')
  if (namesOf(now) === namesOf(before)) {
    assertMayComeLate(now)
    assertSameKeys(before, now)
    return { before, now }
  }
  throw new TransloadError('TL_C105', {
    reason: `The run took ${before.from} to ${namesOf(before)}, and by the pipeline it goes to ${namesOf(now)}`,
    cure: 'A replay adds rows to the table that the run has filled: name that one.',
  })
}

/** Other masks would stand beside those that are there. */
function assertSameKeys(before: DatasetPlan, now: DatasetPlan): void {
  const other = Object.entries(now.keys ?? {}).find(([reference, fingerprint]) => {
    const was = before.keys?.[reference]
    return was !== undefined && was !== fingerprint
  })
  if (other === undefined) return
  throw new TransloadError('TL_K503', {
    reason: `${other[0]} of ${now.from} is another key by now: give it the one that the run had`,
  })
}

/** Rows of attributes that come late would have to change a row that is there. */
function assertMayComeLate({ from, transform = [] }: DatasetPlan): void {
  const isPivoted = transform.some((stage) => typeof stage === 'object' && stage !== null && 'pivot' in stage)
  if (!isPivoted) return
  throw new TransloadError('TL_C105', {
    reason: `Rows of ${from} are gathered by pivot, and those that were rejected cannot be added to rows that are there`,
    cure: 'Run the pipeline again with mode replace, or leave the dataset out of the replay: --dataset NAME.',
  })
}

function notTaken(dataset: string): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `Rows of ${dataset} were rejected, and the pipeline does not take that dataset`,
    cure: 'Name the pipeline of the run, or leave the dataset out of the replay: --dataset NAME takes just that one.',
  })
}

function intoTablesThatAreThere(pipeline: Pipeline, only: readonly string[]): Pipeline {
  const modeOf = (mode: Pipeline['mode']): Pipeline['mode'] => (keepsRows(mode) ? mode : 'append')
  return {
    ...pipeline,
    only,
    mode: modeOf(pipeline.mode),
    datasets: pipeline.datasets.map(({ mode, ...dataset }) => ({
      ...dataset,
      ...(mode === undefined ? {} : { mode: modeOf(mode) }),
    })),
  }
}

/** Which rows are sent is known: nothing of the source has to be cut up for it. */
function withoutSplits(source: Source): Source {
  const documentCensus = source.documentCensus?.bind(source)
  const ownCatalog = source.ownCatalog?.bind(source)
  return {
    ...(documentCensus && { documentCensus }),
    ...(ownCatalog && { ownCatalog }),
    label: source.label,
    version: source.version,
    capabilities: source.capabilities,
    catalog: (signal) => source.catalog(signal),
    census: (questions, signal) => source.census(questions, signal),
    preflight: (reads, signal) => source.preflight(reads, signal),
    planSplits: async () => [],
    keySplit: (read, keys) => source.keySplit(read, keys),
    openSnapshot: (readerCount, reads, signal) => source.openSnapshot(readerCount, reads, signal),
    [Symbol.asyncDispose]: async () => {},
  }
}
