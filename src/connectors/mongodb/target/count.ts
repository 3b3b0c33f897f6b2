import type { Collection, Db, Document } from 'mongodb'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { madeColumn } from '../../../model/document-path.ts'
import type { CountAnswer, CountQuestion, OrphanQuestion } from '../../../model/count.ts'
import type { TablePart, TableRest } from '../../../model/table-part.ts'
import type { MongoDatabase } from './client.ts'
import { collectionOf } from './collection-name.ts'
import { type CollectionDefinition, isOddField, pathOf } from './definition.ts'
import { definitionOfCollection } from './describe.ts'
import { nameOf } from './name-of.ts'
import { doublesOf } from './finish.ts'

const nothing: CollectionDefinition = { columns: [], key: [] }

/**
 * Rows, nulls and orphans, by aggregations. A field that is not there is a NULL, as everywhere. Texts are compared byte by
 * byte, so that orphans by bytes are the same ones.
 */
export async function countCollections(
  database: MongoDatabase,
  questions: readonly CountQuestion<string>[],
  signal: AbortSignal,
): Promise<readonly CountAnswer[]> {
  const answers: CountAnswer[] = []
  for (const question of questions) answers.push(await database.call(signal, (db) => answer(db, question)))
  return answers
}

async function answer(db: Db, { table, part, columns, orphans, keys }: CountQuestion<string>): Promise<CountAnswer> {
  const name = collectionOf(table)
  const definition = (await definitionOfCollection(db, name)) ?? nothing
  const among = partFilter(definition, part)
  const collection = db.collection(name)
  const counts = await Promise.all(orphans.map((orphan) => countOrphans(db, name, definition, among, orphan)))
  return {
    table,
    rows: await collection.countDocuments(among),
    nulls: await countNulls(collection, definition, among, columns),
    orphans: counts,
    ...(orphans.some(({ byBytes }) => byBytes !== undefined) && {
      orphansByBytes: orphans.map(({ byBytes }, place) => (byBytes === undefined ? undefined : counts[place])),
    }),
    ...(keys !== undefined && {
      duplicates: await Promise.all(keys.map((key) => countDoubles(db, name, definition, among, key))),
    }),
  }
}

async function countNulls(
  collection: Collection,
  definition: CollectionDefinition,
  among: Document,
  columns: readonly string[],
): Promise<number[]> {
  const odd = columns.filter((column) => isOddField(column) && !isAlwaysThere.has(column))
  const read = odd.length === 0 ? new Map<string, number>() : await readNulls(collection, definition, among, odd)
  return await Promise.all(
    columns.map(async (column) => {
      if (isAlwaysThere.has(column)) return 0
      return read.get(column) ?? (await collection.countDocuments(both(among, isNull(definition, column))))
    }),
  )
}

/** Of fields that only who reads the documents can find. */
async function readNulls(
  collection: Collection,
  definition: CollectionDefinition,
  among: Document,
  columns: readonly string[],
): Promise<Map<string, number>> {
  const cursor = new BsonCursor({ checksText: false, checksNames: false })
  const filled = new Map<string, number>(columns.map((column) => [column, 0]))
  let documentCount = 0
  for await (const document of collection.find(among, { raw: true })) {
    const bytes = document as unknown as Uint8Array
    documentCount++
    cursor.open(bytes, 0, bytes.length)
    while (cursor.next() !== 0) {
      const name = nameOf(cursor)
      const count = filled.get(name)
      const isNull = cursor.type === bsonType.null && !isJson(definition, name)
      if (count !== undefined && !isNull) filled.set(name, count + 1)
    }
  }
  // What is a part of the key is never NULL, and stands in none of these fields.
  return new Map(
    [...filled].map(([column, count]) => [column, definition.key.includes(column) ? 0 : documentCount - count]),
  )
}

/** The whole document, which is no field of it; and its key, which may be null, and is one then. */
const isAlwaysThere: ReadonlySet<string> = new Set([madeColumn.document, '_id'])

export function partFilter(definition: CollectionDefinition, part: TablePart | TableRest | undefined): Document {
  if (part === undefined) return {}
  const path = pathOf(definition, part.column)
  return { [path]: 'value' in part ? part.value : { $nin: [...part.noneOf] } }
}

function isNull(definition: CollectionDefinition, column: string): Document {
  const path = pathOf(definition, column)
  if (isJson(definition, column)) return { [path]: { $exists: false } }
  // An array that has a null among its elements is found by null too.
  return isArray(definition, column) ? { [path]: null, [`${path}.0`]: { $exists: false } } : { [path]: null }
}

function isArray({ columns }: CollectionDefinition, column: string): boolean {
  return columns.find(({ name }) => name === column)?.type.startsWith('array') === true
}

/** JSON has a null of its own: there a NULL is a field that is not there. */
function isJson({ columns }: CollectionDefinition, column: string): boolean {
  return columns.find(({ name }) => name === column)?.type === 'any'
}

function both(one: Document, other: Document): Document {
  return Object.keys(one).length === 0 ? other : { $and: [one, other] }
}

async function countDoubles(
  db: Db,
  name: string,
  definition: CollectionDefinition,
  among: Document,
  key: readonly string[],
): Promise<number> {
  const paths = key.map((column) => pathOf(definition, column))
  // No server has one twice, and some cannot put documents together by it.
  if (paths.length === 1 && paths[0] === '_id') return 0
  const pipeline = [{ $match: among }, ...doublesOf(paths, paths), { $count: 'count' }]
  return await countOf(db, name, pipeline)
}

async function countOf(db: Db, name: string, pipeline: Document[]): Promise<number> {
  const [found] = await db.collection(name).aggregate(pipeline, { allowDiskUse: true }).toArray()
  return Number(found?.['count'] ?? 0)
}

async function countOrphans(
  db: Db,
  name: string,
  definition: CollectionDefinition,
  among: Document,
  { columns, references, referencedColumns, parents }: OrphanQuestion,
): Promise<number> {
  const parent = collectionOf(references)
  const parentDefinition = (await definitionOfCollection(db, parent)) ?? nothing
  const local = columns.map((column) => pathOf(definition, column))
  const foreign = referencedColumns.map((column) => pathOf(parentDefinition, column))
  const known = both(among, { $and: local.map((path) => ({ [path]: { $ne: null } })) })
  const [onlyLocal = '', onlyForeign = ''] = [local[0], foreign[0]]
  const isSingle = local.length === 1 && parents === undefined
  const found = 'found'
  const lookup = isSingle
    ? { from: parent, localField: onlyLocal, foreignField: onlyForeign, as: found }
    : {
        from: parent,
        let: Object.fromEntries(local.map((path, place) => [`v${place}`, `$${path}`])),
        pipeline: [
          { $match: partFilter(parentDefinition, parents) },
          { $match: { $expr: { $and: foreign.map((path, place) => ({ $eq: [`$${path}`, `$$v${place}`] })) } } },
          { $limit: 1 },
        ],
        as: found,
      }
  const pipeline = [
    { $match: known },
    { $project: Object.fromEntries(local.map((path) => [path.split('.')[0] ?? path, 1])) },
    { $lookup: lookup },
    { $match: { [found]: { $size: 0 } } },
    { $count: 'count' },
  ]
  return await countOf(db, name, pipeline)
}
