import type { Document } from 'mongodb'
import { ExtendedJsonWriter } from '../../format/bson/extended-json/extended-json-writer.ts'
import type { Plain } from '../../model/plain.ts'
import type { MongoConnection } from './client.ts'
import { AskByCursor } from './ask-by-cursor.ts'
import { DocumentWalk } from './document-list.ts'
import { Replies } from './replies.ts'
import { ScratchArena } from './scratch-arena.ts'

const writer = new ExtendedJsonWriter()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A few documents that the server makes of itself, as what JSON holds of their canonical Extended JSON. */
export type ServerDocument = { readonly [field: string]: Plain | undefined }

/** All documents of a command that answers with a cursor, such as `listCollections`. @throws TransloadError */
export async function listDocuments(
  connection: MongoConnection,
  db: string,
  command: Document,
  signal: AbortSignal,
  isLong = false,
): Promise<readonly ServerDocument[]> {
  const documents: ServerDocument[] = []
  await eachDocument(connection, db, command, signal, isLong, (bytes, start, end) => {
    const arena = new ScratchArena()
    writer.append(arena, bytes, start, end)
    documents.push(JSON.parse(decoder.decode(arena.bytes.subarray(0, arena.used))) as ServerDocument)
  })
  return documents
}

/** The same, each as it is. */
export async function eachDocument(
  connection: MongoConnection,
  db: string,
  command: Document,
  signal: AbortSignal,
  isLong: boolean,
  use: (bytes: Uint8Array, start: number, end: number) => void,
): Promise<void> {
  const { find, aggregate, listIndexes } = command as { readonly [name: string]: unknown }
  const name = [find, aggregate, listIndexes].find((named) => typeof named === 'string') ?? ''
  await using replies = new Replies(connection, db, new AskByCursor(connection, { db, name }, [command]), isLong)
  const walk = new DocumentWalk(connection.settings.label)
  for (let list = await replies.next(signal); list !== undefined; list = await replies.next(signal)) {
    walk.open(list)
    while (walk.next()) use(walk.bytes, walk.start, walk.end)
  }
}
