import type { Connector, Endpoint, OpenOptions } from '../contract/connector.ts'
import type { Source } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RunEvents, RunFlags, RunRequest } from './request.ts'

/** Both ends of a run, open. */
export interface Ends {
  readonly source: Source
  readonly target: Target
  readonly sourceEnd: Endpoint
  readonly targetEnd: Endpoint
}

/** What opening both ends takes. */
export type EndsRequest = Pick<RunRequest, 'pipeline' | 'registry' | 'signal'> & {
  readonly events: Pick<RunEvents, 'notice'>
  readonly flags: Pick<RunFlags, 'laneCount' | 'maxBytesPerSecond'>
  /** Nothing is written to either end. */
  readonly isReadOnly?: boolean | undefined
  /** See `OpenOptions`. */
  readonly statementTimeoutMs?: number | undefined
}

/**
 * Opens both ends, the source first, as people read. Whoever calls disposes of them.
 * @param labels Told how both are called, before either is connected to
 */
export async function openEnds(request: EndsRequest, labels: { source: string; target: string }): Promise<Ends> {
  const { pipeline, registry, signal, events, flags } = request
  const sourceConnector = await registry(pipeline.source)
  const targetConnector = await registry(pipeline.target)
  const sourceEnd = sourceConnector.parseUrl(pipeline.source)
  const targetEnd = targetConnector.parseUrl(pipeline.target)
  labels.source = sourceEnd.label
  labels.target = targetEnd.label
  const options: OpenOptions = {
    laneCount: flags.laneCount,
    maxBytesPerSecond: flags.maxBytesPerSecond,
    isReadOnly: request.isReadOnly,
    statementTimeoutMs: request.statementTimeoutMs,
    notice: (message) => events.notice(message),
  }
  // Both are asked for before either is connected to.
  const sources = openerOf(sourceConnector, sourceEnd, 'openSource')
  const targets = openerOf(targetConnector, targetEnd, 'openTarget')
  const source = await sources.openSource(sourceEnd, options, signal)
  try {
    const target = await targets.openTarget(targetEnd, options, signal)
    return { source, target, sourceEnd, targetEnd }
  } catch (error) {
    await source[Symbol.asyncDispose]()
    throw error
  }
}

type Opener = 'openSource' | 'openTarget'

/** The connector, known to have the end. @throws TL_C103 */
function openerOf<Name extends Opener>(
  connector: Connector,
  { engine, label }: Endpoint,
  name: Name,
): Required<Pick<Connector, Name>> {
  if (has(connector, name)) return connector
  const end = name === 'openSource' ? 'source' : 'target'
  throw new TransloadError('TL_C103', {
    url: label,
    reason: `${engine} cannot be a ${end} in this version`,
    cure: `Name another ${end}; or have --source and --target changed places?`,
  })
}

function has<Name extends Opener>(
  connector: Connector,
  name: Name,
): connector is Connector & Required<Pick<Connector, Name>> {
  return connector[name] !== undefined
}
