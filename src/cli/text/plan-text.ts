import { documentCensusLines } from './document-census-text.ts'
import { childPaths } from '../../transform/child-outputs.ts'
import type { Plain } from '../../model/plain.ts'
import { typeText } from '../../canonical/type-text.ts'
import { type ColumnPlan, type DatasetPlan, type DeclaredLoss, outputsOf, type Plan } from '../../model/plan.ts'
import { nameAndOptions } from '../../transform/bind-stages.ts'
import { bytesText, counted, countText, durationText } from '../../telemetry/amounts.ts'
import { whereText } from './condition-text.ts'
import { textTable } from './table.ts'

/** Everything that was decided, with its reason. */
export function planText(plan: Plan): string[] {
  const rules = ruleReasons(plan)
  return [
    `Plan ${plan.identity}`,
    ...textTable([
      ['from', `${plan.source.label} (${plan.source.engine} ${plan.source.version})`],
      ['to', `${plan.target.label} (${plan.target.engine} ${plan.target.version})`],
      ['size', size(plan)],
    ]),
    ...plan.datasets.flatMap((dataset) => datasetText(dataset, rules)),
    ...ruleTexts(rules),
    ...declaredLosses(plan),
    ...notCarried(plan),
    ...statements(plan),
    ...restore(plan),
    ...findings(plan),
    ...planWarnings(plan),
  ]
}

/** The same in a few lines. */
export function planSummary(plan: Plan): string[] {
  const columnCount = plan.datasets.reduce((sum, dataset) => sum + dataset.columns.length, 0)
  return [
    `Plan: ${size(plan)}`,
    `  ${counted(columnCount, 'column')}, ${counted(plan.prepare.length, 'statement')} before the load, ` +
      `${counted(plan.finish.length, 'step')} after it, ${counted(plan.notCarried.length, 'object')} not carried`,
  ]
}

function size({ datasets, estimate }: Plan): string {
  const splitCount = datasets.reduce((sum, dataset) => sum + dataset.splits.length, 0)
  const parts = [
    counted(datasets.length, 'dataset'),
    `about ${counted(estimate.rows, 'row')}`,
    `about ${bytesText(estimate.bytes)}`,
    counted(splitCount, 'split'),
  ]
  if (estimate.seconds !== undefined) parts.push(`about ${durationText(estimate.seconds)}`)
  return parts.join(', ')
}

/** What a collection's documents hold, and what was made of it where something else could be. */
function documentTexts({ documents }: DatasetPlan): string[] {
  if (documents === undefined) return []
  const { census, notes } = documents
  return [
    ...documentCensusLines(census).map((line) => `  ${line}`),
    ...notes.flatMap(({ path, chosen, why, others }) => [
      `  ${path === '' ? 'the documents' : path}: ${chosen}`,
      `      ${why}${others.length > 0 ? ` (shape: could say ${others.join(', ')})` : ''}`,
    ]),
  ]
}

function datasetText(dataset: DatasetPlan, rules: RuleReasons): string[] {
  const { from, to, mode, read, splits, rowEstimate, byteEstimate, columns, census } = dataset
  const key = read.key === undefined ? 'no key to split by' : `by ${read.key.columns.join(', ')}`
  const isAtomic = splits.some((split) => split.atomic)
  const facts = [
    mode,
    `about ${counted(rowEstimate, 'row')}`,
    `about ${bytesText(byteEstimate)}`,
    `${counted(splits.length, 'split')} ${key}`,
    ...(isAtomic ? ['one transaction, restarted whole'] : []),
  ]
  const isSample = census?.isSample === true
  const paths = childPaths(read.children ?? [])
  const others = (dataset.others ?? []).flatMap((other, place) => [
    '',
    paths[place] === undefined ? `${from} → ${other.to}, made by stages` : `${from}: ${paths[place]}[] → ${other.to}`,
    ...columnTexts(other.columns, rules, isSample),
  ])
  const stages = (dataset.transform ?? []).map((stage, place) => `  stage ${place + 1}: ${stageText(stage)}`)
  const where = whereText(read)
  const asked = where === undefined ? [] : [`  read from the source: only rows that may meet ${where}`]
  return [
    '',
    `${from} → ${to}`,
    `  ${facts.join(', ')}`,
    ...stages,
    ...asked,
    ...documentTexts(dataset),
    ...columnTexts(columns, rules, isSample),
    ...others,
  ]
}

/** Characters of a stage's options, at most. */
const maxStageLength = 160

function stageText(stage: Plain): string {
  const { name, options } = nameAndOptions(stage)
  const text = typeof options === 'string' ? options : JSON.stringify(options)
  return `${name}: ${text.length > maxStageLength ? `${text.slice(0, maxStageLength)}…` : text}`
}

type Reason = Pick<ColumnPlan, 'why' | 'mayLose'>

/** By rule: why it decides as it does, and what may be lost by it, where that is the same for all of its columns. */
type RuleReasons = ReadonlyMap<string, Reason>

function ruleReasons({ datasets }: Plan): RuleReasons {
  const columns = datasets.flatMap(outputsOf).flatMap((output) => output.columns)
  const rules = new Map<string, Reason>()
  for (const [rule, all] of Map.groupBy(columns, (column) => column.rule)) {
    const first = all[0]!
    if (all.every(({ why, mayLose }) => why === first.why && mayLose === first.mayLose)) rules.set(rule, first)
  }
  return rules
}

function ruleTexts(rules: RuleReasons): string[] {
  if (rules.size === 0) return []
  const rows = [...rules].flatMap(([rule, reason]) => reasonLines(reason).map((line, i) => [i === 0 ? rule : '', line]))
  return ['', 'Why the types are what they are', ...textTable(rows)]
}

function reasonLines({ why, mayLose }: Reason): string[] {
  return mayLose === undefined ? [why] : [why, `may lose: ${mayLose}`]
}

/** For each column what it becomes, and by which rule; then what there is to mind. */
function columnTexts(columns: readonly ColumnPlan[], rules: RuleReasons, isSample: boolean): string[] {
  const decisions = columns.map((one) => [
    one.from === one.to ? one.from : `${one.from} → ${one.to}`,
    one.sourceType,
    '→',
    `${one.targetType}${one.nullable ? '' : ' NOT NULL'}`,
    one.rule,
    // Of an enum or a set it has all labels.
    `as ${typeText(one.type)}`,
  ])
  return textTable(decisions, [], '    ').flatMap((line, i) => {
    const column = columns[i]
    return column === undefined ? [line] : [line, ...reasons(column, rules, isSample)]
  })
}

function reasons(column: ColumnPlan, rules: RuleReasons, isSample: boolean): string[] {
  return [
    ...(rules.has(column.rule) ? [] : reasonLines(column).map((line) => `        ${line}`)),
    ...(column.changedBy === undefined ? [] : [`        ${stagesText(column)}`]),
    ...column.notes.map((note) => `        note: ${note}`),
    ...column.losses
      .filter((loss) => loss.found !== 0)
      .map((loss) => `        loss: ${loss.rule}, ${found(loss.found, isSample)}: ${loss.why}`),
  ]
}

function stagesText({ isMade, changedBy = [] }: ColumnPlan): string {
  const [first, ...others] = changedBy
  if (isMade !== true) return `changed by ${changedBy.join(', ')}`
  return others.length === 0 ? `made by ${first}` : `made by ${first}, changed by ${others.join(', ')}`
}

function found(count: number | undefined, isSample: boolean): string {
  return count === undefined ? 'not counted' : `${counted(count, 'value')} found${isSample ? ' in a sample' : ''}`
}

function declaredLosses({ datasets }: Plan): string[] {
  const losses = datasets.flatMap(({ from, columns, census }) =>
    columns.flatMap((column) =>
      column.losses.map((loss) => ({
        ...loss,
        column: `${from}.${column.from}`,
        shown: found(loss.found, census?.isSample === true),
      })),
    ),
  )
  if (losses.length === 0) return ['', 'Losses: none is declared']
  const present = losses.filter((loss) => loss.found !== 0)
  const rows = onePerUncounted(present).map((loss) => [loss.column, loss.rule, loss.shown, loss.why])
  const absent = losses.length - present.length
  const rest = absent === 0 ? [] : [`  ${absent} more are declared for values that the data does not have`]
  return ['', 'Losses that are declared, and the values found that they will change', ...textTable(rows), ...rest]
}

/** Of what nobody has counted, one for all columns of a rule. */
function onePerUncounted<Loss extends Pick<DeclaredLoss, 'rule'> & Partial<DeclaredLoss> & { readonly column: string }>(
  losses: readonly Loss[],
): readonly Loss[] {
  const uncounted = Map.groupBy(
    losses.filter((loss) => loss.found === undefined),
    ({ rule }) => rule,
  )
  return losses.flatMap((loss) => {
    const same = loss.found === undefined ? (uncounted.get(loss.rule) ?? []) : []
    if (same.length < 2) return [loss]
    return same[0] === loss ? [{ ...loss, column: counted(same.length, 'column') }] : []
  })
}

function notCarried({ notCarried: objects }: Plan): string[] {
  if (objects.length === 0) return ['', 'Not carried: nothing']
  const rows = objects.map(({ kind, name, reason }) => [kind, name, reason])
  return ['', `Not carried: ${objects.length}`, ...textTable(rows)]
}

function statements({ prepare, finish }: Plan): string[] {
  const lines = ['', `Before the load: ${counted(prepare.length, 'statement')}`]
  for (const sql of prepare) lines.push(...indented(`${sql};`))
  lines.push('', `After the load: ${counted(finish.length, 'step')}`)
  let phase: number | undefined
  for (const step of finish.toSorted((a, b) => a.phase - b.phase)) {
    if (step.phase !== phase) lines.push(`  phase ${step.phase}`)
    phase = step.phase
    for (const sql of step.statements) lines.push(...indented(`${sql};`, '    '))
  }
  return lines
}

/** Only where tables that are there lose something for the time of the load. */
function restore(plan: Plan): string[] {
  const sqls = [...plan.takeOut, ...plan.restore]
  if (sqls.length === 0) return []
  return [
    '',
    `If the run is given up (--fresh): ${counted(sqls.length, 'statement')}`,
    ...sqls.flatMap((sql) => indented(`${sql};`)),
  ]
}

function indented(sql: string, indent = '  '): string[] {
  return sql.split('\n').map((line) => `${indent}${line}`)
}

function findings({ preflight }: Plan): string[] {
  if (preflight.length === 0) return ['', 'Preflight: nothing found']
  const order = ['error', 'warning', 'info']
  const sorted = preflight.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
  const errorCount = preflight.filter((finding) => finding.level === 'error').length
  const title = errorCount === 0 ? 'Preflight' : `Preflight: ${countText(errorCount)} in the way of the run`
  const lines = sorted.flatMap(({ level, code, message, cure }) => [
    `  ${level} ${code}: ${message}`,
    ...(cure === undefined || cure === '' ? [] : cure.split('\n').map((line) => `      ${line}`)),
  ])
  return ['', title, ...lines]
}

function planWarnings({ warnings }: Plan): string[] {
  if (warnings.length === 0) return []
  return ['', 'Warnings', ...warnings.map((warning) => `  ${warning.message}`)]
}
