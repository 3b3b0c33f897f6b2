import { pipelineBetween } from '../config/load-pipeline.ts'
import type { DatasetConfig, NameRule, Pipeline } from '../config/pipeline.ts'
import type { Registry } from '../contract/connector.ts'
import { loadRules } from '../mapping/load-rules.ts'
import type { Plain } from '../model/plain.ts'
import type { DatasetPlan, Plan, WriteMode } from '../model/plan.ts'
import type { Catalog } from '../model/relation.ts'
import { storedTwice } from '../plan/plan-column.ts'
import { createPlan } from '../plan/create-plan.ts'
import { planIdentity } from '../plan/plan-identity.ts'
import { selectTables } from '../plan/select-tables.ts'
import { readCatalog } from '../plan/read-catalog.ts'
import { type Ends, openEnds } from '../run/ends.ts'
import { missingSchemas } from '../run/may-start.ts'
import type { RunEvents } from '../run/request.ts'
import type { InitDocument } from '../report/documents/init-document.ts'
import { openLooker } from './look-at-values.ts'
import { type NeededOverride, neededOverrides, wouldBeTruths } from './needed-overrides.ts'
import { type DraftDataset, itemOf, itemText, pipelineText } from './pipeline-text.ts'
import { suggestFor } from './suggest.ts'
import type { SeenTable, Suggestion } from './suggestion.ts'
import { suspectRelations } from './suspect/relations.ts'
import { counted } from './value-sample.ts'
import { writtenUrl } from './written-url.ts'

export interface DraftRequest {
  /** With their secrets in place. */
  readonly source: string
  readonly target: string
  /** As they were given: references to secrets are kept, and secrets are not written. */
  readonly given: { readonly source: string; readonly target: string }
  readonly only: readonly string[]
  readonly except: readonly string[]
  readonly names?: NameRule | undefined
  readonly mode?: WriteMode | undefined
  /** Absolute path of the file to be. */
  readonly file: string
  /** As it is called in a command. */
  readonly shownFile: string
  /** What relative paths of the URLs are relative to. */
  readonly directory: string
  readonly registry: Registry
  readonly version: string
  readonly laneCount: number
  readonly censusLimit: number
  readonly events: Pick<RunEvents, 'phase' | 'notice'>
  readonly signal: AbortSignal
}

export interface PipelineDraft {
  /** A pipeline file, which runs as it is. */
  readonly text: string
  readonly found: InitDocument
}

/** With whether the whole table was looked at. */
type MadeSuggestion = Suggestion & { readonly isWhole: boolean }

/**
 * Looks at both ends, and writes a pipeline between them as text. Nothing is written to either, nor to a file.
 * @throws TransloadError where an end cannot be opened, or there is no plan: a table of the target with rows in it, and no mode
 */
export async function draftPipeline(request: DraftRequest): Promise<PipelineDraft> {
  const { only, except, names, mode, signal, events } = request
  const plain: Pipeline = {
    ...pipelineBetween(request.source, request.target),
    only,
    except,
    ...(names && { names }),
    ...(mode && { mode }),
  }
  events.phase('connect')
  const { registry } = request
  const flags = { laneCount: request.laneCount, maxBytesPerSecond: undefined }
  const ends = await openEnds({ pipeline: plain, registry, signal, events, flags }, { source: '', target: '' })
  await using _source = ends.source
  await using _target = ends.target
  events.phase('plan')
  const { catalog } = await readCatalog({ ...ends, pipeline: plain, signal })
  const tables = selectTables(catalog, plain)
  const rules = await loadRules(ends.sourceEnd.engine, ends.targetEnd.engine, undefined)
  const overrides = neededOverrides(tables, rules)
  const plan = await planWith(request, ends, { ...plain, datasets: configsOf(overrides) })
  const truths = new Map(tables.map((one) => [one.dataset, wouldBeTruths(one, rules)]))
  const { suggestions, rows } = await suggestionsOf(ends, catalog, plan, truths, signal)
  return draftOf(request, plan, overrides, suggestions, rows)
}

async function planWith(
  { laneCount, censusLimit, signal }: DraftRequest,
  ends: Ends,
  pipeline: Pipeline,
): Promise<Plan> {
  const identity = planIdentity(ends.sourceEnd, ends.targetEnd, pipeline, 'all')
  return await createPlan({ ...ends, identity, pipeline, scope: 'all', census: 'full', censusLimit, laneCount, signal })
}

function configsOf(overrides: ReadonlyMap<string, readonly NeededOverride[]>): DatasetConfig[] {
  const own = [...overrides]
    .filter(([, needed]) => needed.length > 0)
    .map(([from, needed]) => ({
      from,
      columns: Object.fromEntries(needed.map(({ column, type, drop }) => [column, { type, drop }])),
    }))
  return own.length === 0 ? [] : [...own, { from: '*', columns: {} }]
}

async function suggestionsOf(
  { source }: Ends,
  catalog: Catalog,
  plan: Plan,
  truths: ReadonlyMap<string, ReadonlySet<string>>,
  signal: AbortSignal,
): Promise<{ readonly suggestions: readonly MadeSuggestion[]; readonly rows: ReadonlyMap<string, number> }> {
  await using looker = await openLooker(source, plan.datasets, signal)
  const all: SeenTable[] = []
  for (const dataset of plan.datasets) {
    const table = catalog.tables.find(({ name }) => isTableOf(dataset, name))
    if (table !== undefined) all.push({ table, plan: dataset, sample: await looker.look(dataset, signal) })
  }
  const names = new Set(catalog.tables.map(({ name }) => name.name.toLowerCase()))
  const suggestions: MadeSuggestion[] = []
  for (const seen of all) {
    const own = suggestFor(seen, truths.get(seen.plan.from) ?? new Set(), names)
    const { contents } = looker
    const related = contents === undefined ? [] : await suspectRelations(seen, all, contents, signal)
    suggestions.push(...[...own, ...related].map((one) => ({ ...one, isWhole: seen.sample.isWhole })))
  }
  const whole = all.filter(({ sample }) => sample.isWhole)
  return { suggestions, rows: new Map(whole.map(({ plan: { from }, sample }) => [from, sample.rowCount])) }
}

function isTableOf({ read }: DatasetPlan, name: { readonly schema: string; readonly name: string }): boolean {
  return read.table.schema === name.schema && read.table.name === name.name
}

function draftOf(
  request: DraftRequest,
  plan: Plan,
  overrides: ReadonlyMap<string, readonly NeededOverride[]>,
  suggestions: readonly MadeSuggestion[],
  seenRows: ReadonlyMap<string, number>,
): PipelineDraft {
  const { given, file, shownFile, directory, only, except, names, mode } = request
  const source = writtenUrl(given.source, 'source', file, directory)
  const target = writtenUrl(given.target, 'target', file, directory)
  const datasets = plan.datasets.map((dataset): DraftDataset => ({
    from: dataset.from,
    to: dataset.to,
    rows: seenRows.get(dataset.from) ?? dataset.rowEstimate,
    isEstimated: !seenRows.has(dataset.from),
    overrides: overrides.get(dataset.from) ?? [],
    notes: notesOf(dataset, suggestions),
  }))
  const runCommand = `transload run ${shownFile}${missingSchemas(plan).length > 0 ? ' --yes' : ''}`
  const text = pipelineText({
    title: `${plan.source.label} to ${plan.target.label}`,
    commands: [`transload plan ${shownFile}`, runCommand],
    source,
    target,
    settings: { ...(names && { names }), ...(mode && { mode }) },
    filters: { ...(only.length > 0 && { only }), ...(except.length > 0 && { except }) },
    datasets,
    suggestions,
  })
  const exported = [
    { end: 'source' as const, variable: source.variable },
    { end: 'target' as const, variable: target.variable },
  ].flatMap(({ end, variable }) => (variable === undefined ? [] : [{ ...variable, end }]))
  return {
    text,
    found: {
      schema: 'transload.init/1',
      version: request.version,
      file,
      source: plan.source.label,
      target: plan.target.label,
      environment: exported.map(({ name, end }) => ({ name, end })),
      datasets,
      suggestions: suggestions.map(documented),
      warnings: plan.warnings.map(({ code, message }) => ({ code, message })),
      preflight: plan.preflight.map(({ level, code, message, cure }) => ({ level, code, message, cure })),
      next: [...exported.map(({ command }) => command), `transload plan ${shownFile}`, runCommand],
    },
  }
}

function documented(one: MadeSuggestion): InitDocument['suggestions'][number] {
  const { kind, dataset, columns, reason, found = null, looked = null, isWhole, relation } = one
  const item = itemOf(one)
  const place = relation === undefined ? 'transform' : 'validate.relations'
  return { kind, dataset, columns, reason, found, looked, isWhole, place, yaml: yamlOf(item) }
}

function yamlOf(item: Plain | undefined): string | null {
  return item === undefined ? null : `- ${itemText(item)}`
}

/** What the census found that changes values or types, and what was made of documents that could be had otherwise. */
function notesOf({ from: table, columns, documents }: DatasetPlan, suggestions: readonly Suggestion[]): string[] {
  const isSaid = (column: string): boolean =>
    suggestions.some(
      ({ kind, dataset, columns: [one] }) => kind === 'encoded-twice' && dataset === table && one === column,
    )
  // Why it was chosen shows keys of the data, and those stand in no file.
  const shapes = (documents?.notes ?? [])
    .filter(({ others }) => others.length > 0)
    .map(({ path, chosen, others }) => {
      return `${path === '' ? 'the documents' : path}: ${chosen}; shape can say otherwise: ${others.join(', ')}`
    })
  const own = columns.flatMap(({ from, losses, notes }) => [
    ...losses
      .filter(({ fault, found = 0 }) => found > 0 && fault !== 'zero-date')
      .map(({ rule, why, found = 0 }) => `${from}: ${counted(found, 'value')} changed by the rule ${rule}: ${why}`),
    ...notes.filter((note) => !(note.endsWith(storedTwice) && isSaid(from))).map((note) => `${from}: ${note}`),
  ])
  return [...shapes, ...own]
}
