import { identifyCollection } from './collection-identity.ts'
import type { MongoConnection } from './client.ts'
import { listDocuments } from './list-documents.ts'
import type { CollectionName } from './replies.ts'

/**
 * Documents that a collection or view has now, each of which the server looks at: nothing of its metadata, nothing of our
 * readers. @param most Beyond so many none are counted. @throws TL_S205 where it is not there
 */
export async function countCollection(
  connection: MongoConnection,
  collection: CollectionName,
  signal: AbortSignal,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  await identifyCollection(connection, collection, signal)
  const first = Number.isFinite(most) ? { $limit: most } : { $match: {} }
  const pipeline = [first, { $group: { _id: null, n: { $sum: 1 } } }]
  const command = { aggregate: collection.name, pipeline }
  const [answer] = await listDocuments(connection, collection.db, command, signal, true)
  const count = answer?.['n']
  return typeof count === 'object' && count !== null ? Number(Object.values(count)[0]) : 0
}
