import type { Document } from 'mongodb'
import { identifyCollection } from './collection-identity.ts'
import type { MongoConnection } from './client.ts'
import { listDocuments } from './list-documents.ts'
import type { CollectionName } from './replies.ts'

/**
 * Documents that a collection or view has now, each of which the server looks at: nothing of its metadata, nothing of our
 * readers. @throws TL_S205 where it is not there
 */
export async function countCollection(
  connection: MongoConnection,
  collection: CollectionName,
  signal: AbortSignal,
): Promise<number> {
  await identifyCollection(connection, collection, signal)
  return await countBy(connection, collection, { pipeline: [{ $match: {} }, counted] }, signal)
}

/** Entries of a collection's index of `_id`, which it has; `most` where there are more. @param most From 1 on */
export async function countKeysUpTo(
  connection: MongoConnection,
  collection: CollectionName,
  most: number,
  signal: AbortSignal,
): Promise<number> {
  const pipeline = [{ $match: {} }, { $project: { _id: 1 } }, { $limit: most }, counted]
  return await countBy(connection, collection, { pipeline, hint: { _id: 1 } }, signal)
}

const counted = { $group: { _id: null, n: { $sum: 1 } } }

async function countBy(
  connection: MongoConnection,
  { db, name }: CollectionName,
  aggregation: { readonly pipeline: readonly Document[]; readonly hint?: Document },
  signal: AbortSignal,
): Promise<number> {
  const [answer] = await listDocuments(connection, db, { aggregate: name, ...aggregation }, signal, true)
  const count = answer?.['n']
  return typeof count === 'object' && count !== null ? Number(Object.values(count)[0]) : 0
}
