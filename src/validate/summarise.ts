import { typeText } from '../canonical/type-text.ts'
import type { CheckStates } from '../model/check.ts'
import type { DatasetValidation, ValidationStatus, ValidationSummary, ValidationWay } from '../model/run-summary.ts'
import { checkCoverage } from './choose-checks.ts'
import type { TableComparison } from './compare-table.ts'
import type { ComparedTable, RebuiltCounts, Staging } from './compared-table.ts'
import { type CountedTable, countFindings, expectedNulls } from './count-findings.ts'
import type { CountQuestions } from './count-questions.ts'
import { undetectedShare } from './sample.ts'
import type { SchemaComparison } from './schema-difference.ts'
import type { UnpairedTable } from './pair-tables.ts'

/** What was found out about one pair of tables. */
export interface TableFindings {
  readonly table: ComparedTable
  readonly questions: CountQuestions
  /** Absent where nothing was asked. */
  readonly counted?: CountedTable | undefined
  /** Absent where it was not compared. */
  readonly schema?: SchemaComparison | undefined
  /** Absent where contents were not compared. */
  readonly comparison?: TableComparison | undefined
}

export interface Verdict {
  readonly summary: ValidationSummary
  /** Sentences for people, one per difference of a kind. */
  readonly differences: readonly string[]
}

/**
 * Puts together what was found out.
 * @param limits Sentences: what could not be seen, whatever was found
 */
export function summariseFindings(
  findings: readonly TableFindings[],
  unpaired: readonly UnpairedTable[],
  checks: CheckStates,
  limits: readonly string[],
): Verdict {
  const found = findings.map((one) => ({ ...one, counts: countFindings(one.questions, one.counted), ...nullsOf(one) }))
  const differences = [
    ...unpaired.map(({ from, to }) => `${from}: the target has no table ${to}`),
    ...found.flatMap((one) => [
      ...schemaDifferences(one),
      ...(isReadWhole(one) ? [] : rowDifferences(one, checks)),
      ...(one.comparison === undefined ? [] : contentDifferences(one.comparison)),
      ...one.counts.differences,
    ]),
  ]
  const isWhole = findings.every((one) => isReadWhole(one))
  // A column that the target has alone is nothing that could have been lost.
  const isProved = findings.every(({ table }) => table.skipped.every(({ from }) => from === ''))
  const isTransient = findings.some(({ comparison }) => (comparison?.transient?.rowCount ?? 0) > 0)
  const status = ((): ValidationStatus => {
    if (differences.length > 0) return 'different'
    if (!isProved) return 'unproven'
    if (isTransient) return 'transient'
    return isWhole ? 'equal' : 'counted'
  })()
  return {
    summary: {
      schema: 'transload.validation/1',
      status,
      datasets: found.map((one) => summariseTable(one, checks)),
      unpaired,
      checks,
      coverage: [...limits, notInAny, ...checkCoverage(checks), ...found.flatMap(coverageOf)],
    },
    differences,
  }
}

const notInAny = 'Views, triggers, routines, grants and comments were not compared.'

interface Found extends TableFindings {
  readonly counts: ReturnType<typeof countFindings>
  readonly nulls: DatasetValidation['nulls']
  readonly nullDifferences: readonly string[]
  /** Sentences. */
  readonly nullsNotTold: readonly string[]
  readonly emptied: NonNullable<DatasetValidation['declared']>
}

/** NULLs of each column, those that the mapping makes counted among what is expected. */
function nullsOf({
  table,
  counted,
  questions,
}: TableFindings): Pick<Found, 'nulls' | 'nullDifferences' | 'nullsNotTold' | 'emptied'> {
  const nullDifferences: string[] = []
  const nullsNotTold: string[] = []
  const nulls: DatasetValidation['nulls'][number][] = []
  const emptied: NonNullable<DatasetValidation['declared']>[number][] = []
  for (const [place, column] of table.columns.entries()) {
    if (counted === undefined || questions.source.columns.length === 0) break
    const [before = 0, after = 0] = [counted.source.nulls[place], counted.target.nulls[place]]
    const { from, to } = column
    const { count, declared } = expectedNulls(column, before, counted)
    const expected = count === before ? undefined : (count ?? null)
    nulls.push({ column: { from, to }, source: before, target: after, expected })
    emptied.push(...declared)
    if (table.ignoresExtra || after === (count ?? before)) continue
    if (count === undefined) nullsNotTold.push(`${table.from}.${from}: the mapping may have made some of its NULLs.`)
    else nullDifferences.push(`${table.from}.${from}: ${count} NULLs expected, ${after} at the target`)
  }
  return { nulls, nullDifferences, nullsNotTold, emptied }
}

function schemaDifferences({ table, schema }: Found): string[] {
  return (schema?.differences ?? []).map(({ kind, name, problem }) => `${table.from}: ${kind} ${name} ${problem}`)
}

function rowDifferences({ table, counted, nullDifferences }: Found, checks: CheckStates): string[] {
  // What stages leave of the source's rows nobody has counted.
  if (counted === undefined || table.staging !== undefined) return [...nullDifferences]
  const { source, target } = counted
  const isOther = source.rows !== target.rows && !(table.ignoresExtra && target.rows > source.rows)
  const isCompared = checks.rows.state === 'checked'
  const rows = `${table.from}: ${source.rows} rows at the source, ${target.rows} at the target`
  return [...(isOther && isCompared ? [rows] : []), ...nullDifferences]
}

function summariseTable(one: Found, checks: CheckStates): DatasetValidation {
  const { table, schema, counted, comparison, counts, nulls, emptied } = one
  const isCounted = checks.rows.state === 'checked' && counted !== undefined && table.staging === undefined
  const byCount = isCounted ? { source: counted.source, target: counted.target } : undefined
  const seen = isReadWhole(one) ? comparison : byCount
  const isNullsSeen = isReadWhole(one) && checks.nulls.state === 'checked'
  return {
    from: table.from,
    to: table.to,
    sourceRows: seen?.source.rows ?? null,
    targetRows: seen?.target.rows ?? null,
    ignoresExtra: table.ignoresExtra ? true : undefined,
    nulls: isNullsSeen && comparison !== undefined ? nullsSeen(table, comparison) : nulls,
    ...counts.summary,
    differences: null,
    schema: schema?.differences,
    declared: emptied.length === 0 ? undefined : emptied,
    columns: [
      ...table.columns.map(({ from, to }) => {
        const reason = 'its values were not compared one by one'
        return { from, to, strength: 'skipped' as const, reason }
      }),
      ...skippedColumns(table),
    ],
    samples: [],
    ...(comparison && contentsOf(comparison)),
    ...(comparison && isSample(comparison) ? { declared: declaredBeside(emptied, comparison) } : {}),
  }
}

/** What a sample saw of the declared losses, save those that were counted of all rows. */
function declaredBeside(
  counted: NonNullable<DatasetValidation['declared']>,
  { log }: TableComparison,
): NonNullable<DatasetValidation['declared']> {
  const isCounted = ({ column, rule }: { readonly column: string; readonly rule: string }): boolean =>
    counted.some((one) => one.column === column && one.rule === rule)
  return [...counted, ...log.declared.filter((one) => !isCounted(one))]
}

function nullsSeen({ columns }: ComparedTable, { source, target }: TableComparison): DatasetValidation['nulls'] {
  return columns.map(({ from, to }, place) => ({
    column: { from, to },
    source: source.nulls[place] ?? 0,
    target: target.nulls[place] ?? 0,
  }))
}

/** What a comparison of contents adds to what is known of two tables by counting. */
export function contentsOf(comparison: TableComparison): Contents {
  const { table, log, mode, reason, isStopped, ranges } = comparison
  const { missing, extra, changed } = log
  return {
    differences: { missing, extra, changed, stopped: isStopped ? true : undefined },
    left: table.staging === undefined || table.isMade === true ? undefined : { ...table.staging.left },
    transient: comparison.transient?.rowCount,
    way: { mode, reason, ranges: rangesOf(comparison) },
    reasons: log.reasons,
    declared: log.declared,
    columns: [
      ...table.columns.map(({ from, to, strength, reason: why }) => {
        const digested = mode === 'digest' && ranges?.beside.includes(from) !== true ? true : undefined
        return { from, to, strength, reason: why, digested }
      }),
      ...skippedColumns(table),
    ],
    samples: log.samples.map(({ key, column, source, target, reason: why }) => {
      return { key, column, source, target, reason: why }
    }),
  }
}

/** Every row of it went by, or the first of those that differ. */
function isReadWhole({ comparison }: TableFindings): boolean {
  return comparison !== undefined && !isSample(comparison)
}

/** What a sample proves, where it is one. */
export function sampleCoverage(comparison: TableComparison): string[] {
  const { table, ranges } = comparison
  if (ranges === undefined || !isSample(comparison)) return []
  const { compared, total } = ranges
  const share = (undetectedShare(compared, total) * 100).toFixed(1)
  return [
    `${table.from}: ${compared} of ${total} ranges of rows were compared, chosen at random. If none of them differs, then with a confidence of 95 % at most ${share} % of all ranges do.`,
  ]
}

/** Some of its ranges were chosen. */
export function isSample({ ranges, isStopped }: TableComparison): boolean {
  return ranges !== undefined && ranges.compared < ranges.total && !isStopped
}

/** One that was read whole is told by its rows. */
function rangesOf({ mode, ranges }: TableComparison): ValidationWay['ranges'] {
  if (ranges === undefined || (mode === 'ordered' && ranges.compared >= ranges.total)) return undefined
  const { total, compared, equal, rowsRead } = ranges
  return { total, compared, equal, rowsRead }
}

type Contents = Pick<
  DatasetValidation,
  'differences' | 'left' | 'transient' | 'way' | 'reasons' | 'declared' | 'columns' | 'samples'
>

/** Sentences for people, one per reason and column. */
export function contentDifferences({ table: { from }, log }: TableComparison): string[] {
  return log.reasons.map(({ reason, column, detail, count }) => {
    const what = column === undefined ? from : `${from}.${column}`
    const shared = detail === undefined ? '' : `, all of them ${detail}`
    return `${what}: ${count} ${count === 1 ? 'difference is' : 'differences are'} ${reason}${shared}`
  })
}

function skippedColumns({ skipped }: ComparedTable): DatasetValidation['columns'] {
  return skipped.map(({ from, to, reason }) => ({ from, to, strength: 'skipped', reason }))
}

function coverageOf({ table, schema, comparison, counts, nullsNotTold }: Found): string[] {
  const said: string[] = []
  for (const what of schema?.notCompared ?? []) said.push(`Not compared: ${what}.`)
  said.push(...contentCoverage(table), ...counts.notProved, ...nullsNotTold)
  if (comparison !== undefined) said.push(...sampleCoverage(comparison))
  if (comparison?.isStopped === true)
    said.push(`${table.from}: more differences were not looked for; its rows and NULLs are those read until then.`)
  return said
}

/** Sentences for people: what a comparison of the two tables' contents leaves open, whatever it finds. */
export function contentCoverage(table: ComparedTable): string[] {
  const said: string[] = []
  for (const { from, to, reason } of table.skipped) {
    said.push(`${table.from}.${from === '' ? to : from} was not compared: ${reason}.`)
  }
  for (const { from, strength, reason } of table.columns) {
    if (strength === 'weak') said.push(`${table.from}.${from}: ${reason ?? 'compared in part'}.`)
  }
  if (table.rebuilt !== undefined) said.push(...rebuiltCoverage(table.from, table.rebuilt))
  // Of tables of what stands within them it is the same.
  else if (table.read !== undefined && table.isMade !== true)
    said.push(`${table.from}: documents were taken apart once more as a run does it.`)
  if (table.staging !== undefined) said.push(...stagingCoverage(table.from, table.staging))
  if (table.ignoresExtra) said.push(`${table.from}: rows that only the target has were not looked for.`)
  return said
}

/** Documents are compared with what they were; what else the rows of some say is compared by column. */
function rebuiltCoverage(from: string, { documents, originals }: RebuiltCounts): string[] {
  if (originals === 0) return []
  return [
    `${from}: ${originals} of ${documents} were made of the bytes that are kept beside their rows, which do not tell all of them.`,
  ]
}

/** What stages see hangs on types, and those of some columns on what the data is today. */
function stagingCoverage(dataset: string, { read, stages, left }: Staging): string[] {
  const names = [...new Set(stages.stages.map(({ name }) => name))].join(', ')
  const touched = read.filter((_, slot) => stages.touched.has(slot))
  const types = touched.map(({ name, canonical }) => `${name} as ${typeText(canonical)}`).join(', ')
  const without = [
    ...(left.filtered > 0 ? [`${left.filtered} rows that they filter`] : []),
    ...(left.refused > 0 ? [`${left.refused} rows that they refuse`] : []),
  ]
  return [
    ...(names === ''
      ? []
      : [`${dataset}: compared is what its rows come to by the pipeline’s stages (${names}), the same as a run’s.`]),
    ...(types === ''
      ? []
      : [`${dataset}: stages take ${types}, as its data is today: a run that took them otherwise has made others.`]),
    ...(without.length === 0 ? [] : [`${dataset}: ${without.join(' and ')} were not looked for.`]),
  ]
}
