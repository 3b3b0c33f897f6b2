import { randomBytes } from 'node:crypto'
import { type Db, type Document, MongoClient } from 'mongodb'

/** An empty database of one test, by MongoDB's own client. Disposing drops it. */
export interface MongoDatabase extends AsyncDisposable {
  readonly name: string
  /** The server's URL with this database as its path. */
  readonly url: string
  readonly db: Db
  /** Adds documents as they are: the driver makes no `_id` where it is null. */
  insert(collection: string, documents: readonly Document[]): Promise<void>
}

/** A database whose name starts with `prefix` and is used nowhere else. */
export async function createMongoDatabase(engineUrl: string, prefix: string): Promise<MongoDatabase> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  const url = new URL(engineUrl)
  url.pathname = `/${name}`
  const client = new MongoClient(engineUrl, { serverSelectionTimeoutMS: 5_000, promoteValues: false })
  await client.connect()
  const db = client.db(name)
  return {
    name,
    url: url.href,
    db,
    async insert(collection, documents) {
      for (let at = 0; at < documents.length; at += 1_000) {
        const reply = await db.command({ insert: collection, documents: documents.slice(at, at + 1_000) })
        if (reply['writeErrors'] !== undefined) throw new Error(JSON.stringify(reply['writeErrors']))
      }
    },
    async [Symbol.asyncDispose]() {
      await db.dropDatabase()
      await client.close()
    },
  }
}
