import { parseDocument, stringify } from 'yaml'
import { pipelineFileSchema } from '../config/pipeline-file.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plain } from '../model/plain.ts'
import { visible } from '../report/visible.ts'
import type { NeededOverride } from './needed-overrides.ts'
import type { Suggestion } from './suggestion.ts'
import { counted } from './value-sample.ts'
import type { WrittenUrl } from './written-url.ts'

/** A dataset as the file names it. */
export interface DraftDataset {
  readonly from: string
  readonly to: string
  readonly rows: number
  /** Nobody has counted them. */
  readonly isEstimated: boolean
  readonly overrides: readonly NeededOverride[]
  readonly notes: readonly string[]
}

export interface PipelineParts {
  /** For people: no secrets. */
  readonly title: string
  /** What runs the file, as it is typed. */
  readonly commands: readonly string[]
  readonly source: WrittenUrl
  readonly target: WrittenUrl
  /** What the command line said, and the file has to say too. */
  readonly settings: { readonly [key: string]: Plain }
  readonly filters: { readonly [key: string]: Plain }
  readonly datasets: readonly DraftDataset[]
  readonly suggestions: readonly Suggestion[]
}

/** With more tables than these, only those are listed of which there is something to say. */
export const mostListed = 60

/**
 * The text of a pipeline file that runs as it is: whatever is only suspected stands in it as a comment. Names are quoted
 * as YAML wants them, and nothing that the data says can end a comment.
 *
 * @throws TL_X901 where the text does not read back as a pipeline
 */
export function pipelineText(parts: PipelineParts): string {
  const isShort = parts.datasets.length <= mostListed
  const lines = [
    ...heading(parts),
    'version: 1',
    '',
    ...endLines('source', parts.source),
    ...endLines('target', parts.target),
    ...entries({ ...parts.settings, ...(isShort ? {} : parts.filters) }),
    '',
    ...(isShort ? listed(parts) : shortened(parts)),
    '',
    ...budgets,
    ...validateLines(parts),
  ]
  const text = `${lines.join('\n')}\n`
  assertPipeline(text)
  return text
}

/** An item of a list as one line of YAML, without its dash. */
export function itemText(item: Plain): string {
  const [entry] = typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.entries(item) : []
  if (entry === undefined) return flow(item)
  const [name, options = null] = entry
  return Object.keys(item ?? {}).length === 1 ? `${name}: ${flow(options)}` : flow(item)
}

export function itemOf({ stage, relation }: Suggestion): Plain | undefined {
  return stage ?? relation
}

function heading({ title, commands }: PipelineParts): string[] {
  return [
    ...comment('', title),
    '# Written by transload init. It runs as it is:',
    ...commands.map((command) => `#   ${command}`),
    '# What is only suspected stands behind a #, with what it comes of: take the # off to have it.',
    '',
  ]
}

function endLines(end: string, { text, variable }: WrittenUrl): string[] {
  const told =
    variable === undefined
      ? []
      : ['# It has a password, which is not written here. Before a run:', `#   ${visible(variable.command)}`]
  return [...told, `${end}: ${block(text)}`]
}

function entries(settings: { readonly [key: string]: Plain }): string[] {
  return Object.entries(settings).map(([key, value]) => `${key}: ${flow(value)}`)
}

function listed(parts: PipelineParts): string[] {
  return ['datasets:', ...parts.datasets.flatMap((dataset) => datasetLines(dataset, parts.suggestions))]
}

/** Those with something to say, and one entry for all others: the first that fits a table is taken. */
function shortened(parts: PipelineParts): string[] {
  const named = parts.datasets.filter(
    ({ from, overrides, notes }) =>
      overrides.length + notes.length > 0 ||
      parts.suggestions.some(({ dataset, relation }) => dataset === from && relation === undefined),
  )
  const rest = counted(parts.datasets.length - named.length, 'table')
  return [
    'datasets:',
    ...named.flatMap((dataset) => datasetLines(dataset, parts.suggestions)),
    ...comment('  ', `the other ${rest}: an entry of their own goes before this one`),
    `  - from: ${flow('*')}`,
  ]
}

function datasetLines(
  { from, to, rows, isEstimated, overrides, notes }: DraftDataset,
  all: readonly Suggestion[],
): string[] {
  const own = all.filter(({ dataset, relation }) => dataset === from && relation === undefined)
  const stages = own.filter(({ stage }) => stage !== undefined)
  const columns = overrides.flatMap(({ column, type, drop, reason }) => [
    ...comment('      ', reason),
    `      ${flow(column)}: ${flow(drop === true ? { drop } : { type: type ?? null })}`,
  ])
  return [
    ...comment('  ', `${isEstimated ? 'about ' : ''}${counted(rows, 'row')} → ${to}`),
    `  - from: ${block(from)}`,
    ...(columns.length > 0 ? ['    columns:', ...columns] : []),
    ...notes.flatMap((note) => comment('    ', note)),
    ...own.filter(({ stage }) => stage === undefined).flatMap((one) => comment('    ', told(one))),
    ...(stages.length > 0 ? ['    # transform:'] : []),
    ...stages.flatMap((one) => [...comment('    #   ', told(one)), `    #   - ${itemText(one.stage ?? null)}`]),
  ]
}

function told({ columns, reason }: Suggestion): string {
  return columns.length === 1 ? `${columns[0]}: ${reason}` : reason
}

/** What holds where nothing is said. */
const budgets = [
  '# How many rows may be rejected before the run is ended; any that is makes it end with 4. Without it, any number.',
  '# errors: {maxRows: 100, onReject: continue}',
  '',
  '# Which declared losses (a zero date that becomes NULL) may be, and how many others. Without it all are counted, and may be.',
  '# losses: {allow: [zero-date-null], others: 0}',
  '',
]

function validateLines({ suggestions }: PipelineParts): string[] {
  const relations = suggestions.filter(({ relation }) => relation !== undefined)
  const hidden = suggestions
    .filter(({ kind }) => kind === 'secret')
    .flatMap(({ dataset, columns }) => columns.map((column) => `${dataset}.${column}`))
  return [
    '# What is compared once the rows are over.',
    '# validate:',
    '#   mode: auto',
    '#   orphans: true',
    ...(hidden.length > 0 ? ['#   # Values of these stand in no report.', `#   mask: ${flow(hidden)}`] : []),
    ...(relations.length > 0 ? ['#   # Rows without their parent are counted for these too.', '#   relations:'] : []),
    ...relations.flatMap((one) => [...comment('#     ', told(one)), `#     - ${flow(one.relation ?? null)}`]),
  ]
}

/** Lines of at most about a hundred characters, each behind its `#`. */
function comment(indent: string, text: string): string[] {
  const lines: string[] = []
  for (const word of visible(text).split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || line.length + word.length > 110) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines.map((line) => `${indent}# ${line}`)
}

/** A text as a value of a line of its own. */
function block(text: string): string {
  const shown = stringify(text, { lineWidth: 0 }).trimEnd()
  return shown.includes('\n') ? JSON.stringify(text) : shown
}

function flow(value: Plain): string {
  const text = stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd()
  // JSON is YAML, and one line of it.
  return text.includes('\n') ? JSON.stringify(value) : text
}

function assertPipeline(text: string): void {
  const document = parseDocument(text, { prettyErrors: false })
  const [fault] = [...document.errors, ...document.warnings]
  const reason = fault === undefined ? issueOf(document.toJS()) : fault.message
  if (reason !== undefined)
    throw new TransloadError('TL_X901', { reason: `a pipeline file was made that is none: ${reason}` })
}

function issueOf(value: unknown): string | undefined {
  const result = pipelineFileSchema.safeParse(value)
  const [issue] = result.success ? [] : result.error.issues
  return issue === undefined ? undefined : `${issue.path.map(String).join('.')}: ${issue.message}`
}
