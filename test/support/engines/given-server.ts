import type { EngineHandle } from './engine-handle.ts'
import type { EngineSpec } from './engine-spec.ts'
import { awaitServer } from './probe-server.ts'

const answerTimeoutMs = 5_000

/** A server that somebody else runs, named by the environment. It is used and left as it is. */
export async function useGivenServer(spec: EngineSpec, url: string): Promise<EngineHandle> {
  const version = await awaitServer(url, { timeoutMs: answerTimeoutMs, hasEnded: () => false })
  if (!spec.isVersion(version)) throw new Error(`the server of ${spec.urlVariable} is version ${version}`)
  const refuse = (): Promise<never> =>
    Promise.reject(new Error(`the server of ${spec.urlVariable} is not ours to restart or kill`))
  const leave = (): Promise<void> => Promise.resolve()
  return {
    name: spec.name,
    url,
    version,
    origin: 'environment',
    stop: leave,
    restart: refuse,
    kill: refuse,
    [Symbol.asyncDispose]: leave,
  }
}
