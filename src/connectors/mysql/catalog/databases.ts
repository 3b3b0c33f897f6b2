import { TransloadError } from '../../../errors/transload-error.ts'
import type { TextSession } from '../../sql/session.ts'
import type { ServerFacts } from '../server-facts.ts'
import { compareText } from './information-rows.ts'

const systemNames = new Set(['information_schema', 'mysql', 'ndbinfo', 'performance_schema', 'sys'])

/**
 * The databases to read, as the server spells them; none named: all that the user sees, system databases left out.
 * Upper and lower case count where the server has them count.
 *
 * @throws TL_S205 where one is not there, or the user has no privilege in it
 */
export async function resolveDatabases(
  session: TextSession,
  server: ServerFacts,
  databases: readonly string[],
  endpoint: string,
): Promise<readonly string[]> {
  const rows = await session.rows('SELECT SCHEMA_NAME FROM information_schema.SCHEMATA')
  const there = rows.map(([name]) => name ?? '').toSorted(compareText)
  if (databases.length === 0) return there.filter((name) => !systemNames.has(name.toLowerCase()))
  const found = databases.map((wanted) => {
    const name = there.find((other) => other === wanted) ?? there.find((other) => isSameName(server, other, wanted))
    if (name === undefined) throw new TransloadError('TL_S205', { endpoint, kind: 'database', name: wanted })
    return name
  })
  return [...new Set(found)]
}

function isSameName(server: ServerFacts, a: string, b: string): boolean {
  return server.lowerCaseTableNames !== 0 && a.toLowerCase() === b.toLowerCase()
}
