import type { ContainerSpec, EngineSpec, Installation, ServerPlace } from './engine-spec.ts'

/**
 * Settings that tests rely on. Without fsync a crash of the machine loses data; a SIGKILL of the server does not,
 * because what was written is in the kernel's hands. `synchronous_commit` stays on: without it readers of a
 * replication slot see new changes up to 200 ms late.
 */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'logical',
  max_wal_size: '4GB',
  max_replication_slots: '20',
  max_wal_senders: '20',
  max_connections: '200',
  shared_buffers: '256MB',
}

const settingArgs = Object.entries(settings).map(([name, value]) => `--${name}=${value}`)

export interface PostgresParts extends Pick<EngineSpec, 'name' | 'urlVariable' | 'find' | 'install'> {
  readonly major: number
  readonly image?: string | undefined
}

export function postgresEngine({ major, image, ...parts }: PostgresParts): EngineSpec {
  return {
    ...parts,
    family: 'postgres',
    accounts: ['postgres', 'nobody'],
    container: image === undefined ? undefined : container(image),
    files: {},
    initialise: ({ installation, dataFolder }) => ({
      program: programOf(installation, 'initdb'),
      args: ['-D', dataFolder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    }),
    serve: ({ installation, dataFolder, port }: ServerPlace) => ({
      program: programOf(installation, 'postgres'),
      args: [
        `-D${dataFolder}`,
        `-p${port}`,
        '--listen_addresses=127.0.0.1',
        '--unix_socket_directories=',
        ...settingArgs,
      ],
    }),
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    isVersion: (version) => version.startsWith(`${major}.`),
    shutdownSignal: 'SIGINT',
  }
}

function programOf({ programs }: Installation, name: 'initdb' | 'postgres'): string {
  return programs[name] ?? name
}

function container(image: string): ContainerSpec {
  return { image, port: 5432, environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' }, args: settingArgs }
}
