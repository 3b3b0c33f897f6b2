import type { ValidateConfig } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { DatasetPlan } from '../model/plan.ts'

/** What has to be known of a dataset to say whether its documents can be made again. */
export type RebuiltDataset = Pick<DatasetPlan, 'from' | 'read' | 'transform' | 'discriminator'>

/** @throws TL_C105 where documents are to be made again of the rows of a dataset that do not tell them */
export function assertRebuildable(mode: ValidateConfig['mode'], datasets: readonly RebuiltDataset[]): void {
  if (mode !== 'rebuild') return
  for (const dataset of datasets) {
    const { from } = dataset
    const why = whyNot(dataset)
    if (why === undefined) continue
    throw new TransloadError('TL_C105', {
      reason: `Documents cannot be made again of the rows of ${from}: ${why.reason}`,
      cure: why.cure,
    })
  }
}

function whyNot({
  from,
  read,
  transform = [],
  discriminator,
}: RebuiltDataset): { readonly reason: string; readonly cure: string } | undefined {
  const other = 'compare by another mode than rebuild'
  if (read.leftOut === undefined)
    return { reason: 'the source has tables, and no documents', cure: `Compare by another mode than rebuild.` }
  if (read.signature === undefined) {
    return {
      reason: 'it is convenient, and keeps values, but not every document to the byte',
      cure: `Write fidelity: lossless for it (datasets: [{from: ${from}, fidelity: lossless}]), and load it so; or ${other}.`,
    }
  }
  if (transform.length > 0)
    return {
      reason: 'its rows go through stages, which change them',
      cure: `Take transform and where out; or ${other}.`,
    }
  if (discriminator !== undefined)
    return { reason: 'it is merged into a table with others', cure: `Give it a table of its own; or ${other}.` }
  return undefined
}
