import { inject } from 'vitest'
import type { EngineName } from './engine-name.ts'

export type EngineUrls = { readonly [name in EngineName]?: string }

declare module 'vitest' {
  interface ProvidedContext {
    /** One set of servers for each worker. */
    engineUrls: readonly EngineUrls[]
  }
}

/**
 * The URL of the engine that the test files of this worker share, with a superuser's login: what another file does to its
 * server at the same time, it does to another one. Make a database of your own on it (`createDatabase`); to restart or
 * kill a server, start one of your own (`startEngine`).
 */
export function engineUrl(name: EngineName): string {
  const sets = inject('engineUrls')
  const worker = Number(process.env['VITEST_POOL_ID'] ?? '1')
  const url = sets[(worker - 1) % sets.length]?.[name]
  if (url !== undefined) return url
  throw new Error(
    `${name} was not started for this run. It is left out by TRANSLOAD_SKIP_ENGINES (use describeEngines), or all ` +
      `files of the run are named *.pg.test.ts or *.mysql.test.ts and so need that family only.`,
  )
}
