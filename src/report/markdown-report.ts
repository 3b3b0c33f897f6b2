import type { LossCount } from '../model/loss.ts'
import type { DatasetValidation, RunSummary } from '../model/run-summary.ts'
import { differencesTable, samplesTable } from './difference-tables.ts'
import { keyText, placesText } from './key-text.ts'
import { markdownCode as code, markdownTable as table, markdownText as text } from './markdown-text.ts'
import { unproved, verdict } from './verdict.ts'
import { sampleText } from './way-text.ts'

const number = new Intl.NumberFormat('en-US')

/** `report.md`: the verdict first, then what was changed, left out or not shown, then the figures. */
export function markdownReport(summary: RunSummary): string {
  const sections = [
    head(summary),
    losses(summary),
    rejects(summary),
    notCarried(summary),
    notValidated(summary),
    warnings(summary),
    counts(summary),
    validation(summary),
    phases(summary),
    consistency(summary),
    section(
      'What this run does not prove',
      unproved(summary)
        .map((sentence) => `- ${text(sentence)}`)
        .join('\n'),
    ),
  ]
  return `${sections.filter((part) => part !== '').join('\n\n')}\n`
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`
}

function head(summary: RunSummary): string {
  const { error, run, source, target, startedAt, seconds, attempts, exitCode, version } = summary
  const lines = [`# ${text(verdict(summary))}`]
  if (error !== undefined) lines.push(`**${error.code}** ${text(error.message)}  \n${text(error.hint)}`)
  const facts = [
    ['from', source === '' ? '' : code(source)],
    ['to', target === '' ? '' : code(target)],
    ['run', run === null ? 'there was none' : code(run)],
    ['started', text(startedAt)],
    ['took', `${number.format(seconds)} s${attempts > 1 ? `, attempt ${attempts}` : ''}`],
    ['exit code', String(exitCode)],
    ['transload', text(version)],
  ].filter(([, fact]) => fact !== '')
  return [...lines, table(['', ''], facts)].join('\n\n')
}

function losses({ datasets }: RunSummary): string {
  const rows = datasets.flatMap(({ from, losses: all }) =>
    all.map((loss) => [
      code(from),
      code(loss.column),
      code(loss.rule),
      number.format(loss.count),
      keys(loss),
      places(loss),
    ]),
  )
  if (rows.length === 0) return section('Losses', 'No value was changed.')
  const said = 'Values that were changed as the plan declared it before the first row.'
  return section(
    'Losses',
    `${said}\n\n${table(['dataset', 'column', 'rule', 'values', 'such as', 'where'], rows, ['values'])}`,
  )
}

function keys({ sampleKeys }: LossCount): string {
  return sampleKeys.map((key) => code(keyText(key))).join(', ')
}

function places({ first, last }: LossCount): string {
  return text(placesText(first, last))
}

function rejects({ rejects: { count, file, byReason, replayed = 0 } }: RunSummary): string {
  const again = replayed === 0 ? '' : ` ${number.format(replayed)} that had been rejected were replayed.`
  if (count === 0) return section('Rejected rows', `None.${again}`)
  const rows = Object.entries(byReason).map(([reason, rowCount]) => [code(reason), number.format(rowCount)])
  const where = file === null ? '' : `\n\nEach with its key, reason and values: ${code(file)}`
  const replays = again === '' ? '' : `\n\n${again.trim()}`
  return section('Rejected rows', `${table(['reason', 'rows'], rows, ['rows'])}${where}${replays}`)
}

function notCarried({ objects }: RunSummary): string {
  if (objects.notCarried.length === 0) return section('Not carried', 'Everything was carried.')
  const rows = objects.notCarried.map(({ kind, name, reason }) => [text(kind), code(name), text(reason)])
  return section('Not carried', table(['kind', 'name', 'reason'], rows))
}

function notValidated({ objects }: RunSummary): string {
  if (objects.notValidated.length === 0)
    return section('Not validated', 'Every constraint that was built holds for all rows.')
  const rows = objects.notValidated.map(({ kind, name, reason }) => [text(kind), code(name), text(reason)])
  return section('Not validated', table(['kind', 'name', 'reason'], rows))
}

function warnings(summary: RunSummary): string {
  if (summary.warnings.length === 0) return ''
  return section('Warnings', summary.warnings.map((warning) => `- ${text(warning.message)}`).join('\n'))
}

function counts({ datasets }: RunSummary): string {
  if (datasets.length === 0) return ''
  const fates = ['read', 'written', 'merged', 'filtered', 'rejected', 'vanished'] as const
  const rows = datasets.map((dataset) => [
    code(dataset.from),
    dataset.outputs.map((output) => code(output.to)).join(', '),
    ...fates.map((fate) => number.format(dataset[fate])),
    number.format(dataset.bytes),
    number.format(dataset.seconds),
  ])
  const columns = ['from', 'to', ...fates, 'bytes', 'seconds']
  return section('Rows', table(columns, rows, columns.slice(2)))
}

function validation({ validation: found }: RunSummary): string {
  if (found === null) return section('Validation', 'Nothing was compared.')
  const rows = found.datasets.map((dataset) => [
    code(dataset.from),
    code(dataset.to),
    dataset.sourceRows === null ? '' : number.format(dataset.sourceRows),
    dataset.targetRows === null ? '' : number.format(dataset.targetRows),
    apart(dataset.nulls),
    apart(dataset.orphans),
    differences(dataset),
  ])
  const columns = ['from', 'to', 'rows of the source', 'rows of the target', 'NULLs', 'orphans', 'values']
  const body = table(columns, rows, columns.slice(2, 4))
  const orphans = found.datasets.flatMap(({ from, orphans: all }) =>
    all
      .filter(({ source, target }) => source > 0 || target > 0)
      .map(({ constraint, source, target }) => [
        code(from),
        code(constraint.from),
        number.format(source),
        number.format(target),
      ]),
  )
  const leftOut = found.datasets.flatMap(({ from, leftOut: count }) =>
    count === undefined ? [] : [`- ${code(from)}: ${number.format(count)}`],
  )
  const parts = [
    ['Rows that were left out at the source, since a filter leaves them out:', leftOut.join('\n')],
    ['Rows without their parent:', orphans.length === 0 ? '' : orphanTable(orphans)],
    ['What differs, and why:', differencesTable(found.datasets)],
    ['Some of it:', samplesTable(found.datasets)],
  ].flatMap(([words = '', list = '']) => (list === '' ? [] : [words, list]))
  return section(`Validation: ${found.status}`, [body, ...parts].join('\n\n'))
}

function orphanTable(rows: readonly (readonly string[])[]): string {
  return table(['from', 'constraint', 'source', 'target'], rows, ['source', 'target'])
}

/** How many of the counts are not the same on both sides; declared losses and rejects make them differ rightly. */
function apart(pairs: readonly { readonly source: number; readonly target: number }[]): string {
  if (pairs.length === 0) return 'none to count'
  const count = pairs.filter(({ source, target }) => source !== target).length
  return count === 0 ? `${pairs.length} the same` : `${count} of ${pairs.length} not the same`
}

/** Of rows; a table is not equal of which some columns, or some rows, were not compared. */
function differences(dataset: DatasetValidation): string {
  const { differences: found, columns } = dataset
  if (found === null) return 'not compared'
  const { missing, extra, changed, stopped } = found
  const skipped = columns.filter(({ strength }) => strength === 'skipped').length
  const but = skipped === 0 ? '' : `, ${skipped} of ${columns.length} columns not compared`
  const sample = sampleText(dataset)
  const of = sample === undefined ? '' : ` in ${sample}`
  if (missing + extra + changed === 0) {
    return skipped === 0 && sample === undefined ? 'equal' : `nothing differs${of}${but}`
  }
  const more = stopped === true ? ', and no more were looked for' : ''
  const [one, two, three] = [missing, extra, changed].map((count) => number.format(count))
  return `${one} missing, ${two} extra, ${three} changed${more}${of}${but}`
}

function phases({ phases: spent, objects }: RunSummary): string {
  const rows = Object.entries(spent).map(([phase, seconds]) => [phase, number.format(seconds)])
  const made = `${number.format(objects.created)} statements and steps made the target’s objects.`
  return section('Phases', `${table(['phase', 'seconds'], rows, ['seconds'])}\n\n${made}`)
}

function consistency({ consistency: { level, position, moments } }: RunSummary): string {
  const lines = [`- level: ${level}`]
  if (position !== null) lines.push(`- position of the source: ${code(position)}`)
  lines.push(...moments.map((moment) => `- ${text(moment)}`))
  return section('Consistency', lines.join('\n'))
}
