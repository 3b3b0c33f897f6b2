const pattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})0*)?(Z|[+-]\d{2}:?\d{2})$/

/**
 * Milliseconds since 1970 of ASCII text[start, end) in ISO 8601 with a zone (RFC 3339), as relaxed Extended JSON has dates
 * of the years 0 to 9999. Undefined where it is none, has more than milliseconds, or names a day or time that is not.
 */
export function readDateMs(text: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > 64) return undefined
  let source = ''
  for (let i = start; i < end; i++) source += String.fromCharCode(text[i]!)
  const [, clock, fraction = '', zone] = pattern.exec(source) ?? []
  if (clock === undefined || zone === undefined) return undefined
  const ms = Date.parse(`${clock}.${fraction.padEnd(3, '0')}Z`)
  // Date.parse takes the 30th of February for a day of March, and 24:00 for the day after.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, clock.length) !== clock) return undefined
  if (zone === 'Z') return ms
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  if (hours > 23 || minutes > 59) return undefined
  return ms - (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
