import type { Catalog, OtherObject, TableInfo } from '../../model/relation.ts'
import type { Sessions } from '../sql/session.ts'
import { resolveDatabases } from './catalog/databases.ts'
import { fingerprintCatalog } from './catalog/fingerprint.ts'
import { readOthers } from './catalog/others.ts'
import { readRawTables } from './catalog/raw-table.ts'
import { readTables } from './catalog/tables.ts'
import type { MysqlSettings } from './config.ts'
import type { ServerFacts } from './server-facts.ts'

/**
 * Everything in these databases, or, where none is named, in all that the user sees, system databases left out. A dozen
 * queries a database however many tables it has, one more for a table whose labels, defaults or expressions
 * `information_schema` cannot show in full, and one for each trigger, routine, event and sequence.
 *
 * Its session's `sql_mode` must be empty and its charset utf8mb4: the server prints texts accordingly.
 *
 * @throws TL_S205 where a database is not there
 */
export async function readCatalog(
  sessions: Sessions,
  server: ServerFacts,
  { label, databases }: Pick<MysqlSettings, 'label' | 'databases'>,
  signal: AbortSignal,
): Promise<Catalog> {
  return await sessions.use(async (session) => {
    const tables: TableInfo[] = []
    const others: OtherObject[] = []
    for (const database of await resolveDatabases(session, server, databases, label)) {
      const raw = await readRawTables(session, server, database)
      tables.push(...(await readTables(session, server, database, raw)))
      others.push(...(await readOthers(session, server, database, raw)))
    }
    return { tables, others, fingerprint: fingerprintCatalog(tables, others) }
  }, signal)
}
