import type { Connector, Endpoint, OpenOptions } from '../contract/connector.ts'
import type { Source } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'

/** Both ends of a run, open. */
export interface Ends {
  readonly source: Source
  readonly target: Target
  readonly sourceEnd: Endpoint
  readonly targetEnd: Endpoint
}

/** Opens both ends, the source first, as people read. Whoever calls disposes of them. */
export async function openEnds(request: RunRequest, record: RunRecord): Promise<Ends> {
  const { pipeline, registry, signal, events, flags } = request
  const sourceConnector = await registry(pipeline.source)
  const targetConnector = await registry(pipeline.target)
  const sourceEnd = sourceConnector.parseUrl(pipeline.source)
  const targetEnd = targetConnector.parseUrl(pipeline.target)
  record.source = sourceEnd.label
  record.target = targetEnd.label
  const options: OpenOptions = {
    laneCount: flags.laneCount,
    maxBytesPerSecond: flags.maxBytesPerSecond,
    notice: (message) => events.notice(message),
  }
  const source = await openSource(sourceConnector, sourceEnd, options, signal)
  try {
    const target = await openTarget(targetConnector, targetEnd, options, signal)
    return { source, target, sourceEnd, targetEnd }
  } catch (error) {
    await source[Symbol.asyncDispose]()
    throw error
  }
}

async function openSource(
  connector: Connector,
  endpoint: Endpoint,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Source> {
  if (connector.openSource !== undefined) return await connector.openSource(endpoint, options, signal)
  throw new TransloadError('TL_C103', {
    url: endpoint.label,
    reason: 'it cannot be a source',
    cure: 'Name another one.',
  })
}

async function openTarget(
  connector: Connector,
  endpoint: Endpoint,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Target> {
  if (connector.openTarget !== undefined) return await connector.openTarget(endpoint, options, signal)
  throw new TransloadError('TL_C103', {
    url: endpoint.label,
    reason: 'it cannot be a target',
    cure: 'Name another one.',
  })
}
