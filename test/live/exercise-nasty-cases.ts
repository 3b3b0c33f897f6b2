import { expect, it } from 'vitest'
import { documentSequence } from '../../src/connectors/mongodb/target/client.ts'
import { type CaseCollections, exerciseCases } from '../documents/exercise-cases.ts'
import { nastyCases } from '../documents/nasty-cases.ts'
import { documentBytes } from '../support/mongo-archive.ts'
import { createMongoDatabase, type MongoDatabase } from '../support/mongo-database.ts'
import { type LiveServer, serverUrl } from './live-server.ts'

/** Documents as these bytes, of which the driver would make others. */
async function insertBytes({ db }: MongoDatabase, collections: CaseCollections): Promise<void> {
  for (const [name, documents] of Object.entries(collections)) {
    const reply = await db.command({
      insert: name,
      documents: documentSequence('documents', documents.map(documentBytes)),
    })
    expect([name, reply['writeErrors']]).toEqual([name, undefined])
  }
}

/**
 * Moves the nasty documents that a server holds.
 *
 * @param foreign Cases of which it holds a document not at all, or makes another one of it
 */
export function exerciseNastyCases(server: LiveServer, foreign: readonly string[]): void {
  const held = nastyCases.filter(({ of }) => !foreign.includes(of))

  it('holds them as they are', async () => {
    await using database = await createMongoDatabase(serverUrl(server), 'held')
    await insertBytes(database, Object.fromEntries(held.map(({ documents }, place) => [`c${place}`, documents])))
    for (const [place, { of, documents }] of held.entries()) {
      const found = await database.db.collection(`c${place}`).find({}, { raw: true }).toArray()
      const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
      const stored = found.map((one) => hex(one as unknown as Uint8Array)).toSorted()
      expect([of, stored]).toEqual([of, documents.map((one) => hex(documentBytes(one))).toSorted()])
    }
  })

  for (const fidelity of ['convenient', 'lossless'] as const) {
    exerciseCases({
      target: 'postgres15',
      fidelity,
      from: `from ${server}`,
      foreign,
      put: async (_, collections) => {
        const database = await createMongoDatabase(serverUrl(server), 'nasty')
        await insertBytes(database, collections)
        return database
      },
    })
  }
}
