import type { DatasetConfig, Places } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** A dataset, by its place among those of the pipeline. */
interface DatasetEntry {
  readonly place: number
  readonly config?: DatasetConfig | undefined
}

/**
 * Decides for a column. What is wrong with one that the pipeline speaks of is told with its place there.
 * @throws TL_C105
 */
export function placed<T>({ place, config }: DatasetEntry, column: string, places: Places, decide: () => T): T {
  try {
    return decide()
  } catch (error) {
    if (config?.columns[column] === undefined || !isFault(error)) throw error
    const reason = `${placeOfColumn(places, place, column)}: ${String(error.context['reason'])}`
    throw new TransloadError('TL_C105', { ...error.context, reason }, error)
  }
}

/** Decides for each. Where several cannot be decided for, one error says all that is wrong. @throws TL_C105 */
export function decideEach<T, R>(items: readonly T[], decide: (item: T) => R): R[] {
  const made: R[] = []
  const faults: TransloadError[] = []
  for (const item of items) {
    try {
      made.push(decide(item))
    } catch (error) {
      if (!isFault(error)) throw error
      faults.push(error)
    }
  }
  const [first] = faults
  if (first === undefined) return made
  if (faults.length === 1) throw first
  const told = (name: 'reason' | 'cure'): string[] => [...new Set(faults.map(({ context }) => String(context[name])))]
  throw new TransloadError('TL_C105', { reason: told('reason').join('; '), cure: told('cure').join(' ') }, first)
}

export function placeOfColumn(places: Places, dataset: number, column: string): string {
  return `${places.file}: ${places.place(['datasets', dataset, 'columns', column])}`
}

function isFault(error: unknown): error is TransloadError {
  return error instanceof TransloadError && error.code === 'TL_C105'
}
