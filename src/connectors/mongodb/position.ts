import type { Position } from '../../contract/changes.ts'
import { ExtendedJsonWriter } from '../../format/bson/extended-json/extended-json-writer.ts'
import type { MongoConnection } from './client.ts'
import { isNotKnownToServer, isNotPermitted } from './errors.ts'
import { field } from './reply-field.ts'
import { ScratchArena } from './scratch-arena.ts'

const writer = new ExtendedJsonWriter()

/**
 * Where the log of changes stands now: the token that a change stream of the whole cluster, or of the one database, begins
 * behind. Undefined where there is no log, or where the user may not see it.
 *
 * Servers note into their log that nothing happened, so that two positions of one moment may differ; two that are equal are
 * of one moment.
 */
export async function readPosition(connection: MongoConnection, signal: AbortSignal): Promise<Position | undefined> {
  if (!connection.hasChangeLog) return undefined
  const { databases } = connection.settings
  const [only] = databases.length === 1 ? databases : []
  const stage = only === undefined ? { $changeStream: { allChangesForCluster: true } } : { $changeStream: {} }
  const command = { aggregate: 1, pipeline: [stage], cursor: { batchSize: 0 } }
  const session = connection.startSession()
  const db = only ?? 'admin'
  try {
    const { cursor } = await connection.command(db, command, signal, { session })
    if (!(cursor instanceof Uint8Array)) return undefined
    connection.letGo(db, '$cmd.aggregate', field.int64(cursor, 'id') ?? 0n, session)
    const token = field.document(cursor, 'postBatchResumeToken')
    if (token === undefined) return undefined
    const arena = new ScratchArena()
    writer.append(arena, token, 0, token.length)
    return `resumeAfter:${Buffer.from(arena.bytes.subarray(0, arena.used)).toString('utf8')}`
  } catch (error) {
    connection.letGo(db, '$cmd.aggregate', 0n, session)
    if (isNotKnownToServer(error) || isNotPermitted(error)) return undefined
    throw error
  }
}
