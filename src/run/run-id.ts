import { randomBytes } from 'node:crypto'

/** Sorts by the time of its start, and can be typed: `20261122-170311-4f3a`. */
export function newRunId(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-')
  return `${stamp}-${randomBytes(2).toString('hex')}`
}
