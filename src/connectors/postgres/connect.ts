import type { ConnectionOptions } from 'node:tls'
import type { Socket } from 'node:net'
import pg from 'pg'
import { waitOrAbort } from '../../async/abort.ts'
import { ChunkMemory } from '../sql/chunk-memory.ts'
import type { PostgresSettings } from './config.ts'
import { errorOf } from './errors.ts'
import { findPassword } from './password-file.ts'

/** A client that is connected, and the memory that what it receives lies in; absent with TLS. */
export interface Line {
  readonly client: pg.Client
  readonly chunks: ChunkMemory | undefined
}

export async function connect(
  settings: PostgresSettings,
  tls: ConnectionOptions | false,
  signal: AbortSignal,
): Promise<Line> {
  const chunks = tls === false ? new ChunkMemory() : undefined
  const client = new pg.Client({
    host: settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    password: () => passwordOf(settings),
    ssl: tls,
    ...(chunks && { stream: () => chunks.socket() }),
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  try {
    await waitOrAbort(client.connect(), signal)
    return { client, chunks }
  } catch (error) {
    // Errors that come after the first have nobody to go to.
    client.on('error', () => undefined)
    ;(client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy()
    throw error
  }
}

async function passwordOf(settings: PostgresSettings): Promise<string> {
  const password = settings.password ?? (await findPassword(settings))
  if (password !== undefined) return password
  throw errorOf(settings, 'TL_T303', {
    endpoint: settings.label,
    reason: 'it asks for a password, and none was given',
  })
}
