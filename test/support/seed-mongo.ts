import { randomUUID } from 'node:crypto'
import { Binary, BSON, type Db, Decimal128, type Document, Double, Int32, Long, MongoClient, ObjectId } from 'mongodb'
import type { CanonicalType } from '../../src/model/canonical-type.ts'
import type { Harness, SeedColumn, SeedRow, SeedTable, World } from './harness.ts'
import { startProxy } from './proxy.ts'
import { severedBy } from './seed-severed.ts'
import { allTypes } from './seed-types.ts'

/** The checkpoint, and nothing else, waits for most of the servers: what stands behind it in the protocol is its answer. */
const checkpointMark = 'majority'

/** Values as they are: no long becomes a number. */
const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false }

/** An empty database on the server of this URL. */
export function startMongoWorld(serverUrl: string): Promise<World> {
  const url = new URL(serverUrl)
  url.pathname = `/world_${randomUUID().replaceAll('-', '')}`
  return Promise.resolve(mongoWorld(url.href))
}

/** The world that a database is. */
function mongoWorld(url: string): World {
  const use = async <T>(work: (client: MongoClient) => Promise<T>): Promise<T> => {
    const client = new MongoClient(url)
    try {
      return await work(client)
    } finally {
      await client.close()
    }
  }
  return {
    url,
    seed: (table, rows) =>
      use(async (client) => {
        const db = client.db()
        if (!(await isThere(db, table))) await db.createCollection(collectionName(table))
        await db
          .collection<{ _id: string; definition: string }>('transload_state.definitions')
          .updateOne({ _id: collectionName(table) }, { $set: { definition: definitionText(table) } }, { upsert: true })
        const documents = rows.map((row, place) => documentOf(table, row, place))
        if (documents.length > 0) await db.collection(collectionName(table)).insertMany(documents)
      }),
    readAll: (table) =>
      use(async (client) => {
        const db = client.db()
        if (!(await isThere(db, table))) throw new Error(`there is no table ${table.name}`)
        const documents = await db.collection(collectionName(table)).find({}, exact).toArray()
        return documents.map((document) => rowOf(table, document))
      }),
    async severed() {
      return severedBy(await startProxy(url), checkpointMark)
    },
    [Symbol.asyncDispose]: () => use(async (client) => void (await client.db().dropDatabase())),
  }
}

/** Some servers take no filter. */
async function isThere(db: Db, table: SeedTable): Promise<boolean> {
  return (await db.listCollections().toArray()).some(({ name }) => name === collectionName(table))
}

/** MongoDB has no dollar in the name of a collection. */
function collectionName({ name }: SeedTable): string {
  return name.replaceAll('$', '%24')
}

/** As a run leaves it: what a collection holds that somebody else has made cannot be told while it is empty. */
function definitionText({ columns, key = [] }: SeedTable): string {
  const fields = columns.map(({ name, type, nullable }) => ({ name, type: fieldType(type), nullable }))
  return JSON.stringify({ columns: fields, key })
}

function fieldType(type: CanonicalType): string {
  if (type.kind === 'int') return type.bits === 64 ? 'long' : 'int'
  if (type.kind === 'text') return 'string'
  throw new Error(`no collection with ${type.kind} is made before a run`)
}

function documentOf({ columns, key = [] }: SeedTable, row: SeedRow, place: number): Document {
  const values = new Map(columns.map(({ name, type }, i) => [name, seedValue(type, row[i] ?? null)]))
  const [only] = key
  const id =
    key.length === 1
      ? values.get(only ?? '')
      : key.length === 0
        ? { seeded: place }
        : Object.fromEntries(key.map((name) => [name, values.get(name)]))
  return { _id: id, ...Object.fromEntries([...values].filter(([name]) => !key.includes(name))) }
}

function seedValue(type: CanonicalType, text: string | null): unknown {
  if (text === null || type.kind !== 'int') return text
  return type.bits === 64 ? Long.fromString(text) : new Int32(Number(text))
}

function rowOf({ columns, key = [] }: SeedTable, document: Document): SeedRow {
  return columns.map((column) => {
    const isKey = key.includes(column.name)
    const value: unknown = isKey
      ? key.length === 1
        ? document['_id']
        : document['_id'][column.name]
      : document[column.name]
    return textOf(column, value)
  })
}

function textOf({ type }: SeedColumn, value: unknown): string | null {
  // JSON has a null of its own, which is no NULL: of that there is no field.
  if (value === undefined || (value === null && type.kind !== 'json')) return null
  if (type.kind === 'json') return jsonText(value)
  if (type.kind === 'document') return BSON.EJSON.stringify(value, { relaxed: false })
  if (value instanceof Date) {
    if (type.kind !== 'instant') throw new Error(`a Date for ${type.kind}`)
    const [day = '', clock = ''] = value.toISOString().slice(0, -1).split('T')
    return `${day} ${clock.slice(0, 8)}${`.${clock.slice(9)}000`.slice(0, type.precision + 1)}+00`
  }
  if (value instanceof Binary) return type.kind === 'uuid' ? value.toUUID().toHexString() : value.toString('hex')
  if (value instanceof ObjectId) return value.toHexString()
  if (value instanceof Double) return Object.is(value.value, -0) ? '-0' : String(value.value)
  if (value instanceof Int32 || value instanceof Long || value instanceof Decimal128) return value.toString()
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  const span = value as { readonly months: Long; readonly days: Long; readonly micros: Long }
  const micros = span.micros.toBigInt()
  const size = micros < 0n ? -micros : micros
  const seconds = `${size / 1_000_000n}.${String(size % 1_000_000n).padStart(6, '0')}`
  return `P${span.months.toString()}M${span.days.toString()}DT${micros < 0n ? '-' : ''}${seconds}S`
}

function jsonText(value: unknown): string {
  if (value instanceof Int32 || value instanceof Double) return String(value.value)
  if (value instanceof Long || value instanceof Decimal128) return value.toString()
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}:${jsonText(inner)}`)
    .join(',')}}`
}

const withoutTypes: Harness['withoutTypes'] = {
  array: 'the in-memory connector, which the suite writes from, has no arrays',
  geometry: 'geometries are not written yet',
  native: 'planned only where both ends are one engine',
}

/** What BSON's date does not have is a loss that is counted, with a test of its own. */
function isWritten(type: CanonicalType, value: string): boolean {
  return type.kind !== 'instant' || type.precision <= 3 || value.endsWith('000+00')
}

export function mongoHarness(serverUrl: () => string): Harness {
  return {
    start: () => startMongoWorld(serverUrl()),
    hasNetwork: true,
    commitsTogether: false,
    types: allTypes
      .filter(({ type }) => withoutTypes[type.kind] === undefined)
      .map(({ type, values }) => ({ type, values: values.filter((value) => isWritten(type, value)) })),
    withoutTypes,
    exceptions: [],
    propertyRunCount: 6,
  }
}
