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

/** The verdict of one validation: of what was not compared in full it names what was. */
export function validationVerdict({ status, checks, datasets }: ValidationSummary): string {
  const isInPart = isSampled(datasets)
  if (status === 'transient' || status === 'unproven') {
    return isInPart ? `${validationVerdicts[status]}; of some tables a sample alone` : validationVerdicts[status]
  }
  if (status !== 'counted' || checks === undefined) return validationVerdicts[status]
  const made = checkNames.filter((name) => checks[name].state === 'checked' && name !== 'contents')
  if (checks.contents.state === 'checked' && isInPart) made.push('contents')
  const names = made.map((name) => (name === 'contents' ? 'a sample of the contents' : name)).join(', ')
  const rest = isInPart ? 'not every value was compared' : 'values were not compared one by one'
  return `Nothing differs in what was compared (${names}); ${rest}`
}
