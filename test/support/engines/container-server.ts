import { spawnSync } from 'node:child_process'
import type { EngineHandle } from './engine-handle.ts'
import type { ContainerSpec, EngineSpec } from './engine-spec.ts'
import { freePort } from './free-port.ts'
import { awaitServer } from './probe-server.ts'
import { endWithProcess } from './reaper.ts'
import { runCommand } from './run-command.ts'

const startTimeoutMs = 120_000

/** Whether a Docker answers on this machine. */
export async function isDockerRunning(): Promise<boolean> {
  return runCommand('docker', ['version', '--format', '{{.Server.Version}}']).then(
    () => true,
    () => false,
  )
}

/** Starts an engine's image on a free port of loopback; the container is removed when it stops. */
export async function startContainerServer(spec: EngineSpec, container: ContainerSpec): Promise<EngineHandle> {
  const port = await freePort()
  const environment = Object.entries(container.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const publish = ['--publish', `127.0.0.1:${port}:${container.port}`]
  const args = ['run', '--detach', ...publish, ...environment, container.image, ...container.args]
  const id = (await runCommand('docker', args)).trim()
  const server = new ContainerServer(spec, id, port)
  try {
    await server.awaitAnswer()
    if (!spec.isVersion(server.version)) throw new Error(`it is version ${server.version}`)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

class ContainerServer implements EngineHandle {
  readonly name
  readonly url: string
  readonly origin = 'docker'
  version = 'not started'
  readonly #id: string
  readonly #forget: () => void

  constructor(spec: EngineSpec, id: string, port: number) {
    this.name = spec.name
    this.url = spec.url(port)
    this.#id = id
    this.#forget = endWithProcess(() => {
      spawnSync('docker', ['rm', '--force', '--volumes', id], { stdio: 'ignore' })
    })
  }

  async awaitAnswer(): Promise<void> {
    const wait = { timeoutMs: startTimeoutMs, hasEnded: () => false }
    this.version = await awaitServer(this.url, wait)
  }

  async restart(): Promise<void> {
    await runCommand('docker', ['restart', this.#id])
    await this.awaitAnswer()
  }

  async kill(): Promise<void> {
    await runCommand('docker', ['kill', '--signal=KILL', this.#id])
  }

  async stop(): Promise<void> {
    await runCommand('docker', ['rm', '--force', '--volumes', this.#id])
    this.#forget()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
