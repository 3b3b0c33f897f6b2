import { TransloadError } from '../../errors/transload-error.ts'
import type { TextSession } from '../sql/session.ts'
import { stateLock } from './run-lock.ts'
import { completeState, stateFormat, stateSchema } from './state-schema.ts'

/** Whether the target has a state at all. A schema of that name alone, as an administrator may have made it, is none. */
export async function hasState(session: TextSession): Promise<boolean> {
  const [row] = await session.rows(`SELECT pg_catalog.to_regclass('${stateSchema}.format') IS NOT NULL`)
  return row?.[0] === 't'
}

/** Whether there is a state, and one that this version can read. */
export async function isReadable(session: TextSession): Promise<boolean> {
  return (await hasState(session)) && (await formatOf(session)) === String(stateFormat)
}

async function formatOf(session: TextSession): Promise<string> {
  const [row] = await session.rows(`SELECT max(version) FROM ${stateSchema}.format`)
  return row?.[0] ?? 'unknown'
}

/** @throws TL_K504 where another version of transload keeps its state there */
export async function assertStateFormat(session: TextSession): Promise<void> {
  const format = await formatOf(session)
  if (format === String(stateFormat)) return
  throw new TransloadError('TL_K504', { reason: `its format is ${format}, this version reads ${stateFormat}` })
}

/** Whether the state has all that this version's has. One of an earlier version lacks what nobody needed then. */
export async function isComplete(session: TextSession): Promise<boolean> {
  const [row] = await session.rows(`SELECT pg_catalog.to_regclass('${stateSchema}.replayed') IS NOT NULL`)
  return row?.[0] === 't'
}

/** Adds what a state of an earlier version lacks, in the caller's transaction. */
export async function completeStateOf(session: TextSession): Promise<void> {
  if (await isComplete(session)) return
  await session.rows(`SELECT pg_catalog.pg_advisory_xact_lock(${stateLock})`)
  for (const statement of completeState) await session.rows(statement)
}
