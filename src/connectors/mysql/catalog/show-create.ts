import type { QualifiedName } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { quoteQualified } from '../quote.ts'

/** Kind → the column of SHOW CREATE that holds the statement. */
const statementColumns = { TABLE: 1, VIEW: 1, SEQUENCE: 1, TRIGGER: 2, PROCEDURE: 2, FUNCTION: 2, EVENT: 3 } as const

/** The statement that makes an object; undefined where the server keeps its text from this user. */
export async function showCreate(
  session: TextSession,
  kind: keyof typeof statementColumns,
  name: QualifiedName,
): Promise<string | undefined> {
  const [row] = await session.rows(`SHOW CREATE ${kind} ${quoteQualified(name)}`)
  return row?.[statementColumns[kind]] ?? undefined
}
