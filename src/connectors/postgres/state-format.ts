import { TransloadError } from '../../errors/transload-error.ts'
import type { TextSession } from '../sql/session.ts'
import { stateFormat, stateSchema } from './state-schema.ts'

/** Whether the target has a state at all. A schema of that name alone, as an administrator may have made it, is none. */
export async function hasState(session: TextSession): Promise<boolean> {
  const [row] = await session.rows(`SELECT pg_catalog.to_regclass('${stateSchema}.format') IS NOT NULL`)
  return row?.[0] === 't'
}

/** @throws TL_K504 where another version of transload keeps its state there */
export async function assertStateFormat(session: TextSession): Promise<void> {
  const [row] = await session.rows(`SELECT max(version) FROM ${stateSchema}.format`)
  if (Number(row?.[0]) === stateFormat) return
  throw new TransloadError('TL_K504', {
    reason: `its format is ${row?.[0] ?? 'unknown'}, this version reads ${stateFormat}`,
  })
}
