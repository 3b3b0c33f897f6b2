import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

/** An engine of the tests, or the MongoDB that `MONGODB_URL` names. */
export type LiveServer = EngineName | 'mongod'

export function serverUrl(server: LiveServer): string {
  if (server !== 'mongod') return engineUrl(server)
  return process.env['MONGODB_URL'] ?? ''
}
