import { TransloadError } from '../../../errors/transload-error.ts'
import type { OtherObject, QualifiedName } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { quoteLiteral, quoteQualified } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'
import { compareText, readInformation } from './information-rows.ts'
import type { RawTable } from './raw-table.ts'
import { showCreate } from './show-create.ts'

/**
 * Views, triggers, routines, events and sequences of one database, each with a statement that would make it. The server
 * hides what the user has no privilege on: triggers, routines and events are then not listed at all (preflight says
 * so), and a view's text is a comment with the reason.
 */
export async function readOthers(
  session: TextSession,
  server: ServerFacts,
  database: string,
  tables: readonly RawTable[],
): Promise<readonly OtherObject[]> {
  const others = [
    ...(await readViews(session, server, database)),
    ...(await readTriggers(session, server, database)),
    ...(await readRoutines(session, server, database)),
    ...(await readEvents(session, server, database)),
  ]
  for (const { info } of tables) {
    if (info.TABLE_TYPE !== 'SEQUENCE') continue
    const name = { schema: database, name: info.TABLE_NAME ?? '' }
    others.push({ kind: 'sequence', name, sql: await statementOf(session, 'SEQUENCE', name) })
  }
  return others.toSorted((a, b) => compareText(a.kind, b.kind) || compareText(a.name.name, b.name.name))
}

async function readViews(session: TextSession, server: ServerFacts, database: string): Promise<OtherObject[]> {
  const columns = ['TABLE_SCHEMA', 'TABLE_NAME', 'VIEW_DEFINITION', 'CHECK_OPTION'] as const
  const where = `TABLE_SCHEMA = ${quoteLiteral(database)}`
  const views: OtherObject[] = []
  for (const row of await readInformation(session, server, 'VIEWS', columns, where)) {
    if (row.TABLE_SCHEMA !== database) continue
    const name = { schema: database, name: row.TABLE_NAME ?? '' }
    const body = row.VIEW_DEFINITION ?? ''
    const option =
      row.CHECK_OPTION === null || row.CHECK_OPTION === 'NONE' ? '' : ` WITH ${row.CHECK_OPTION} CHECK OPTION`
    const sql = isWhole(body)
      ? `CREATE VIEW ${quoteQualified(name)} AS ${body}${option}`
      : await statementOf(session, 'VIEW', name)
    views.push({ kind: 'view', name, sql })
  }
  return views
}

/** MySQL's ACTION_STATEMENT has lost backslashes and doubled quotes of the body, so each is asked for. */
async function readTriggers(session: TextSession, server: ServerFacts, database: string): Promise<OtherObject[]> {
  const where = `TRIGGER_SCHEMA = ${quoteLiteral(database)}`
  const columns = ['TRIGGER_SCHEMA', 'TRIGGER_NAME'] as const
  const triggers: OtherObject[] = []
  for (const row of await readInformation(session, server, 'TRIGGERS', columns, where)) {
    if (row.TRIGGER_SCHEMA !== database) continue
    const name = { schema: database, name: row.TRIGGER_NAME ?? '' }
    triggers.push({ kind: 'trigger', name, sql: await statementOf(session, 'TRIGGER', name) })
  }
  return triggers
}

/** Their parameters are not in the rows of ROUTINES, so each is asked for. MariaDB's packages go as procedures. */
async function readRoutines(session: TextSession, server: ServerFacts, database: string): Promise<OtherObject[]> {
  const columns = ['ROUTINE_SCHEMA', 'ROUTINE_NAME', 'ROUTINE_TYPE', 'ROUTINE_DEFINITION'] as const
  const where = `ROUTINE_SCHEMA = ${quoteLiteral(database)}`
  const routines: OtherObject[] = []
  for (const row of await readInformation(session, server, 'ROUTINES', columns, where)) {
    if (row.ROUTINE_SCHEMA !== database) continue
    const name = { schema: database, name: row.ROUTINE_NAME ?? '' }
    const kind = row.ROUTINE_TYPE
    if (kind === 'FUNCTION') routines.push({ kind: 'function', name, sql: await statementOf(session, kind, name) })
    else if (kind === 'PROCEDURE')
      routines.push({ kind: 'procedure', name, sql: await statementOf(session, kind, name) })
    else routines.push({ kind: 'procedure', name, sql: `-- ${kind ?? ''}\n${row.ROUTINE_DEFINITION ?? ''}` })
  }
  return routines
}

async function readEvents(session: TextSession, server: ServerFacts, database: string): Promise<OtherObject[]> {
  const where = `EVENT_SCHEMA = ${quoteLiteral(database)}`
  const eventColumns = ['EVENT_SCHEMA', 'EVENT_NAME'] as const
  const events: OtherObject[] = []
  for (const row of await readInformation(session, server, 'EVENTS', eventColumns, where)) {
    if (row.EVENT_SCHEMA !== database) continue
    const name = { schema: database, name: row.EVENT_NAME ?? '' }
    events.push({ kind: 'event', name, sql: await statementOf(session, 'EVENT', name) })
  }
  return events
}

/** A body that is hidden is empty; a question mark may stand for a character that information_schema cannot show. */
function isWhole(body: string): boolean {
  return body !== '' && !body.includes('?')
}

async function statementOf(
  session: TextSession,
  kind: Parameters<typeof showCreate>[1],
  name: QualifiedName,
): Promise<string> {
  try {
    return (await showCreate(session, kind, name)) ?? notAvailable('the user may not read it')
  } catch (error) {
    // Not permitted, not there for this user, or broken since: nothing that the tables hang on.
    const bearable = ['TL_S204', 'TL_S205', 'TL_S299']
    if (!(error instanceof TransloadError) || !bearable.includes(error.code)) throw error
    return notAvailable(error.title)
  }
}

function notAvailable(reason: string): string {
  return `-- The text is not available: ${reason.replaceAll(/\s+/g, ' ')}`
}
