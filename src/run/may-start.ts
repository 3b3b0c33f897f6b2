import { TransloadError } from '../errors/transload-error.ts'
import type { Finding, Plan, Warning } from '../model/plan.ts'
import type { Ends } from './ends.ts'
import type { RunRequest } from './request.ts'

/** Codes of what may not be read or written: one of them alone is told as itself, with the end that it is about. */
const refusals = ['TL_S204', 'TL_T304'] as const

/** @throws TL_C109 for schemas that nobody said yes to; else what preflight found to stand in the way, all of it */
export function assertMayStart({ flags }: RunRequest, { source, target }: Ends, plan: Plan): void {
  const missing = missingSchemas(plan)
  if (missing.length > 0 && !flags.yes) {
    throw new TransloadError('TL_C109', { reason: missing.map((finding) => finding.message).join('; ') })
  }
  const errors = plan.preflight.filter((finding) => finding.level === 'error')
  if (errors.length === 0) return
  const reason = errors.map((finding) => finding.message).join('; ')
  const cure = errors.map((finding) => (finding.cure ?? '').replaceAll('\n', ' ')).join(' ')
  const code = refusals.find((refusal) => errors.every((finding) => finding.code === refusal)) ?? 'TL_T312'
  const endpoint = code === 'TL_S204' ? source.label : target.label
  throw new TransloadError(code, { endpoint, reason, cure: cure.trim() })
}

/** Schemas of the target that are made only where somebody says yes. */
export function missingSchemas({ preflight }: Pick<Plan, 'preflight'>): readonly Finding[] {
  return preflight.filter(isMissingSchema)
}

function isMissingSchema({ code, level }: Finding): boolean {
  return code === 'TL_T305' && level !== 'error'
}

/**
 * What preflight found that does not stand in the way of a run that has started, and is worth knowing before hours of
 * copying: a schema that was missing has been said yes to.
 */
export function preflightWarnings(plan: Plan): readonly Warning[] {
  const warnings = plan.preflight.filter((finding) => finding.level === 'warning' && !isMissingSchema(finding))
  return warnings.map(({ code, message }) => ({ code, message }))
}
