import { BSON, type Document } from 'mongodb'
import type { MongoDatabase } from './client.ts'
import type { RowDocuments } from './encode/documents-of-rows.ts'

/** Values as they are: no long becomes a number. */
const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false }

/**
 * Whether the collection has the document, byte for byte, or another one of its `_id`; `none`: what is there already is
 * something else of it, in a unique index.
 */
export async function isStanding(
  database: MongoDatabase,
  collection: string,
  documents: RowDocuments,
  document: number,
  signal: AbortSignal,
): Promise<'same' | 'other' | 'none'> {
  const bytes = bytesOf(documents, document)
  const found = await database.call(signal, async (db) => {
    return await db.collection(collection).findOne<Document>(idOf(bytes), { raw: true })
  })
  if (found === null) return 'none'
  return Buffer.compare(Buffer.from(found as unknown as Uint8Array), bytes) === 0 ? 'same' : 'other'
}

/** How many documents are held at once, from both sides. */
const comparedAtOnce = 200

/** Whether a collection has every document of another one, byte for byte. */
export async function areStanding(
  database: MongoDatabase,
  of: string,
  collection: string,
  signal: AbortSignal,
): Promise<boolean> {
  return await database.call(signal, async (db) => {
    const isThere = async (some: readonly Buffer[]): Promise<boolean> => {
      const among = { _id: { $in: some.map((bytes) => idOf(bytes)['_id'] as never) } }
      const found = await db.collection(collection).find(among, { raw: true }).toArray()
      const theirs = new Set(found.map((one) => Buffer.from(one as unknown as Uint8Array).toString('latin1')))
      return some.every((bytes) => theirs.has(bytes.toString('latin1')))
    }
    let some: Buffer[] = []
    for await (const document of db.collection(of).find({}, { raw: true })) {
      some.push(Buffer.from(document as unknown as Uint8Array))
      if (some.length < comparedAtOnce) continue
      if (!(await isThere(some))) return false
      some = []
    }
    return some.length === 0 || (await isThere(some))
  })
}

/** Takes documents away again, of which another part of their row was refused. */
export async function removeDocuments(
  database: MongoDatabase,
  collection: string,
  documents: RowDocuments,
  chosen: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  for (const document of chosen) {
    const id = idOf(bytesOf(documents, document))
    await database.call(signal, (db) => db.collection(collection).deleteOne(id))
  }
}

function bytesOf({ arena, starts, ends }: RowDocuments, document: number): Buffer {
  return Buffer.from(arena.bytes.subarray(starts[document]!, ends[document]!))
}

function idOf(bytes: Uint8Array): Document {
  const { _id } = BSON.deserialize(bytes, exact)
  return { _id }
}
