import type { InitDocument } from '../../report/documents/init-document.ts'
import { counted } from '../../init/value-sample.ts'

/** What `transload init` tells once the file is written. */
export function* initText(found: InitDocument, shownFile: string): Generator<string> {
  const { datasets, suggestions, preflight } = found
  yield `Written ${shownFile}: ${found.source} → ${found.target}, ${counted(datasets.length, 'table')}`
  const overrides = datasets.flatMap(({ from, overrides: own }) => own.map((one) => ({ ...one, from })))
  if (overrides.length > 0) {
    yield ''
    yield 'Said in the file, since there would be no plan without it'
    for (const { from, column, reason } of overrides) yield `  ${from}.${column}: ${reason}`
  }
  const notes = datasets.flatMap(({ from, notes: own }) => own.map((note) => `${from}.${note}`))
  if (notes.length > 0) {
    yield ''
    yield 'Found in the data'
    for (const note of notes) yield `  ${note}`
  }
  if (suggestions.length > 0) {
    yield ''
    yield 'Suspected: in the file as comments, to be taken or left'
    for (const { dataset, columns, reason } of suggestions) {
      yield `  ${dataset}${columns.length === 1 ? `.${columns[0]}` : ''}: ${reason}`
    }
  }
  const findings = preflight.filter(({ level }) => level !== 'info')
  if (findings.length > 0) {
    yield ''
    yield 'Preflight'
    for (const { level, message, cure = '' } of findings) {
      yield `  ${level}: ${message}`
      for (const line of cure.split('\n').filter(Boolean)) yield `    ${line}`
    }
  }
  yield ''
  yield 'Next'
  for (const command of found.next) yield `  ${command}`
}
