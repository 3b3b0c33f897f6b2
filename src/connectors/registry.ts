import type { Connector, Registry } from '../contract/connector.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Scheme → connector, loaded when it is first asked for: nobody pays for a driver that is not used. */
const connectors: { readonly [scheme: string]: () => Promise<Connector> } = {
  memory: async () => (await import('./memory/index.ts')).memory,
  mysql: async () => (await import('./mysql/index.ts')).mysql,
  mariadb: async () => (await import('./mysql/index.ts')).mysql,
  mongodb: async () => (await import('./mongodb/index.ts')).mongodb,
  'mongodb+srv': async () => (await import('./mongodb/index.ts')).mongodb,
  mongodump: async () => (await import('./mongodb/dump/index.ts')).mongodump,
  jsonl: async () => (await import('./mongodb/dump/index.ts')).jsonl,
  mysqldump: async () => (await import('./mysql/dump/index.ts')).mysqldump,
  postgres: async () => (await import('./postgres/index.ts')).postgres,
  postgresql: async () => (await import('./postgres/index.ts')).postgres,
  'embedded-postgres': async () => (await import('./postgres/embedded.ts')).embeddedPostgres,
}

/** The connector for a URL. @throws TL_C103 where it has no scheme, TL_C104 where nobody knows the scheme */
export const registry: Registry = async (url) => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  // What is in memory is there for programs that use the library alone.
  const known = Object.keys(connectors)
    .filter((name) => name !== 'memory')
    .join(', ')
  if (scheme === undefined) {
    throw new TransloadError('TL_C103', {
      url: withoutSecrets(url),
      reason: 'it has no scheme',
      cure: `Begin it with one of: ${known}.`,
    })
  }
  const load = connectors[scheme]
  if (load === undefined) throw new TransloadError('TL_C104', { scheme, known })
  return await load()
}

/** A URL that nobody could parse may still hold a password before its `@`. */
function withoutSecrets(url: string): string {
  return url.slice(url.lastIndexOf('@') + 1)
}
