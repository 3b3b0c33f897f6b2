import { join } from 'node:path'
import { TransloadError } from '../errors/transload-error.ts'
import { type RememberedRun, RunStore } from '../store/run-store.ts'
import { transloadHome } from '../store/transload-home.ts'
import type { World } from './world.ts'

/** The store of this machine. @throws TL_C105 where it cannot be opened */
export function openStore(world: World): RunStore {
  const path = join(transloadHome(world.environment), 'runs.db')
  try {
    return new RunStore(path)
  } catch (error) {
    const reason = `${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`
    throw new TransloadError(
      'TL_C105',
      { reason, cure: 'Mend or move the file, or name another place in TRANSLOAD_HOME.' },
      error,
    )
  }
}

/** A run that this machine knows, by its id or the beginning of it. @throws TL_C105 for one that it does not */
export function findRun(store: RunStore, run: string): RememberedRun {
  const found = store.find(run)
  if (found !== undefined) return found
  throw new TransloadError('TL_C105', {
    reason: `This machine knows no run ${run}, or more than one that begins so`,
    cure: 'transload runs lists those that it knows.',
  })
}
