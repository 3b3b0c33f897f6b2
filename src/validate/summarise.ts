import type { CountAnswer } from '../model/count.ts'
import type { DatasetValidation, ValidationStatus, ValidationSummary } from '../model/run-summary.ts'
import type { TableComparison } from './compare-table.ts'
import type { ComparedTable } from './compared-table.ts'
import type { SchemaComparison } from './compare-schema.ts'
import type { UnpairedTable } from './pair-tables.ts'

/** What was found out about one pair of tables. */
export interface TableFindings {
  readonly table: ComparedTable
  /** Names of the foreign keys whose orphans were counted, in the order of the answers. */
  readonly constraints: readonly string[]
  readonly source: CountAnswer
  readonly target: CountAnswer
  /** Absent where the target does not tell what its tables are like. */
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
  limits: readonly string[],
): Verdict {
  const differences = [
    ...unpaired.map(({ from, to }) => `${from}: the target has no table ${to}`),
    ...findings.flatMap((one) => differencesOf(one)),
  ]
  const isWhole = findings.every(({ comparison }) => comparison !== undefined)
  // A column that the target has alone is nothing that could have been lost.
  const isProved = findings.every(({ table }) => table.skipped.every(({ from }) => from === ''))
  const status: ValidationStatus =
    differences.length > 0 ? 'different' : !isProved ? 'unproven' : isWhole ? 'equal' : 'counted'
  const datasets = findings.map(summariseTable)
  return {
    summary: {
      schema: 'transload.validation/1',
      status,
      datasets,
      unpaired,
      coverage: [...limits, ...coverageOf(findings)],
    },
    differences,
  }
}

function differencesOf({ table, schema, source, target, comparison }: TableFindings): string[] {
  const found: string[] = []
  const { from } = table
  for (const { kind, name, problem } of schema?.differences ?? []) found.push(`${from}: ${kind} ${name} ${problem}`)
  if (comparison === undefined) {
    if (source.rows !== target.rows && !(table.ignoresExtra && target.rows > source.rows)) {
      found.push(`${from}: ${source.rows} rows at the source, ${target.rows} at the target`)
    }
    for (const [place, column] of table.columns.entries()) {
      const [before = 0, after = 0] = [source.nulls[place], target.nulls[place]]
      if (before !== after && !table.ignoresExtra) {
        found.push(`${from}.${column.from}: ${before} NULLs at the source, ${after} at the target`)
      }
    }
  } else {
    found.push(...contentDifferences(comparison))
  }
  for (const [place, before] of source.orphans.entries()) {
    const after = target.orphans[place] ?? 0
    if (after > before) found.push(`${from}: ${before} orphans at the source, ${after} at the target`)
  }
  return found
}

function summariseTable({ table, constraints, schema, source, target, comparison }: TableFindings): DatasetValidation {
  return {
    from: table.from,
    to: table.to,
    sourceRows: source.rows,
    targetRows: target.rows,
    nulls: table.columns.map(({ from, to }, place) => ({
      column: { from, to },
      source: source.nulls[place] ?? 0,
      target: target.nulls[place] ?? 0,
    })),
    orphans: source.orphans.map((count, place) => {
      const name = constraints[place] ?? ''
      return { constraint: { from: name, to: name }, source: count, target: target.orphans[place] ?? 0 }
    }),
    differences: null,
    schema: schema?.differences,
    columns: [
      ...table.columns.map(({ from, to }) => {
        const reason = 'counts, NULLs and orphans were compared, and no contents'
        return { from, to, strength: 'skipped' as const, reason }
      }),
      ...skippedColumns(table),
    ],
    samples: [],
    ...(comparison && contentsOf(comparison)),
  }
}

/** What a comparison of contents adds to what is known of two tables by counting. */
export function contentsOf({ table, log, mode, reason, isStopped }: TableComparison): Contents {
  const { missing, extra, changed } = log
  return {
    differences: { missing, extra, changed, stopped: isStopped ? true : undefined },
    way: { mode, reason },
    reasons: log.reasons,
    declared: log.declared,
    columns: [
      ...table.columns.map(({ from, to, strength, reason: why }) => ({ from, to, strength, reason: why })),
      ...skippedColumns(table),
    ],
    samples: log.samples.map(({ key, column, source, target, reason: why }) => {
      return { key, column, source, target, reason: why }
    }),
  }
}

type Contents = Pick<DatasetValidation, 'differences' | 'way' | 'reasons' | 'declared' | 'columns' | 'samples'>

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

function coverageOf(findings: readonly TableFindings[]): string[] {
  const said = ['Views, triggers, routines, grants and comments were not compared.']
  for (const { table, schema, comparison } of findings) {
    if (schema === undefined) said.push(`${table.from}: keys, indexes, defaults and sequences were not compared.`)
    for (const what of schema?.notCompared ?? []) said.push(`Not compared: ${what}.`)
    said.push(...contentCoverage(table))
    if (comparison?.isStopped === true)
      said.push(`${table.from}: more differences were not looked for; its rows and NULLs are those read until then.`)
  }
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
  if (table.ignoresExtra) said.push(`${table.from}: rows that only the target has were not looked for.`)
  return said
}
