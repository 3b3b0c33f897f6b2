import type { Db } from 'mongodb'

/** All collections of the database. Some servers take no filter. */
export async function collectionNames(db: Db): Promise<ReadonlySet<string>> {
  return new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name))
}

/** Drops those of the collections that are there. */
export async function dropCollections(db: Db, names: Iterable<string>): Promise<void> {
  const there = await collectionNames(db)
  for (const name of names) if (there.has(name)) await db.dropCollection(name)
}
