import { TransloadError } from '../errors/transload-error.ts'
import { asFault } from './as-fault.ts'
import { StageFault } from './stage-kind.ts'

/** What stages load before they are bound, such as numbering plans: once, and only where a stage wants it. */
const held = new Map<string, unknown>()

/**
 * Loads something under a key. An option that it refuses is told as the stage is bound, with its place.
 * @param path Of the option in the stage's configuration
 */
export async function loadOnce<T>(key: string, path: readonly PropertyKey[], load: () => Promise<T>): Promise<void> {
  if (held.has(key)) return
  const [outcome] = await Promise.allSettled([load()])
  held.set(key, outcome.status === 'fulfilled' ? outcome.value : faultOf(path, outcome.reason))
}

function faultOf(path: readonly PropertyKey[], reason: unknown): StageFault {
  try {
    return asFault<never>(path, () => {
      throw reason
    })
  } catch (error) {
    if (error instanceof StageFault) return error
    throw error
  }
}

/** What was loaded under a key. @throws StageFault where it was refused */
export function loaded<T>(key: string): T {
  if (!held.has(key)) throw new TransloadError('TL_X901', { reason: `${key} was not loaded before it was bound` })
  const found = held.get(key)
  if (found instanceof StageFault) throw found
  return found as T
}
