import type { Registry } from '../contract/connector.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Opens a target for as long as `work` takes. */
export async function withTarget<T>(
  registry: Registry,
  url: string,
  signal: AbortSignal,
  work: (target: Target) => Promise<T>,
  notice: (message: string) => void = () => {},
): Promise<T> {
  const connector = await registry(url)
  const endpoint = connector.parseUrl(url)
  if (connector.openTarget === undefined) {
    const context = { url: endpoint.label, reason: 'it cannot be a target', cure: 'Name another one.' }
    throw new TransloadError('TL_C103', context)
  }
  await using target = await connector.openTarget(endpoint, { laneCount: 1, notice }, signal)
  return await work(target)
}
