import type { QualifiedName } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { groupBy, readInformation } from '../catalog/information-rows.ts'
import { quoteLiteral } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'

/** Transactions open for longer than this are told of. */
const longTransactionSeconds = 60
/** A lock waits for statements that run; ours is let go after as long. */
const longStatementSeconds = 5

/** Something that has been going on for a while. */
export interface LongRunning {
  readonly count: number
  readonly oldestSeconds: number
  /** The server's number of the oldest one's connection. */
  readonly connection: string
}

/** Transactions that have been open for longer, our own left out. Needs PROCESS. */
export async function readLongTransactions(
  session: TextSession,
  thanSeconds = longTransactionSeconds,
): Promise<LongRunning | undefined> {
  // The start is printed in the time zone of the server's machine, whatever the session's is.
  const seconds = "TIMESTAMPDIFF(SECOND, CONVERT_TZ(trx_started, 'SYSTEM', '+00:00'), UTC_TIMESTAMP())"
  return oldest(
    await session.rows(
      `SELECT trx_mysql_thread_id, ${seconds} FROM information_schema.INNODB_TRX
       WHERE trx_mysql_thread_id <> CONNECTION_ID() AND ${seconds} > ${thanSeconds} ORDER BY trx_started`,
    ),
  )
}

/** Statements of clients that have been running for longer, our own left out. Needs PROCESS to see those of others. */
export async function readLongStatements(
  session: TextSession,
  thanSeconds = longStatementSeconds,
): Promise<LongRunning | undefined> {
  return oldest(
    await session.rows(
      `SELECT ID, TIME FROM information_schema.PROCESSLIST
       WHERE COMMAND IN ('Query', 'Execute') AND ID <> CONNECTION_ID() AND TIME > ${thanSeconds}
         AND USER NOT IN ('system user', 'event_scheduler') ORDER BY TIME DESC`,
    ),
  )
}

function oldest(rows: readonly (readonly (string | null)[])[]): LongRunning | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  return { count: rows.length, oldestSeconds: Number(first[1] ?? 0), connection: first[0] ?? '' }
}

/** Old versions of rows that the server has not removed yet. Needs PROCESS. */
export async function readHistoryLength(session: TextSession, server: ServerFacts): Promise<number> {
  const where = "NAME = 'trx_rseg_history_len'"
  const [row] = await readInformation(session, server, 'INNODB_METRICS', ['COUNT'] as const, where)
  return Number(row?.COUNT ?? 0)
}

/** How long the binary log's files are kept, in seconds; 0: for ever. The variable's name changed with the versions. */
export async function readLogExpirySeconds(session: TextSession): Promise<number> {
  const rows = await session.rows(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_expire_logs_seconds', 'expire_logs_days')",
  )
  const known = new Map(rows.map(([name, value]) => [name ?? '', Number(value ?? 0)]))
  return known.get('binlog_expire_logs_seconds') || (known.get('expire_logs_days') ?? 0) * 86_400
}

/** Whether the server knows this privilege at all. */
export async function readPrivilegeNames(session: TextSession): Promise<ReadonlySet<string>> {
  const rows = await session.rows('SHOW PRIVILEGES')
  return new Set(rows.map(([name]) => (name ?? '').toUpperCase()))
}

export interface StoredTable {
  readonly table: QualifiedName
  readonly storage: string
}

/** Those of the tables whose storage engine has no transactions. */
export async function readNonTransactional(
  session: TextSession,
  server: ServerFacts,
  tables: readonly QualifiedName[],
): Promise<readonly StoredTable[]> {
  const engines = await readInformation(session, server, 'ENGINES', ['ENGINE'] as const, "TRANSACTIONS = 'YES'")
  const transactional = new Set(engines.map((row) => row.ENGINE?.toLowerCase()))
  const found: StoredTable[] = []
  for (const [database, wanted] of groupBy(tables, ({ schema }) => schema)) {
    const where = `TABLE_SCHEMA = ${quoteLiteral(database)} AND ENGINE IS NOT NULL`
    const columns = ['TABLE_NAME', 'ENGINE'] as const
    for (const row of await readInformation(session, server, 'TABLES', columns, where)) {
      const table = wanted.find(({ name }) => name === row.TABLE_NAME)
      if (table === undefined || transactional.has(row.ENGINE?.toLowerCase())) continue
      found.push({ table, storage: row.ENGINE ?? '' })
    }
  }
  return found
}
