import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where engines that a test run installed are kept for the next one: outside the checkout. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'transload', 'engines')
}
