import { assertNotAborted } from '../../async/abort.ts'
import type { MongoConnection } from './client.ts'
import { serverErrorCode } from './errors.ts'
import { rareTypes } from './id-order.ts'
import { eachDocument } from './list-documents.ts'
import type { CollectionName } from './replies.ts'

const known = new WeakMap<MongoConnection, readonly number[]>()

/**
 * Deprecated types that a server refuses to be asked about, and so has no values of. MongoDB knows them all; it is asked
 * once for each connection.
 */
export async function typesNotKnown(
  connection: MongoConnection,
  collection: CollectionName,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const asked = known.get(connection)
  if (asked !== undefined) return asked
  const notKnown: number[] = []
  if (!(await isKnown(connection, collection, rareTypes, signal))) {
    for (const type of rareTypes) {
      if (!(await isKnown(connection, collection, [type], signal))) notKnown.push(type)
    }
  }
  known.set(connection, notKnown)
  return notKnown
}

async function isKnown(
  connection: MongoConnection,
  { db, name }: CollectionName,
  types: readonly number[],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const command = {
      find: name,
      filter: { _id: { $type: types } },
      projection: { _id: 1 },
      limit: 1,
      singleBatch: true,
    }
    await eachDocument(connection, db, command, signal, true, () => undefined)
    return true
  } catch (error) {
    assertNotAborted(signal)
    // The server has answered, and it was neither the line nor a permission: it is the question that it refuses.
    if (isAnswer(error)) return false
    throw error
  }
}

function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === 'TL_S299' && (serverErrorCode(error) !== undefined || hasServerCause(error))
}

/** Some servers give an error no number. */
function hasServerCause({ cause }: Error): boolean {
  return cause instanceof Error && cause.name === 'MongoServerError'
}
