import { isDockerRunning, startContainerServer } from '../support/engines/container-server.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import type { Command, EngineSpec } from '../support/engines/engine-spec.ts'
import { engineSpecs } from '../support/engines/engine-specs.ts'
import { startLocalServer } from '../support/engines/local-server.ts'
import type { SourceEngine } from './migrate.ts'

/** A server of the test's own with one more setting, from the first day of its data: some cannot be changed later. */
export async function startWith(engine: SourceEngine, setting: string): Promise<EngineHandle> {
  const spec = engineSpecs[engine]
  const { container } = spec
  const own: EngineSpec = {
    ...spec,
    initialise: (place) =>
      engine === 'mysql9' ? withSetting(spec.initialise(place), setting) : spec.initialise(place),
    serve: (place) => withSetting(spec.serve(place), setting),
  }
  if (container !== undefined && (await isDockerRunning())) {
    return await startContainerServer(own, { ...container, args: [...container.args, setting] })
  }
  return await startLocalServer(own, (await spec.find()) ?? (await spec.install()), 'installed')
}

function withSetting({ program, args }: Command, setting: string): Command {
  return { program, args: [...args, setting] }
}
