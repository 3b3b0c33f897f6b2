import { TransloadError } from '../errors/transload-error.ts'
import { StageFault } from './stage-kind.ts'

/** Does something of which a bad option is the stage's fault at this place. @throws StageFault in the place of TL_C105 */
export function asFault<T>(path: readonly PropertyKey[], work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw faultOf(path, error)
  }
}

/** What is wrong with an option, as the stage's fault at this place; any other error as it is. */
export function faultOf(path: readonly PropertyKey[], error: unknown): unknown {
  const isOption = error instanceof TransloadError && error.code === 'TL_C105'
  return isOption ? new StageFault(path, error.title, error.hint) : error
}
