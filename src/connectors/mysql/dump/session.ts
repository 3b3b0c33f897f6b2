import type { SessionSettings } from '../../../format/sql-text/session-settings.ts'
import type { LiteralSession } from './decode/choose-form.ts'

/** What a dump's session says of the literals that follow. Undefined: its time zone is a name, not an offset. */
export function literalSession(session: SessionSettings): LiteralSession | undefined {
  const offsetMinutes = zoneOffset(session.timeZone)
  if (offsetMinutes === undefined) return undefined
  return { charset: session.charset ?? 'utf8mb4', backslash: session.rules.backslash, offsetMinutes }
}

/**
 * Minutes that a zone is ahead of UTC: `+05:30` is 330. Where the dump sets none, or the server's own (`SYSTEM`), UTC is
 * taken, which preflight warns of. Undefined for a name.
 */
export function zoneOffset(timeZone: string | undefined): number | undefined {
  if (timeZone === undefined || isUnknownZone(timeZone) || timeZone.toUpperCase() === 'UTC') return 0
  const [, sign, hours = '', minutes = ''] = /^([+-])(\d{1,2}):(\d\d)$/.exec(timeZone) ?? []
  if (sign === undefined) return undefined
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
}

/** Whether nobody can tell what the clock of the dump's TIMESTAMPs showed. */
export function isUnknownZone(timeZone: string | undefined): boolean {
  return timeZone === undefined || timeZone.toUpperCase() === 'SYSTEM'
}
