import type { RunSummary } from '../model/run-summary.ts'
import { isSampled } from './way-text.ts'

/** What came of a run, in one sentence that claims no more than was shown. */
export function verdict(summary: RunSummary): string {
  const { status, error } = summary
  if (status === 'interrupted') return `${error?.message ?? 'Interrupted'}${goesOn(summary)}`
  if (error !== undefined) return `${error.message}${goesOn(summary)}`
  return `Done: ${proof(summary)}`
}

function goesOn({ resumable }: RunSummary): string {
  return resumable ? '; the same command goes on from the last checkpoint' : ''
}

function proof({ validation, consistency }: RunSummary): string {
  const mixed = consistency.level === 'mixed' ? ', of rows of more than one moment' : ''
  switch (validation?.status) {
    case undefined:
    case 'skipped':
      return 'the target took every row that was sent; nothing was compared'
    case 'equal':
      return `source and target are equal in every column that was compared${mixed}`
    case 'counted':
      if (isSampled(validation.datasets)) {
        return `rows, NULLs, orphans and a sample of the values are as expected on both sides; not every value was compared${mixed}`
      }
      return `rows, NULLs and orphans are as expected on both sides; values were not compared${mixed}`
    case 'different':
      return 'source and target differ'
    case 'transient':
      return 'source and target differ only as far as the source went on changing'
    case 'unproven':
      return consistency.level === 'mixed'
        ? 'counts differ, which proves nothing of rows of more than one moment'
        : 'what could be compared is equal, and not everything could'
  }
}

/** What a reader must not conclude from the run, one sentence each. */
export function unproved(summary: RunSummary): string[] {
  const { validation, consistency, objects, datasets, rejects } = summary
  const said: string[] = []
  if (validation === null || validation.status === 'skipped') {
    said.push('Nothing was compared: that the target took a row does not show that it kept it.')
  } else if (validation.status === 'counted' && !isSampled(validation.datasets)) {
    said.push('Values were not compared: two rows may differ where their counts and NULLs agree.')
  }
  said.push(...(validation?.coverage ?? []))
  if (consistency.level === 'per-connection') {
    said.push(
      'Tables were read by connections that each saw a moment of its own: rows that belong together may not fit.',
    )
  }
  if (consistency.level === 'none' && summary.run !== null) {
    said.push('The source has no common moment: what was written to it meanwhile may be there or not.')
  }
  if (consistency.level === 'mixed') {
    said.push('The run was gone on with at another moment of the source: only a full validation could call it equal.')
  }
  if (consistency.moments.some((moment) => moment.includes('--source-quiet'))) {
    said.push('That nobody wrote to the source meanwhile is the user’s word (--source-quiet), not a finding.')
  }
  if (objects.notValidated.length > 0) {
    said.push('Constraints listed as not validated hold for new rows only, or are not there at all.')
  }
  if (objects.notCarried.length > 0) said.push('What is listed as not carried is not in the target.')
  if (datasets.some((dataset) => dataset.losses.length > 0)) {
    said.push('Values listed under losses are not what the source has: they were changed as the plan declared.')
  }
  if (rejects.count > 0) said.push('Rejected rows are not in the target.')
  said.push('That the application works on the target: no query of it was run.')
  return said
}
