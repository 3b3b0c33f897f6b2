import { TransloadError } from '../../errors/transload-error.ts'
import type { MongoConnection } from './client.ts'
import { isNotPermitted } from './errors.ts'
import { listDocuments } from './list-documents.ts'
import type { CollectionName } from './replies.ts'

/** What tells a collection from another of its name, which came after it; absent where the server does not say. */
export interface CollectionIdentity {
  readonly uuid?: string | undefined
}

/** @throws TL_S205 where it is not there */
export async function identifyCollection(
  connection: MongoConnection,
  collection: CollectionName,
  signal: AbortSignal,
): Promise<CollectionIdentity> {
  const listed = await listThis(connection, collection, signal)
  // Not every server heeds the filter.
  const found = listed.find(({ name }) => name === collection.name)
  if (found === undefined) {
    const { label } = connection.settings
    const name = `${collection.db}.${collection.name}`
    throw new TransloadError('TL_S205', { endpoint: label, kind: 'collection', name })
  }
  const info = found['info']
  const uuid = isRecord(info) && isRecord(info['uuid']) ? JSON.stringify(info['uuid']) : undefined
  return { uuid }
}

/** @throws TL_S205 where it is gone, TL_S206 where another is in its place */
export async function assertSameCollection(
  connection: MongoConnection,
  collection: CollectionName,
  { uuid }: CollectionIdentity,
  signal: AbortSignal,
): Promise<void> {
  const now = await identifyCollection(connection, collection, signal)
  if (now.uuid !== uuid) throw new TransloadError('TL_S206', { table: `${collection.db}.${collection.name}` })
}

async function listThis(
  connection: MongoConnection,
  { db, name }: CollectionName,
  signal: AbortSignal,
): Promise<readonly { readonly [field: string]: unknown }[]> {
  const command = { listCollections: 1, filter: { name } }
  try {
    return await listDocuments(connection, db, command, signal)
  } catch (error) {
    if (!isNotPermitted(error)) throw error
    // Who may read single collections alone is told their names and no more.
    return await listDocuments(connection, db, { ...command, nameOnly: true, authorizedCollections: true }, signal)
  }
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
