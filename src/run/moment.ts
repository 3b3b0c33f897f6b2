import { TransloadError } from '../errors/transload-error.ts'
import type { Consistency } from '../model/run-state.ts'
import type { RunFlags } from './request.ts'

/**
 * What the run may call its consistency when it goes on at `now` after `before`. The same moment has to be proved, by
 * equal positions, or vouched for by the user; `--resume=mixed` gives the proof up for good.
 *
 * @throws TL_K502 where none of the three holds, before anything is written.
 */
export function resumeConsistency(
  run: string,
  before: Consistency | undefined,
  now: Consistency,
  flags: Pick<RunFlags, 'sourceQuiet' | 'resumeMixed'>,
): Consistency {
  if (before === undefined) return now
  const moments = [...before.moments, ...now.moments]
  if (before.level === 'mixed') return { ...before, moments }
  if (before.position !== undefined && before.position === now.position) return before
  if (flags.sourceQuiet) {
    return { ...before, moments: [...moments, 'the user vouched that nobody wrote to the source (--source-quiet)'] }
  }
  if (flags.resumeMixed) return { level: 'mixed', moments }
  throw new TransloadError('TL_K502', { run, reason: whyUnproved(before, now) })
}

function whyUnproved(before: Consistency, now: Consistency): string {
  if (before.position === undefined) return 'it kept no log position when the run began'
  if (now.position === undefined) return `it was at ${before.position}, and now keeps no log position`
  return `it was at ${before.position}, and is now at ${now.position}`
}
