import { isDockerRunning, startContainerServer } from './container-server.ts'
import type { EngineHandle } from './engine-handle.ts'
import type { EngineName } from './engine-name.ts'
import type { EngineSpec } from './engine-spec.ts'
import { engineSpecs } from './engine-specs.ts'
import { useGivenServer } from './given-server.ts'
import { startLocalServer } from './local-server.ts'

/**
 * A running server of the engine, from the first of: the URL in its variable of the environment, Docker, the programs
 * installed on this machine, the programs that we can install on it. All but the first are fresh, empty servers on
 * loopback, which end with this process at the latest. `moreArgs` follow the arguments that the server would be started
 * with, and win over them; a server that is there already takes none.
 * Rejects with the engine's name and every way that was tried.
 */
export async function startEngine(name: EngineName, moreArgs: readonly string[] = []): Promise<EngineHandle> {
  const spec = withArgs(engineSpecs[name], moreArgs)
  const url = process.env[spec.urlVariable] ?? ''
  try {
    return url === '' ? await startOwn(spec) : await useGivenServer(spec, url)
  } catch (error) {
    const cure = `Name a server in ${spec.urlVariable}, run Docker, or leave it out with TRANSLOAD_SKIP_ENGINES=${name}.`
    throw new Error(`The engine ${name} is missing: ${(error as Error).message}. ${cure}`, { cause: error })
  }
}

function withArgs(spec: EngineSpec, moreArgs: readonly string[]): EngineSpec {
  if (moreArgs.length === 0) return spec
  const { container } = spec
  return {
    ...spec,
    container: container === undefined ? undefined : { ...container, args: [...container.args, ...moreArgs] },
    serve: (place) => {
      const { program, args } = spec.serve(place)
      return { program, args: [...args, ...moreArgs] }
    },
  }
}

async function startOwn(spec: EngineSpec): Promise<EngineHandle> {
  if (spec.container !== undefined && (await isDockerRunning())) {
    try {
      return await startContainerServer(spec, spec.container)
    } catch (error) {
      console.error(`${spec.name}: Docker runs but not ${spec.container.image}: ${(error as Error).message}`)
    }
  }
  const installation = await spec.find()
  if (installation !== undefined) return startLocalServer(spec, installation, 'installed')
  console.error(`${spec.name}: not on this machine yet, installing it`)
  return startLocalServer(spec, await spec.install(), 'just installed')
}
