import type { RunSummary, ValidationSummary } from '../../model/run-summary.ts'
import { keyText, placesText } from '../../report/key-text.ts'
import { counted, countText, durationText } from '../../telemetry/amounts.ts'
import { type Align, textTable } from './table.ts'

/** Objects of one kind that are listed one by one; of more only the first, and how many there are besides. */
const maxListed = 12

/** What came of a run, for a terminal, without the verdict: losses, what was left out, counts. */
export function runText(summary: RunSummary): string[] {
  return [
    ...facts(summary),
    ...losses(summary),
    ...rejects(summary),
    ...listed('Not validated', summary.objects.notValidated),
    ...listed('Not carried', summary.objects.notCarried),
    ...rows(summary),
    ...validation(summary),
    ...warnings(summary),
  ]
}

function facts({ run, source, target, attempts, seconds, phases, consistency }: RunSummary): string[] {
  const spent = Object.entries(phases)
    .filter(([, phaseSeconds]) => phaseSeconds > 0)
    .map(([phase, phaseSeconds]) => `${phase} ${durationText(phaseSeconds)}`)
  const facts = [
    ['run', `${run ?? 'none'}${attempts > 1 ? `, attempt ${attempts}` : ''}`],
    ['from', source],
    ['to', target],
    ['took', `${durationText(seconds)}${spent.length === 0 ? '' : `: ${spent.join(', ')}`}`],
    ['moment', [consistency.level, ...(consistency.position === null ? [] : [consistency.position])].join(', ')],
  ].filter(([, fact]) => fact !== '')
  return textTable(facts)
}

function losses({ datasets }: RunSummary): string[] {
  const rows = datasets.flatMap(({ from, losses: all }) =>
    all.map(({ column, rule, count, sampleKeys, first, last }) => [
      `${from}.${column}`,
      rule,
      countText(count),
      sampleKeys.length === 0 ? '' : `such as ${sampleKeys.slice(0, 2).map(keyText).join('; ')}`,
      placesText(first, last),
    ]),
  )
  if (rows.length === 0) return []
  return ['', 'Losses: values changed as the plan declared', ...textTable(rows, ['left', 'left', 'right'])]
}

function rejects({ rejects: { count, file, byReason, replayed = 0 } }: RunSummary): string[] {
  const again = replayed === 0 ? [] : ['', `Replayed: ${counted(replayed, 'row')} that had been rejected`]
  if (count === 0) return again
  const rows = Object.entries(byReason).map(([reason, rowCount]) => [reason, countText(rowCount)])
  const where = file === null ? [] : [`  see ${file}`]
  return [...again, '', `Rejected: ${counted(count, 'row')}`, ...textTable(rows, ['left', 'right']), ...where]
}

function listed(title: string, objects: RunSummary['objects']['notCarried']): string[] {
  if (objects.length === 0) return []
  const rows = objects.slice(0, maxListed).map(({ kind, name, reason }) => [kind, name, reason])
  const more = objects.length > maxListed ? [`  and ${objects.length - maxListed} more: see the report or --json`] : []
  return ['', `${title}: ${objects.length}`, ...textTable(rows), ...more]
}

function rows({ datasets }: RunSummary): string[] {
  if (datasets.length === 0) return []
  const fates = (['read', 'written', 'merged', 'filtered', 'rejected', 'vanished'] as const).filter(
    (fate) => fate === 'read' || fate === 'written' || datasets.some((dataset) => dataset[fate] > 0),
  )
  const head = ['dataset', 'to', ...fates]
  const body = datasets.flatMap((dataset) => {
    const [own, ...others] = dataset.outputs
    return [
      [dataset.from, own?.to ?? '', ...fates.map((fate) => countText(dataset[fate]))],
      // Rows of other tables are not among those of the dataset.
      ...others.map(({ to, written }) => [
        '',
        to,
        ...fates.map((fate) => (fate === 'written' ? countText(written) : '')),
      ]),
    ]
  })
  const total = ['in all', '', ...fates.map((fate) => countText(datasets.reduce((sum, one) => sum + one[fate], 0)))]
  const aligns: Align[] = ['left', 'left', ...fates.map((): Align => 'right')]
  return ['', 'Rows', ...textTable([head, ...body, ...(datasets.length > 1 ? [total] : [])], aligns)]
}

function validation({ validation: found }: RunSummary): string[] {
  if (found === null) return []
  const orphans = found.datasets.flatMap(({ from, orphans: all }) =>
    all
      .filter(({ source, target }) => source > 0 || target > 0)
      .map(({ constraint, source, target }) => [from, constraint.from, `${countText(source)} / ${countText(target)}`]),
  )
  const apart = found.datasets.filter((dataset) => dataset.sourceRows !== dataset.targetRows)
  const lines = ['', `Validation: ${found.status}, ${counted(found.datasets.length, 'dataset')}`]
  lines.push(...coverage(found))
  if (apart.length > 0) {
    lines.push('  rows, source / target, where they are not the same:')
    const counts = apart.map(({ from, sourceRows, targetRows, leftOut }) => [
      from,
      `${countText(sourceRows)} / ${countText(targetRows)}`,
      leftOut === undefined ? '' : `${countText(leftOut)} left out at the source`,
    ])
    lines.push(...textTable(counts, [], '    '))
  }
  if (orphans.length === 0) return lines
  return [...lines, '  rows without their parent, source / target:', ...textTable(orphans, [], '    ')]
}

/** Only the first few: of a table of a hundred such columns the report has all. */
function coverage({ coverage: said = [] }: ValidationSummary): string[] {
  const more = said.length > maxListed ? [`  and ${said.length - maxListed} more: see the report or --json`] : []
  return [...said.slice(0, maxListed).map((line) => `  ${line}`), ...more]
}

function warnings({ warnings: all }: RunSummary): string[] {
  if (all.length === 0) return []
  return ['', 'Warnings', ...all.map((warning) => `  ${warning.message}`)]
}
