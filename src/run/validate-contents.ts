import { digestText } from '../canonical/digest-text.ts'
import type { Contents } from '../contract/contents.ts'
import type { Snapshot } from '../contract/source.ts'
import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { EncodedValue, LossCount, RejectedRow, RowKey } from '../model/loss.ts'
import { type DatasetPlan, type OutputPlan, outputsOf } from '../model/plan.ts'
import { isSameName } from '../model/relation.ts'
import type { DatasetValidation } from '../model/run-summary.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import { type CompareWay, defaultMaxDifferences } from '../validate/compare-options.ts'
import { compareTable, type TableComparison } from '../validate/compare-table.ts'
import { madeTable, plannedTable, writtenTable } from '../validate/planned-table.ts'
import { rebuiltTable } from '../validate/rebuild/rebuilt-table.ts'
import type { FrameRows } from '../validate/rebuild/row-tables.ts'
import { countStrays, mergedTablesOf, withStrays } from '../validate/strays.ts'
import { contentCoverage, contentDifferences, contentsOf, isSample, sampleCoverage } from '../validate/summarise.ts'
import { ValueMask } from '../validate/value-mask.ts'
import { loadPlanStages } from './plan-keys.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'
import type { RunSession } from './session.ts'

/**
 * Compares every value of every row that the run has moved, at the moment that it was read. What is expected of the
 * target: the source's rows without those that were rejected, and values as the declared losses left them, as often as
 * the run has counted.
 *
 * Where an end cannot be compared so, or the rows are of more than one moment, the counts stand, and why is said.
 */
export async function validateContents(
  request: RunRequest,
  session: RunSession,
  snapshot: Snapshot,
  target: Target,
  record: RunRecord,
): Promise<void> {
  const { validation } = record
  const source = snapshot.contents
  if (validation === null) return
  if (source === undefined || target.openContents === undefined) {
    const reason =
      source === undefined ? 'the source cannot be read again, as a dump cannot' : 'the target cannot be read so'
    return sayNotCompared(request, record, reason)
  }
  if (session.consistency?.level === 'mixed') {
    return sayNotCompared(request, record, 'the rows are of more than one moment')
  }
  await using contents = await target.openContents(request.signal)
  const maps = target.keyMaps({ run: session.run }, false)
  const mask = new ValueMask(request.pipeline.validate.mask)
  const outputs = session.plan.datasets.flatMap(outputsOf)
  const isOwn = outputs.some(({ columns }) => columns.some(({ type }) => type.kind === 'native'))
  const existing = await target.describe(outputs.map(writtenTable), request.signal, isOwn)
  const keys = await loadPlanStages(session.plan, request.pipeline.secrets.of)
  const differences: string[] = []
  const datasets: DatasetValidation[] = []
  const coverage: string[] = []
  const uncompared: string[] = []
  let isSampled = false
  const compare = async (
    table: ComparedTable,
    dataset: DatasetPlan,
    counted: DatasetValidation,
    { documents }: { readonly documents?: Contents<string> } = {},
  ): Promise<void> => {
    uncompared.push(...table.skipped.map(({ from }) => `${table.from}.${from}`))
    if (table.columns.length === 0) {
      coverage.push(...contentCoverage(table))
      datasets.push(counted)
      return
    }
    const own = record.rejects.filter((one) => one.dataset === dataset.from)
    const rejects = table.isMade === true ? [] : own.filter((one) => !isLeftByStages(table, one))
    const comparison = await compareTable(table.isMade === true ? withoutRejected(table, dataset, own) : table, {
      source,
      target: documents ?? contents,
      way: wayOf(request),
      maxDifferences: defaultMaxDifferences,
      onDifference: () => {},
      isExpected: isRejected(table, rejects),
      pause: () => Promise.resolve(),
      retract: () => Promise.resolve(),
      hide: mask.of(table),
      signal: request.signal,
    })
    const losses = record.losses.filter(({ dataset: of }) => of === dataset.from)
    const isOwn = table.isMade !== true && documents === undefined
    differences.push(...differencesOf(comparison, isOwn ? losses : undefined, rejects.length > 0))
    coverage.push(...contentCoverage(table), ...sampleCoverage(comparison))
    if (isSample(comparison)) isSampled = true
    datasets.push({ ...counted, ...(isOwn ? {} : rowsSeen(comparison)), ...contentsOf(comparison) })
  }
  for (const [place, dataset] of session.plan.datasets.entries()) {
    const thereOf = (output: OutputPlan): ExistingTable => {
      const found = existing.find((one) => isSameName(one.name, writtenTable(output)))
      if (found !== undefined) return found
      throw new TransloadError('TL_X901', { reason: `${output.to} is gone since it was filled` })
    }
    const counted = validation.datasets[place]
    if (counted === undefined) throw new TransloadError('TL_X901', { reason: `${dataset.from} was not counted` })
    const ends = { source, contents, maps }
    const own = plannedTable(dataset, thereOf(dataset), ends, keys)
    await compare(own, dataset, counted)
    for (const [at, output] of (dataset.others ?? []).entries()) {
      const table = madeTable(dataset, at, thereOf(output), ends, keys)
      await compare(table, dataset, uncounted(table))
    }
    if (request.pipeline.validate.mode !== 'rebuild') continue
    const { table, target: documents } = rebuiltTable(own, dataset.read, writtenFrames(dataset, thereOf), {
      source,
      target: contents,
    })
    await compare(table, dataset, uncounted(table), { documents })
  }
  if (session.consistency?.level === 'none' && differences.length > 0) {
    coverage.push(
      'The source keeps no moment: what was written to it since its rows were read differs too. Run validate again once nobody writes.',
    )
  }
  const isProved = datasets.every(isCompared)
  const status = differences.length > 0 ? 'different' : !isProved ? 'unproven' : isSampled ? 'counted' : 'equal'
  const strays = await countStrays(mergedTablesOf(session.plan.datasets), target, request.signal)
  const found = withStrays(
    { ...validation, status: validation.status === 'different' ? 'different' : status, datasets, coverage },
    strays,
  )
  record.validation = found.summary
  differences.push(...found.differences)
  record.uncompared = uncompared
  record.differences = [...record.differences, ...differences]
  for (const difference of differences) record.warnings.push({ code: 'content-differs', message: difference })
}

/** Where the run has put the rows of each frame: no stage has changed them. */
function writtenFrames(dataset: DatasetPlan, thereOf: (output: OutputPlan) => ExistingTable): FrameRows[] {
  return outputsOf(dataset).flatMap((output, place) =>
    output.writes.map(({ frame, columns }) => ({
      // Stages work on a copy of the documents' own.
      frame: place === 0 ? 0 : frame,
      table: writtenTable(output),
      names: new Map(columns.map(({ slot, name }) => [slot, name])),
      there: thereOf(output),
    })),
  )
}

/** What is known of a table before its rows go by: nothing of it is counted at the source. */
function uncounted({ from, to }: ComparedTable): DatasetValidation {
  return {
    from,
    to,
    sourceRows: null,
    targetRows: null,
    nulls: [],
    orphans: [],
    differences: null,
    columns: [],
    samples: [],
  }
}

/** Rows that stages make, and documents made again, are counted as they go by. */
function rowsSeen(comparison: TableComparison): Partial<DatasetValidation> {
  if (isSample(comparison)) return {}
  return { sourceRows: comparison.source.rows, targetRows: comparison.target.rows }
}

/** A row that was rejected is with none of its rows in any table. */
function withoutRejected(table: ComparedTable, { read }: DatasetPlan, rejects: readonly RejectedRow[]): ComparedTable {
  const { staging } = table
  if (staging === undefined || read.key === undefined || rejects.length === 0) return table
  const slots = read.key.columns.map((name) => staging.read.findIndex((column) => column.name === name))
  const idOf = (textOf: (name: string, slot: number) => string | null): string =>
    JSON.stringify(
      slots.map((slot) => {
        const { name, form } = staging.read[slot]!
        const text = textOf(name, slot)
        return text === null ? null : digestText(form, text)
      }),
    )
  const ids = new Set(
    rejects.map(({ key, row }) =>
      idOf((name, slot) => serverText(staging.read[slot]!.form, key[name] ?? asText(row[name]))),
    ),
  )
  return { ...table, staging: { ...staging, leavesOut: (textOf) => ids.has(idOf((_, slot) => textOf(slot))) } }
}

/** A row that stages, or what they see of it, keep back is none that the comparison sees. */
function isLeftByStages({ staging, read }: ComparedTable, { stage, column }: RejectedRow): boolean {
  // A document is read once more as the run has read it.
  if (read !== undefined && stage === 'read') return true
  if (staging === undefined) return false
  if (stage === 'transform') return true
  const slot = staging.read.findIndex(({ name }) => name === column)
  return stage === 'read' && staging.stages.touched.has(slot)
}

function wayOf({ pipeline }: RunRequest): CompareWay {
  const { mode } = pipeline.validate
  if (mode === 'rebuild') return 'stream'
  return mode === 'off' || mode === 'counts' ? 'auto' : mode
}

/** A warning to who asked for it. To who did not, a run from a dump is no worse than the last one: the report has it. */
function sayNotCompared({ pipeline, events }: RunRequest, record: RunRecord, reason: string): void {
  const message = `Values were not compared: ${reason}`
  if (pipeline.validate.mode !== 'auto') {
    record.warnings.push({ code: 'values-not-compared', message })
    events.warning(message)
  }
  if (record.validation !== null) record.validation = { ...record.validation, coverage: [`${message}.`] }
}

function isCompared({ differences, columns }: DatasetValidation): boolean {
  if (differences === null) return false
  return columns.every(({ strength }) => strength !== 'skipped')
}

/** A row that the run rejected: it is missing, or another has its key. Rows without a key cannot be told apart: as many as were rejected. */
function isRejected(table: ComparedTable, rejects: readonly RejectedRow[]): (key: RowKey) => boolean {
  if (table.key.length === 0) {
    let left = rejects.length
    return () => left-- > 0
  }
  const names = table.key.map((slot) => table.columns[slot]!)
  const idOf = (textOf: (column: string) => string): string =>
    JSON.stringify(names.map(({ from, form }) => digestText(form, serverText(form, textOf(from)))))
  // A value of the key that is no value of its type has no canonical text: it is in the row, as the source gave it.
  const ids = new Set(rejects.map(({ key, row }) => idOf((column) => key[column] ?? asText(row[column]))))
  return (key) => ids.has(idOf((column) => key[column] ?? ''))
}

/** The canonical text of a key's value as a server gives it where the two are not spelled alike: truths, and a UUID in bytes. */
function serverText(form: DigestForm, text: string): string {
  if (form === 'bytes') return text.replaceAll('-', '')
  if (form !== 'number' || (text !== 'true' && text !== 'false')) return text
  return text === 'true' ? '1' : '0'
}

function asText(value: EncodedValue | undefined): string {
  if (value === null || value === undefined) return ''
  return 'text' in value ? value.text : Buffer.from(value.base64, 'base64').toString('hex')
}

/** @param losses That the run has counted in the table's columns; undefined: it counts those of the source's alone */
function differencesOf(
  comparison: TableComparison,
  losses: readonly LossCount[] | undefined,
  hasRejects: boolean,
): string[] {
  const { table, log, mode } = comparison
  const found = contentDifferences(comparison)
  // A run counts no losses of rows that it rejects; in buckets nobody sees which rows those are.
  if (losses === undefined || (mode === 'buckets' && hasRejects) || isSample(comparison)) return found
  for (const { column, rule, count } of log.declared) {
    const noted = losses.find((loss) => loss.column === column && loss.rule === rule)?.count ?? 0
    if (noted !== count)
      found.push(`${table.from}.${column}: ${count} values changed by ${rule}, and the run has noted ${noted}`)
  }
  return found
}
