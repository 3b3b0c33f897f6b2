import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { DifferencesFile } from '../../src/cli/differences-file.ts'
import type { ValidationSummary } from '../../src/model/run-summary.ts'
import { writeValidationReport } from '../../src/report/write-validation-report.ts'
import type { ComparedTable } from '../../src/validate/compared-table.ts'
import type { Difference } from '../../src/validate/difference.ts'
import { DifferenceLog } from '../../src/validate/difference-log.ts'
import { summariseFindings } from '../../src/validate/summarise.ts'

export interface FoundInTable {
  readonly from: string
  readonly rows: number
  readonly columns: readonly string[]
  readonly differences?: Iterable<Omit<Difference, 'from' | 'to'>>
  readonly skipped?: ComparedTable['skipped']
  readonly declared?: readonly { readonly column: string; readonly rule: string; readonly count: number }[]
  readonly schema?: readonly { readonly kind: 'index' | 'default'; readonly name: string; readonly problem: string }[]
}

const checked = { state: 'checked' } as const
const allChecked = {
  schema: checked,
  rows: checked,
  nulls: checked,
  orphans: checked,
  unique: checked,
  ranges: { state: 'implied', reason: 'every value is compared' },
  contents: checked,
} as const

/** What a validation that found this leaves in a directory, written by the code of the command. */
export async function writtenValidation(found: readonly FoundInTable[], coverage: readonly string[] = []) {
  const directory = await mkdtemp(join(tmpdir(), 'transload-report-'))
  const ends = { source: 'mysql://db.example:3306/shop', target: 'postgres://pg.example:5432/shop' }
  const findings = []
  {
    await using file = await DifferencesFile.open(join(directory, 'differences.ndjson'))
    for (const table of found) {
      const log = new DifferenceLog({ onDifference: (difference) => file.add(difference), hide: undefined })
      await file.begun()
      for (const difference of table.differences ?? []) {
        log.add({ from: table.from, to: `public.${table.from}`, ...difference })
        if (difference.reason === 'MISSING') log.missing++
        else if (difference.reason === 'EXTRA') log.extra++
        else log.changed++
        if (log.untold >= 1_000) await log.told(() => file.settled())
      }
      for (const { column, rule, count } of table.declared ?? []) {
        for (let i = 0; i < count; i++) log.declare(column, rule)
      }
      findings.push(findingsOf(table, log))
    }
    await file.settled()
  }
  const { summary: said } = summariseFindings(findings, [], allChecked, coverage)
  const summary: ValidationSummary = {
    ...said,
    ...ends,
    version: '0.1.0',
    startedAt: '2026-11-22T17:03:11.000Z',
    finishedAt: '2026-11-22T17:04:12.500Z',
    seconds: 61.5,
  }
  return await reported(directory, summary, ends)
}

/** What a validation with this outcome leaves. */
export async function writtenSummary(summary: ValidationSummary, found: readonly Difference[]) {
  const directory = await mkdtemp(join(tmpdir(), 'transload-report-'))
  {
    await using file = await DifferencesFile.open(join(directory, 'differences.ndjson'))
    await file.begun()
    for (const difference of found) file.add(difference)
    await file.settled()
  }
  return await reported(directory, summary, { source: summary.source ?? '', target: summary.target ?? '' })
}

async function reported(
  directory: string,
  summary: ValidationSummary,
  ends: { readonly source: string; readonly target: string },
) {
  await writeValidationReport({ directory, summary, ...ends })
  return {
    directory,
    summary,
    page: join(directory, 'report.html'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

function findingsOf(found: FoundInTable, log: DifferenceLog): Parameters<typeof summariseFindings>[0][number] {
  const { from, rows, columns, skipped = [], schema = [] } = found
  const name = { schema: 'shop', name: from }
  const table: ComparedTable = {
    from,
    to: `public.${from}`,
    source: name,
    target: { ...name, schema: 'public' },
    columns: columns.map((column) => ({
      from: column,
      to: column,
      sourceType: { name: 'text', text: 'text', args: [] },
      targetType: 'text',
      form: 'text',
      strength: column.startsWith('data') ? 'normalised' : 'exact',
      reason: column.startsWith('data') ? 'spacing and the order of keys are evened out' : undefined,
      policies: {},
    })),
    skipped,
    key: [0],
    isOrdered: true,
    ignoresExtra: false,
  }
  const nulls = columns.map(() => 0)
  const source = { rows, nulls }
  const target = { rows: rows - log.missing + log.extra, nulls }
  const question = { columns: [], orphans: [] }
  return {
    table,
    questions: {
      table,
      source: { table: table.source, ...question },
      target: { table: table.target, ...question },
      relations: [],
      keys: [],
      measured: [],
      isAsked: false,
      notAsked: [],
    },
    schema: { differences: schema, notCompared: [] },
    comparison: {
      table,
      mode: 'ordered',
      reason: 'both ends order the key alike',
      source,
      target,
      log,
      isStopped: false,
    },
  }
}
