import type { Connector } from '../../contract/connector.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { MemoryDatabase } from './database.ts'
import { MemorySource } from './source.ts'
import { MemoryTarget } from './target.ts'

const databases = new Map<string, MemoryDatabase>()

/** The database of a name, made when it is first asked for. It lives as long as the process. */
export function memoryDatabase(name: string): MemoryDatabase {
  let database = databases.get(name)
  if (database === undefined) {
    database = new MemoryDatabase()
    databases.set(name, database)
  }
  return database
}

/** `memory:NAME`: tables in this process. */
export const memory: Connector = {
  engine: 'memory',
  parseUrl(url) {
    const name = /^memory:(\w+)$/.exec(url)?.[1]
    if (name === undefined)
      throw new TransloadError('TL_C103', { url, reason: 'it has no name', cure: 'Write memory:NAME.' })
    return { engine: 'memory', label: `memory:${name}`, identity: `memory:${name}`, settings: name }
  },
  async openSource(endpoint) {
    return new MemorySource(endpoint.label, memoryDatabase(String(endpoint.settings)))
  },
  async openTarget(endpoint) {
    return new MemoryTarget(endpoint.label, memoryDatabase(String(endpoint.settings)))
  },
}
