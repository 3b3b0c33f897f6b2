import { EJSON } from 'bson'
import { readFileSync } from 'node:fs'
import { MongoClient } from 'mongodb'
import type { EngineHandle } from '../support/engines/engine-handle.ts'

/** Of a published case what a server is filled with: files with a document of Extended JSON in each line. */
interface LiveCase {
  readonly name: string
  readonly collections: readonly { readonly name: string; readonly file: string }[]
}

/** A way that documents come by: a server, into a database of which a case is put by MongoDB's own client. */
export function liveWay({ name, url }: Pick<EngineHandle, 'name' | 'url'>): {
  readonly name: string
  readonly put: (one: LiveCase) => Promise<string>
} {
  return {
    name,
    put: async (one) => {
      const database = new URL(url)
      database.pathname = `/${one.name.replaceAll('-', '_')}`
      await using client = await new MongoClient(database.href, { promoteValues: false }).connect()
      const db = client.db()
      await db.dropDatabase()
      for (const { name: collection, file } of one.collections) {
        const lines = readFileSync(file, 'utf8').split('\n')
        const documents = lines
          .filter((line) => line.trim() !== '')
          // With the types that the file's numbers have by themselves, as mongoimport makes them.
          .map((line) => EJSON.parse(line, { relaxed: false }) as object)
        for (let at = 0; at < documents.length; at += 1_000) {
          const reply = await db.command({ insert: collection, documents: documents.slice(at, at + 1_000) })
          if (reply['writeErrors'] !== undefined)
            throw new Error(`${collection}: ${JSON.stringify(reply['writeErrors'])}`)
        }
      }
      return database.href
    },
  }
}
