import { checkNames } from '../model/check.ts'
import type { ValidationStatus, ValidationSummary } from '../model/run-summary.ts'
import { isSampled } from './way-text.ts'

/** What a comparison of two databases came to, in one sentence that claims no more than was shown. */
const validationVerdicts: { readonly [status in ValidationStatus]: string } = {
  equal: 'Equal: every value of every row',
  counted: 'Counts agree: rows, NULLs and orphans; not every value was compared',
  different: 'Different',
  transient: 'Nothing differs but rows that kept changing',
  unproven: 'Nothing differs, but not everything could be compared',
  skipped: 'Nothing was compared',
}

/** Of rows that stages refuse nothing is at the target. */
function equalText(datasets: ValidationSummary['datasets']): string {
  const refused = datasets.reduce((sum, { left }) => sum + (left?.refused ?? 0), 0)
  if (refused === 0) return validationVerdicts.equal
  const rows =
    refused === 1 ? '1 row of the source that a stage refuses' : `${refused} rows of the source that stages refuse`
  return `Equal, but for ${rows}: every value of every other row`
}

/** The verdict of one validation: of what was not compared in full it names what was. */
export function validationVerdict({ status, checks, datasets }: ValidationSummary): string {
  const isInPart = isSampled(datasets)
  if (status === 'transient' || status === 'unproven') {
    return isInPart ? `${validationVerdicts[status]}; of some tables a sample alone` : validationVerdicts[status]
  }
  if (status === 'equal') return equalText(datasets)
  if (status !== 'counted' || checks === undefined) return validationVerdicts[status]
  const made = checkNames.filter((name) => checks[name].state === 'checked' && name !== 'contents')
  if (checks.contents.state === 'checked' && isInPart) made.push('contents')
  const names = made.map((name) => (name === 'contents' ? 'a sample of the contents' : name)).join(', ')
  const rest = isInPart ? 'not every value was compared' : 'values were not compared one by one'
  return `Nothing differs in what was compared (${names}); ${rest}`
}
