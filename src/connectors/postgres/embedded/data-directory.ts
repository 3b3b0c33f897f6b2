import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findServerUser, unreachablePart } from './server-user.ts'

/**
 * Where a demo may keep its data: `.transload/postgres` in the working directory. For root that is often behind a
 * directory which the server's user may not enter; then a place for temporary files, or /var/lib. What exists there and
 * belongs to somebody else is passed over.
 */
export function suggestDataDirectory(): string {
  const places = [
    resolve('.transload', 'postgres'),
    join(tmpdir(), 'transload-postgres'),
    '/var/lib/transload/postgres',
  ]
  const found = places.find((place) => {
    const user = findServerUser(join(place, 'data'))
    if (user && unreachablePart(place, user) !== undefined) return false
    const status = statSync(place, { throwIfNoEntry: false })
    return !status || process.getuid === undefined || status.uid === process.getuid()
  })
  return found ?? resolve('.transload', 'postgres')
}
