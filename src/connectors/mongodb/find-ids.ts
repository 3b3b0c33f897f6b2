import type { Document } from 'mongodb'
import type { MongoConnection } from './client.ts'
import type { IdBound } from './id-order.ts'
import { boundOf, findId, idDocument } from './id-text.ts'
import { eachDocument } from './list-documents.ts'
import type { CollectionName } from './replies.ts'

/** The first and the last key that a server has in its order, at a moment. */
export interface IdEnds {
  readonly first: IdBound
  readonly last: IdBound
}

/** Undefined where there is no document. @throws TL_S299 where the driver cannot send such a key */
export async function findIdEnds(
  connection: MongoConnection,
  collection: CollectionName,
  signal: AbortSignal,
): Promise<IdEnds | undefined> {
  const endOf = async (direction: 1 | -1): Promise<IdBound | undefined> => {
    const find = { sort: { _id: direction }, hint: { _id: 1 }, limit: 1, singleBatch: true }
    const [document] = await findIds(connection, collection, find, signal)
    return document === undefined ? undefined : boundOf(document, connection.settings.label)
  }
  const first = await endOf(1)
  const last = first === undefined ? undefined : await endOf(-1)
  return first === undefined || last === undefined ? undefined : { first, last }
}

/** The `_id` of each document that is found, as a document of its own. @param find Members of the command */
export async function findIds(
  connection: MongoConnection,
  { db, name }: CollectionName,
  find: Document,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  return await collectIds(connection, db, { find: name, ...find, projection: { _id: 1 } }, signal)
}

/** The same of a command that answers with a cursor. */
export async function collectIds(
  connection: MongoConnection,
  db: string,
  command: Document,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const documents: Uint8Array[] = []
  const place = { start: 0, end: 0 }
  await eachDocument(connection, db, command, signal, true, (bytes, start, end) => {
    if (findId(bytes, start, end, place)) documents.push(idDocument(bytes, place))
  })
  return documents
}
