import { inject } from 'vitest'
import type { EngineName } from './engine-name.ts'

export type EngineUrls = { readonly [name in EngineName]?: string }

declare module 'vitest' {
  interface ProvidedContext {
    engineUrls: EngineUrls
  }
}

/**
 * The URL of the engine that this test run shares, with a superuser's login. Make a database of your own on it
 * (`createDatabase`); to restart or kill a server, start one of your own (`startEngine`).
 */
export function engineUrl(name: EngineName): string {
  const url = inject('engineUrls')[name]
  if (url !== undefined) return url
  throw new Error(
    `${name} was not started for this run. It is left out by TRANSLOAD_SKIP_ENGINES (use describeEngines), or all ` +
      `files of the run are named *.pg.test.ts or *.mysql.test.ts and so need that family only.`,
  )
}
