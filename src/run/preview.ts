import type { KeyMaps } from '../contract/key-maps.ts'
import type { Snapshot, Source } from '../contract/source.ts'
import type { DatasetPlan, Plan } from '../model/plan.ts'
import type { DatasetPreview, Preview } from '../model/preview.ts'
import { stagesOfPlan } from '../transform/bind-stages.ts'
import type { SecretOf, StageKeys } from '../transform/stage-keys.ts'
import { Transformer } from '../transform/transformer.ts'
import { lanePlan } from './copy.ts'
import { loadPlanStages } from './plan-keys.ts'
import { PreviewBatch } from './preview-batch.ts'
import { PreviewRows } from './preview-rows.ts'

/** Rows of a dataset that are read, at the most, or one batch of the reader's more. */
const maxReadRows = 10_000
/** Bytes of a dataset that are read, at the most, once as many rows as were asked for are there. */
const maxReadBytes = 16 * 1024 * 1024

/** What a preview is to show. */
export interface PreviewRequest {
  /** Rows of each dataset, at the most. */
  readonly rowCount: number
  /** As `validate.mask` of a pipeline. */
  readonly mask: readonly string[]
  readonly secretOf: SecretOf
}

/** A run that is none: nothing of it is written. */
const noRun = { run: '', fence: 0 } as const

/** What stages look up is known only once rows are copied: NULL stands for it. */
const nothingKept: KeyMaps = {
  isWriting: false,
  find: (_, keys) => Promise.resolve(keys.map(() => ({ value: null, rank: '', id: '', isAmbiguous: false }))),
  findAll: (_, keys) => Promise.resolve(keys.map(() => [])),
  claim: (_, __, values) => Promise.resolve(values),
  assign: (_, keys) => Promise.resolve(keys.map(() => undefined)),
}

/**
 * Reads the first rows of each dataset and takes them through its stages. The statements that read them are ended in the
 * source as soon as there are enough.
 *
 * @throws TransloadError where the source cannot be read
 */
export async function previewRows(
  source: Source,
  plan: Plan,
  request: PreviewRequest,
  signal: AbortSignal,
): Promise<Preview> {
  const keys = await loadPlanStages(plan, request.secretOf)
  const reads = plan.datasets.map(({ read }) => read)
  await using snapshot = await (source.openSample?.(reads, signal) ?? source.openSnapshot(1, reads, signal))
  const shown = new Map<DatasetPlan, DatasetPreview>()
  for (const dataset of inOrder(source, plan.datasets)) {
    shown.set(dataset, await previewDataset(snapshot, dataset, keys, request, signal))
  }
  return { rowCount: request.rowCount, datasets: plan.datasets.map((dataset) => shown.get(dataset)!) }
}

/** What is read once, from its beginning to its end, is read in its own order. */
function inOrder({ capabilities }: Source, datasets: readonly DatasetPlan[]): readonly DatasetPlan[] {
  const placeOf = ({ splits: [first] }: DatasetPlan): number => first?.ordinal ?? 0
  return capabilities.parallel ? datasets : datasets.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/** Rows that a run leaves out at the source are shown, as ones that are filtered. */
function readWhole(dataset: DatasetPlan): DatasetPlan {
  const { where: _, ...read } = dataset.read
  return { ...dataset, read }
}

async function previewDataset(
  snapshot: Pick<Snapshot, 'openReader'>,
  dataset: DatasetPlan,
  keys: StageKeys,
  request: PreviewRequest,
  signal: AbortSignal,
): Promise<DatasetPreview> {
  const bound = stagesOfPlan(dataset, keys)
  const rows = new PreviewRows(dataset, bound, request)
  let byteCount = 0
  for (const split of dataset.splits) {
    const state = { split, cursor: undefined, sequence: 0, counts: { read: 0 } }
    const lane = lanePlan(noRun, { dataset: readWhole(dataset) }, bound, state)
    await using reader = await snapshot.openReader(lane, signal)
    await using transformer =
      bound &&
      new Transformer(bound, {
        maps: nothingKept,
        afterStage: (stage, batch) => rows.afterStage(stage, batch),
      })
    for (let hasMore = true; hasMore;) {
      const isEnough = rows.read >= maxReadRows || (byteCount >= maxReadBytes && rows.read >= request.rowCount)
      if (isEnough) return rows.result(false)
      const batch = new PreviewBatch(lane.layouts, maxReadRows - rows.read)
      hasMore = await reader.read(batch, signal)
      byteCount += batch.used
      await transformer?.run(batch, signal)
      rows.add(batch)
    }
  }
  return rows.result(true)
}
