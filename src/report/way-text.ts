import type { DatasetValidation, ValidationMoment } from '../model/run-summary.ts'

const number = new Intl.NumberFormat('en-US')

const ways = {
  ordered: 'row by row, in the order of the key',
  digest: 'by digests in the servers',
  buckets: 'row by row, by hashes of the key',
} as const

/** Whether rows of some ranges were compared, and those of the others were not looked at. */
export function isSample({ way, differences }: DatasetValidation): boolean {
  const { total, compared } = way?.ranges ?? { total: 0, compared: 0 }
  return compared < total && differences?.stopped !== true
}

/** Whether one of them is a sample. */
export function isSampled(datasets: readonly DatasetValidation[]): boolean {
  return datasets.some((dataset) => isSample(dataset))
}

/** `a sample: 3 of 20 ranges of rows`; undefined of what is none. */
export function sampleText(dataset: DatasetValidation): string | undefined {
  const { ranges } = dataset.way ?? {}
  if (ranges === undefined || !isSample(dataset)) return undefined
  return `a sample: ${number.format(ranges.compared)} of ${number.format(ranges.total)} ranges of rows`
}

/** How the contents of a table were compared, in a few words. */
export function wayText(dataset: DatasetValidation): string {
  const { way } = dataset
  return [way === undefined ? 'by counts alone' : ways[way.mode], sampleText(dataset) ?? []].flat().join('; ')
}

/** How it was done, why so, and, of digests, what they came to. */
export function wayDetails(dataset: DatasetValidation): string {
  const { way } = dataset
  if (way === undefined) return wayText(dataset)
  const { mode, reason, ranges } = way
  const parts = [`${wayText(dataset)}: ${reason}`]
  if (mode === 'digest' && ranges !== undefined) {
    const { total, compared, equal, rowsRead } = ranges
    parts.push(
      `ranges of rows: ${number.format(compared)} of ${number.format(total)}, with the same digest: ${number.format(equal)}`,
      `rows read: ${number.format(rowsRead)}`,
    )
    const { by, beside } = digestedColumns(dataset)
    parts.push(beside.length === 0 ? 'every compared column by digests' : `by digests ${by.join(', ')}`)
    if (beside.length > 0) parts.push(`read beside ${beside.join(', ')}`)
  }
  return parts.join('; ')
}

/** Names at the source of what is compared: by digests that the servers made, or read beside. */
function digestedColumns({ columns }: DatasetValidation): { readonly by: string[]; readonly beside: string[] } {
  const compared = columns.filter(({ strength }) => strength !== 'skipped')
  const names = (isDigested: boolean): string[] =>
    compared.filter(({ digested = false }) => digested === isDigested).map(({ from }) => from)
  return { by: names(true), beside: names(false) }
}

/** `3 rows kept changing`; undefined where none did. */
export function transientText({ transient = 0 }: Pick<DatasetValidation, 'transient'>): string | undefined {
  if (transient === 0) return undefined
  return `${number.format(transient)} ${transient === 1 ? 'row' : 'rows'} kept changing`
}

/** A moment, and where the logs of both ends stood, where they tell. */
export function momentText({ at, source, target }: ValidationMoment): string {
  const ends = [source === null ? [] : `source at ${source}`, target === null ? [] : `target at ${target}`].flat()
  return [at, ...ends].join(', ')
}
