import type { ValidationSummary } from '../model/run-summary.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { type Check, checksOf, missingTable, strayRows } from './checks.ts'
import { xmlText as text } from './xml-text.ts'

/**
 * `junit.xml` of a validation: a suite is a dataset, a case is a check of it. What was not compared, or not of all rows,
 * is skipped.
 */
export function validationJunit(summary: ValidationSummary): string {
  const { datasets, unpaired = [], strays = [], checks, seconds } = summary
  const suites = [
    ...datasets.map((dataset) => ({ name: dataset.from, cases: checksOf(dataset, checks) })),
    ...unpaired.map(({ from, to }) => ({ name: from, cases: [missingTable(to)] })),
    ...strays.map((one) => ({ name: one.to, cases: [strayRows(one)] })),
  ]
  const all = suites.flatMap(({ cases }) => cases)
  const time = seconds === undefined ? '' : ` time="${seconds}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="transload validate" ${totals(all)}${time}>`,
    ...suites.flatMap(({ name, cases }) => suiteLines(name, cases, summary)),
    '</testsuites>',
    '',
  ].join('\n')
}

function totals(cases: readonly Check[]): string {
  const count = (is: CheckOutcome['is']): number => cases.filter(({ outcome }) => outcome.is === is).length
  return `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}"`
}

function suiteLines(name: string, cases: readonly Check[], summary: ValidationSummary): string[] {
  const { source, target, version, startedAt, finishedAt, status } = summary
  const properties = Object.entries({ source, target, version, started: startedAt, finished: finishedAt, status })
  const timestamp = startedAt === undefined ? '' : ` timestamp="${text(startedAt)}"`
  return [
    `  <testsuite name="${text(name)}" ${totals(cases)}${timestamp}>`,
    '    <properties>',
    ...properties.flatMap(([key, value]) =>
      value === undefined ? [] : [`      <property name="${key}" value="${text(value)}"/>`],
    ),
    '    </properties>',
    ...cases.flatMap((one) => caseLines(name, one)),
    '  </testsuite>',
  ]
}

function caseLines(suite: string, { name, outcome }: Check): string[] {
  const opening = `    <testcase classname="${text(suite)}" name="${text(name)}"`
  if (outcome.is === 'passed') {
    const { note } = outcome
    if (note === undefined) return [`${opening}/>`]
    return [`${opening}>`, `      <system-out>${text(note)}</system-out>`, '    </testcase>']
  }
  if (outcome.is === 'skipped') {
    return [`${opening}>`, `      <skipped message="${text(outcome.why)}"/>`, '    </testcase>']
  }
  const { reason, message, lines } = outcome
  const body = lines.map(text).join('\n')
  const failure = `      <failure type="${text(reason)}" message="${text(message)}">${body}</failure>`
  return [`${opening}>`, failure, '    </testcase>']
}
