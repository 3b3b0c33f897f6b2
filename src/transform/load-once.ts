import { TransloadError } from '../errors/transload-error.ts'
import { faultOf } from './as-fault.ts'
import { StageFault } from './stage-kind.ts'

/** What stages load before they are bound, such as numbering plans: once, and only where a stage wants it. */
const held = new Map<string, unknown>()

/**
 * Loads something under a key. An option that it refuses is told as the stage is bound, with its place.
 * @param path Of the option in the stage's configuration
 */
export async function loadOnce<T>(key: string, path: readonly PropertyKey[], load: () => Promise<T>): Promise<void> {
  if (held.has(key)) return
  try {
    held.set(key, await load())
  } catch (error) {
    const fault = faultOf(path, error)
    if (!(fault instanceof StageFault)) throw error
    held.set(key, fault)
  }
}

/** What was loaded under a key. @throws StageFault where it was refused */
export function loaded<T>(key: string): T {
  if (!held.has(key)) throw new TransloadError('TL_X901', { reason: `${key} was not loaded before it was bound` })
  const found = held.get(key)
  if (found instanceof StageFault) throw found
  return found as T
}
