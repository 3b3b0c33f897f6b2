import type { Registry } from '../contract/connector.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RejectedRow } from '../model/loss.ts'
import { withTarget } from './with-target.ts'

export interface ReadRejects {
  readonly rows: readonly RejectedRow[]
  /** Those that were rejected first, and are no more after a replay: not among `rows`. */
  readonly replayed: number
}

/** The rejected rows of a run, from the target, where they are the truth. @throws TL_T305 where it knows no such run */
export async function readRejects(
  registry: Registry,
  url: string,
  run: string,
  signal: AbortSignal,
): Promise<ReadRejects> {
  return await withTarget(registry, url, signal, async (target) => {
    if ((await target.state.find(run, signal)) === undefined) {
      const cure = 'See transload runs; name the target of that run.'
      throw new TransloadError('TL_T305', { endpoint: target.label, kind: 'run', name: run, cure })
    }
    const replayed = await target.state.replayed(run, signal)
    return {
      rows: await target.state.rejects(run, signal),
      replayed: replayed.reduce((sum, { count }) => sum + count, 0),
    }
  })
}
