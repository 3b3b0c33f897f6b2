import type { Finding, ReadPlan } from '../../model/plan.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { type Grants, readGrants } from './preflight/grants.ts'
import { findUnreadable, mayRead } from './preflight/readable-tables.ts'
import {
  readHistoryLength,
  readLogExpirySeconds,
  readLongStatements,
  readLongTransactions,
  readNonTransactional,
  readPrivilegeNames,
} from './preflight/source-facts.ts'
import { quoteName, quoteQualified } from './quote.ts'
import type { ServerFacts } from './server-facts.ts'

/** Names that a message lists before it says how many more there are. */
const maxNameCount = 20
const longHistory = 1_000_000
const shortExpirySeconds = 86_400
const moment = 'TL_K502'
const privilege = 'TL_S204'

/**
 * What stands between these reads and a copy of one moment that can be resumed: privileges that are missing, with the
 * GRANT; tables without transactions; transactions and statements that have been going on for long; the binary log. A
 * dozen findings at most, each about all that it concerns; only what cannot be read is an error. Reads only.
 *
 * @throws TL_S205 where a table or column that is to be read is not there
 */
export async function preflightSource(
  sessions: Sessions,
  server: ServerFacts,
  reads: readonly ReadPlan[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  return await sessions.use(async (session) => {
    const grants = await readGrants(session)
    const privileges = await readPrivilegeNames(session)
    const databases = [...new Set(reads.map(({ table }) => table.schema))]
    return [
      ...readableFindings(await findUnreadable(session, reads), reads, grants),
      ...unseenFindings(databases, grants),
      ...lockFindings(server, databases, grants, privileges),
      ...(await storageFindings(session, server, reads)),
      ...(await logFindings(session, server, grants)),
      ...(await activityFindings(session, server, grants)),
      ...(await hiddenFindings(session, server, databases, grants, privileges)),
    ]
  }, signal)
}

function readableFindings(unreadable: readonly ReadPlan[], reads: readonly ReadPlan[], grants: Grants): Finding[] {
  if (unreadable.length === 0) return []
  const byDatabase = Map.groupBy(unreadable, ({ table }) => table.schema)
  const cures = [...byDatabase].flatMap(([database, denied]) => {
    const all = reads.filter(({ table }) => table.schema === database)
    const whole = denied.length > 1 && denied.length === all.length
    const objects = whole ? [`${quoteName(database)}.*`] : denied.map(({ table }) => quoteQualified(table))
    return objects.map((object) => `GRANT SELECT ON ${object} TO ${grants.account};`)
  })
  const names = listNames(unreadable.map(({ table }) => table))
  return [
    {
      level: 'error',
      code: privilege,
      message: `${grants.account} may not read ${countTables(unreadable.length)}: ${names}`,
      cure: cures.join('\n'),
    },
  ]
}

/** The server hides tables without a grant: a copy of everything would leave them out, and nobody would know. */
function unseenFindings(databases: readonly string[], grants: Grants): Finding[] {
  return databases
    .filter((database) => !grants.onDatabase(database, 'SELECT'))
    .map((database) => ({
      level: 'warning',
      code: privilege,
      message: `${grants.account} may read single tables of ${quoteName(database)} only: the server does not show it any others, and they are left out`,
      cure: `GRANT SELECT ON ${quoteName(database)}.* TO ${grants.account};`,
    }))
}

/** MariaDB with a binary log needs no lock: its log tells where a snapshot stands. */
function lockFindings(
  server: ServerFacts,
  databases: readonly string[],
  grants: Grants,
  privileges: ReadonlySet<string>,
): Finding[] {
  if (server.has('binlog-snapshot') || mayFlush(grants)) return []
  const unlockable = databases.filter((database) => !grants.onDatabase(database, 'LOCK TABLES'))
  if (unlockable.length === 0) return []
  const flush = privileges.has('FLUSH_TABLES') ? 'FLUSH_TABLES' : 'RELOAD'
  return [
    {
      level: 'warning',
      code: privilege,
      message: `${grants.account} may not lock tables for the moment in which the readers begin: each would see the data of its own moment`,
      cure: [
        `GRANT ${flush} ON *.* TO ${grants.account};`,
        ...unlockable.map((database) => `or GRANT LOCK TABLES ON ${quoteName(database)}.* TO ${grants.account};`),
      ].join('\n'),
    },
  ]
}

function mayFlush(grants: Grants): boolean {
  return grants.onAll('RELOAD', 'FLUSH_TABLES')
}

async function storageFindings(
  session: TextSession,
  server: ServerFacts,
  reads: readonly ReadPlan[],
): Promise<Finding[]> {
  const tables = await readNonTransactional(
    session,
    server,
    reads.map(({ table }) => table),
  )
  if (tables.length === 0) return []
  const engines = [...new Set(tables.map(({ storage }) => storage))].toSorted().join(', ')
  const names = listNames(tables.map(({ table }) => table))
  const verb = tables.length === 1 ? 'has' : 'have'
  return [
    {
      level: 'warning',
      code: moment,
      message: `${countTables(tables.length)} ${verb} no transactions (${engines}) and no part in the snapshot: what is written to them meanwhile may be missing, or be there in part: ${names}`,
      cure: 'Let nobody write to them while they are copied, or change them: ALTER TABLE … ENGINE=InnoDB;',
    },
  ]
}

async function logFindings(session: TextSession, server: ServerFacts, grants: Grants): Promise<Finding[]> {
  if (!server.has('binlog')) {
    return [
      {
        level: 'warning',
        code: moment,
        message: 'The binary log is off: after an interruption nothing can prove that the source has not changed',
        cure: 'Turn log_bin on, which takes a restart; or let nobody write, and resume with --source-quiet.',
      },
    ]
  }
  const findings: Finding[] = []
  const mayAsk = grants.onAll('REPLICATION CLIENT', 'BINLOG MONITOR', 'SUPER')
  const needsFile = server.flavor === 'mysql' && !server.has('gtid-executed')
  if (!mayAsk) {
    findings.push({
      level: needsFile ? 'warning' : 'info',
      code: privilege,
      message: needsFile
        ? `${grants.account} may not ask for the position of the binary log: after an interruption nothing can prove that the source has not changed`
        : `${grants.account} may not ask for the file and position of the binary log: the report has the GTIDs only, and databases left out of the log go unnoticed`,
      cure: `GRANT REPLICATION CLIENT ON *.* TO ${grants.account};`,
    })
  }
  const expirySeconds = await readLogExpirySeconds(session)
  if (expirySeconds > 0 && expirySeconds < shortExpirySeconds) {
    findings.push({
      level: 'warning',
      code: moment,
      message: `The binary log is kept for ${describeSeconds(expirySeconds)} only: what changed during a longer copy could not be read from it afterwards`,
      cure: 'SET GLOBAL binlog_expire_logs_seconds = 604800;',
    })
  }
  return findings
}

async function activityFindings(session: TextSession, server: ServerFacts, grants: Grants): Promise<Finding[]> {
  if (!grants.onAll('PROCESS')) {
    return [
      {
        level: 'info',
        code: privilege,
        message: `${grants.account} may not see other sessions: nobody has looked for long transactions and statements`,
        cure: `GRANT PROCESS ON *.* TO ${grants.account};`,
      },
    ]
  }
  const findings: Finding[] = []
  const transactions = await readLongTransactions(session)
  if (transactions !== undefined) {
    const { count, oldestSeconds, connection } = transactions
    findings.push({
      level: 'warning',
      code: moment,
      message: `${count === 1 ? 'A transaction has' : `${count} transactions have`} been open for up to ${describeSeconds(oldestSeconds)} (connection ${connection}): what is not committed is not copied`,
      cure: `Let it end before the copy, or KILL ${connection};`,
    })
  }
  const statements = server.has('binlog-snapshot') ? undefined : await readLongStatements(session)
  if (statements !== undefined) {
    const { count, oldestSeconds, connection } = statements
    findings.push({
      level: 'warning',
      code: moment,
      message: `${count === 1 ? 'A statement has' : `${count} statements have`} been running for up to ${describeSeconds(oldestSeconds)} (connection ${connection}): the lock in which the readers begin waits for it, and is given up after some tries`,
      cure: `Let it end before the copy, or KILL QUERY ${connection};`,
    })
  }
  const historyLength = await readHistoryLength(session, server)
  if (historyLength > longHistory) {
    findings.push({
      level: 'warning',
      code: moment,
      message: `The server keeps old versions of rows of ${historyLength} transactions: reads of one moment are slow, and a long copy lets them grow further`,
      cure: 'Begin when fewer rows are changed, and let long transactions end first.',
    })
  }
  return findings
}

/** Objects that are not brought over are listed for porting by hand, unless the server hides them. */
async function hiddenFindings(
  session: TextSession,
  server: ServerFacts,
  databases: readonly string[],
  grants: Grants,
  privileges: ReadonlySet<string>,
): Promise<Finding[]> {
  const cures = databases.flatMap((database) => {
    const missing = ['SHOW VIEW', 'TRIGGER', 'EVENT'].filter((name) => !grants.onDatabase(database, name))
    return missing.length === 0 ? [] : [`GRANT ${missing.join(', ')} ON ${quoteName(database)}.* TO ${grants.account};`]
  })
  const seesRoutines =
    grants.onAll('SELECT', 'SHOW_ROUTINE') ||
    databases.every((database) => grants.onDatabase(database, 'SHOW CREATE ROUTINE')) ||
    (hasRoutineTable(server) && (await mayRead(session, routineTable)))
  if (!seesRoutines) {
    const object = hasRoutineTable(server) ? routineTable : '*.*'
    const cure = privileges.has('SHOW_ROUTINE') ? 'SHOW_ROUTINE ON *.*' : `SELECT ON ${object}`
    cures.push(`GRANT ${cure} TO ${grants.account};`)
  }
  if (cures.length === 0) return []
  return [
    {
      level: 'info',
      code: privilege,
      message: `${grants.account} does not see every view's text, trigger, routine or event: those hidden are not listed for porting by hand`,
      cure: cures.join('\n'),
    },
  ]
}

const routineTable = '`mysql`.`proc`'

/** MySQL has kept its routines elsewhere since 8.0. */
function hasRoutineTable(server: ServerFacts): boolean {
  return server.flavor === 'mariadb' || server.version[0] < 8
}

function countTables(count: number): string {
  return count === 1 ? 'one table' : `${count} tables`
}

function listNames(tables: readonly QualifiedName[]): string {
  const names = tables.slice(0, maxNameCount).map(({ schema, name }) => `${schema}.${name}`)
  const moreCount = tables.length - names.length
  return moreCount > 0 ? `${names.join(', ')} and ${moreCount} more` : names.join(', ')
}

function describeSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} days`
}
