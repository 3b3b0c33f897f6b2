import type { Registry } from '../contract/connector.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RejectedRow } from '../model/loss.ts'
import { withTarget } from './with-target.ts'

/** The rejected rows of a run, from the target, where they are the truth. @throws TL_K504 where it knows no such run */
export async function readRejects(
  registry: Registry,
  url: string,
  run: string,
  signal: AbortSignal,
): Promise<readonly RejectedRow[]> {
  return await withTarget(registry, url, signal, async (target) => {
    if ((await target.state.find(run, signal)) === undefined) {
      throw new TransloadError('TL_K504', { reason: `${target.label} knows no run ${run}` })
    }
    return await target.state.rejects(run, signal)
  })
}
