import { TransloadError } from '../../errors/transload-error.ts'
import type { MongoConnection } from './client.ts'
import { besidePrefix, statePrefix } from './target/collection-name.ts'
import { isNotKnownToServer, isNotPermitted } from './errors.ts'
import type { CollectionName } from './replies.ts'
import { field } from './reply-field.ts'
import { listDocuments, type ServerDocument } from './list-documents.ts'

/** A collection as a server tells of it. Documents are what JSON holds of their canonical Extended JSON, as in a dump. */
export interface LiveCollection {
  readonly db: string
  readonly name: string
  readonly type: 'collection' | 'view' | 'timeseries'
  /** As of `create`: `capped`, `clusteredIndex`, `timeseries`, `validator`, `collation`, `viewOn` and the like. */
  readonly options: ServerDocument
  /** As of `listIndexes`; of a view none. */
  readonly indexes: readonly ServerDocument[]
  /** The server's own, which need not be exact; of a view and where it does not say 0. */
  readonly documentEstimate: number
  /** Of BSON. */
  readonly byteEstimate: number
}

/** Of the server, and what runs leave behind that had the database as their target. */
const notData = ['system.', statePrefix, besidePrefix]
const ownDatabases = new Set(['admin', 'config', 'local'])

/** All collections of the databases that the URL names, by database and name; those of the server itself, and of transload, are left out. */
export async function listLiveCollections(
  connection: MongoConnection,
  signal: AbortSignal,
): Promise<readonly LiveCollection[]> {
  const collections: LiveCollection[] = []
  for (const db of await databasesOf(connection, signal)) {
    const own = await listDatabase(connection, db, {}, signal)
    for (const one of own.toSorted((a, b) => compare(a.name, b.name))) {
      collections.push(await describeCollection(connection, db, one, signal))
    }
  }
  return collections
}

/** One of these, as it is now; undefined where there is no such. */
export async function findLiveCollection(
  connection: MongoConnection,
  { db, name }: CollectionName,
  signal: AbortSignal,
): Promise<LiveCollection | undefined> {
  if (!(await databasesOf(connection, signal)).includes(db)) return undefined
  // Some servers (mongo-java-server) leave the filter unheeded.
  const own = await listDatabase(connection, db, { filter: { name } }, signal)
  const found = own.find((one) => one.name === name)
  return found && (await describeCollection(connection, db, found, signal))
}

type ListedCollection = ServerDocument & { readonly name: string }

/** @param options Of the command `listCollections` */
async function listDatabase(
  connection: MongoConnection,
  db: string,
  options: ServerDocument,
  signal: AbortSignal,
): Promise<ListedCollection[]> {
  const found = await listDocuments(connection, db, { listCollections: 1, ...options }, signal)
  const named = found.flatMap((one) => (typeof one['name'] === 'string' ? [{ ...one, name: one['name'] }] : []))
  return named.filter(({ name }) => !notData.some((prefix) => name.startsWith(prefix)))
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

/** Those of the URL; without any, all that the user may see. */
async function databasesOf(connection: MongoConnection, signal: AbortSignal): Promise<readonly string[]> {
  const { databases, label } = connection.settings
  if (databases.length > 0) return databases.toSorted(compare)
  try {
    const command = { listDatabases: 1, nameOnly: true, authorizedDatabases: true }
    const reply = await connection.command('admin', command, signal)
    const list = reply['databases']
    if (!Array.isArray(list))
      throw new TransloadError('TL_S299', { endpoint: label, reason: 'a reply without databases' })
    const names = list.map(nameOf).filter((name) => name !== undefined)
    return names.filter((name) => !ownDatabases.has(name)).toSorted(compare)
  } catch (error) {
    if (!isNotKnownToServer(error)) throw error
    const cure = 'Name the database in the URL.'
    throw new TransloadError('TL_C103', { url: label, reason: 'it names no database, and the server lists none', cure })
  }
}

/** Of a document that the driver left as it is, or made an object of. */
function nameOf(document: unknown): string | undefined {
  if (document instanceof Uint8Array) return field.text(document, 'name')
  return isDocument(document) && typeof document['name'] === 'string' ? document['name'] : undefined
}

async function describeCollection(
  connection: MongoConnection,
  db: string,
  { name, type, options }: ListedCollection,
  signal: AbortSignal,
): Promise<LiveCollection> {
  const collection = { db, name, type: typeOf(type), options: isDocument(options) ? options : {} }
  if (collection.type === 'view') return { ...collection, indexes: [], documentEstimate: 0, byteEstimate: 0 }
  const indexes = await listDocuments(connection, db, { listIndexes: collection.name }, signal)
  return { ...collection, indexes, ...(await estimate(connection, db, collection.name, signal)) }
}

function typeOf(type: unknown): LiveCollection['type'] {
  return type === 'view' || type === 'timeseries' ? type : 'collection'
}

function isDocument(value: unknown): value is ServerDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** By whichever of the ways the server has, the newest first; who may only read documents learns nothing. */
async function estimate(
  connection: MongoConnection,
  db: string,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly documentEstimate: number; readonly byteEstimate: number }> {
  const ways = [
    async () => {
      const pipeline = [{ $collStats: { storageStats: {} } }, { $group: groupOfShards }]
      const [stats] = await listDocuments(connection, db, { aggregate: name, pipeline }, signal)
      return { documentEstimate: numberOf(stats?.['count']), byteEstimate: numberOf(stats?.['size']) }
    },
    async () => {
      const stats = await connection.command(db, { collStats: name }, signal)
      return { documentEstimate: numberOf(stats['count']), byteEstimate: numberOf(stats['size']) }
    },
    async () => {
      const { n } = await connection.command(db, { count: name }, signal)
      return { documentEstimate: numberOf(n), byteEstimate: 0 }
    },
  ]
  for (const way of ways) {
    try {
      return await way()
    } catch (error) {
      if (!isNotKnownToServer(error) && !isNotPermitted(error)) throw error
    }
  }
  return { documentEstimate: 0, byteEstimate: 0 }
}

/** Each shard gives a document of its own. */
const groupOfShards = {
  _id: null,
  count: { $sum: '$storageStats.count' },
  size: { $sum: '$storageStats.size' },
}

/** A number of the driver, some of which are objects that say it as text, or of canonical Extended JSON. */
function numberOf(value: unknown): number {
  const isWrapped = isDocument(value) && Object.keys(value).some((name) => name.startsWith('$number'))
  const number = Number(isWrapped ? Object.values(value)[0] : value)
  return Number.isFinite(number) && number > 0 ? number : 0
}
