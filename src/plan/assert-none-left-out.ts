import type { Pipeline } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Catalog } from '../model/relation.ts'
import { catalogDatasets, type SelectedTable } from './select-tables.ts'
import { mergedWith, type NamingRequest } from './target-names.ts'

/**
 * A table that several datasets are merged into is not emptied or replaced for the sake of some of them.
 * @throws TL_C105 where one of the others is left out
 */
export function assertNoneLeftOut(
  catalog: Catalog,
  tables: readonly SelectedTable[],
  request: NamingRequest & { readonly pipeline: Pipeline },
): void {
  const { pipeline } = request
  if (pipeline.only.length === 0 && pipeline.except.length === 0) return
  const all = catalogDatasets(catalog, pipeline)
  for (const selected of tables) {
    const mode = selected.config?.mode ?? pipeline.mode
    if (mode !== 'truncate' && mode !== 'replace') continue
    const left = mergedWith(selected, all, request).find(({ dataset }) => {
      return !tables.some((one) => one.dataset === dataset)
    })
    if (left === undefined) continue
    throw new TransloadError('TL_C105', {
      reason: `mode ${mode} would remove the rows of ${left.dataset}, which is merged into the same table as ${selected.dataset} and left out`,
      cure: 'Take both, or mode merge or append.',
    })
  }
}
