import type { Db } from 'mongodb'
import type { ExistingTable } from '../../../contract/target.ts'
import type { QualifiedName } from '../../../model/relation.ts'
import type { MongoDatabase } from './client.ts'
import { collectionOf } from './collection-name.ts'
import { collectionNames } from './collections.ts'
import { type CollectionDefinition, ownDefinition } from './definition.ts'
import type { FieldType } from './field-type.ts'
import { stateOf } from './state-collections.ts'

/** Documents that are looked at where nobody has said what a collection holds. */
const sampleCount = 1_000

/**
 * Those of the collections that are there. What a run of transload has made says what it holds; of others the first
 * documents are looked at. An empty collection that says nothing of itself is taken for one that is not there.
 */
export async function describeCollections(
  database: MongoDatabase,
  tables: readonly QualifiedName[],
  signal: AbortSignal,
  isOwn = false,
): Promise<readonly ExistingTable[]> {
  return await database.call(signal, async (db) => {
    const there = await collectionNames(db)
    const found: ExistingTable[] = []
    for (const table of tables) {
      const name = collectionOf(table)
      if (!there.has(name)) continue
      const isEmpty = (await db.collection(name).findOne({}, { projection: { _id: 1 } })) === null
      const known = await definitionOfCollection(db, name)
      if (known === undefined) continue
      const definition = isOwn ? ownDefinition : known
      found.push({
        name: table,
        columns: definition.columns.map((column) => ({
          ...column,
          hasDefault: false,
          generated: false,
          identity: false,
        })),
        primaryKey: definition.key,
        uniqueKeys: await uniqueKeys(db, name),
        foreignKeys: [],
        triggers: [],
        isEmpty,
        dependents: await dependentsOf(db, name),
      })
    }
    return found
  })
}

/** Undefined: it is empty, and nobody has said what it holds. */
export async function definitionOfCollection(db: Db, name: string): Promise<CollectionDefinition | undefined> {
  const known = await stateOf(db).definitions.findOne({ _id: name })
  return known === null ? await sampled(db, name) : (JSON.parse(known.definition) as CollectionDefinition)
}

async function uniqueKeys(db: Db, name: string): Promise<readonly (readonly string[])[]> {
  const indexes = await db.collection(name).indexes()
  return indexes.flatMap(({ name: index, unique, key }) => {
    return unique === true && index !== '_id_' ? [Object.keys(key as Record<string, unknown>)] : []
  })
}

/** Views of it would be of another collection in its place. */
async function dependentsOf(db: Db, name: string): Promise<readonly string[]> {
  const all = await db.listCollections().toArray()
  return all.flatMap((one) => {
    const { viewOn } = ('options' in one ? one.options : undefined) ?? {}
    return one.type === 'view' && viewOn === name ? [`view ${one.name}`] : []
  })
}

async function sampled(db: Db, name: string): Promise<CollectionDefinition | undefined> {
  const documents = await db
    .collection(name)
    .find({}, { promoteValues: false, promoteLongs: false, promoteBuffers: false })
    .limit(sampleCount)
    .toArray()
  if (documents.length === 0) return undefined
  const fields = new Map<string, Set<string>>()
  const note = (field: string, value: unknown): void => {
    const types = fields.get(field) ?? new Set()
    types.add(typeOfValue(value))
    fields.set(field, types)
  }
  const key = keyOf(documents.map(({ _id }) => _id as unknown))
  for (const { _id, ...others } of documents) {
    if (key.length === 1) note('_id', _id)
    else for (const column of key) note(column, (_id as unknown as Record<string, unknown>)[column])
    for (const [field, value] of Object.entries(others)) note(field, value)
  }
  const columns = [...fields].map(([field, types]) => {
    return { name: field, type: typeOf(types), nullable: !key.includes(field) }
  })
  return { columns, key }
}

/** The names of all `_id`s where they are documents of the same ones, in the same order; else `_id` itself. */
function keyOf(ids: readonly unknown[]): readonly string[] {
  const [first] = ids
  if (!isPlainDocument(first)) return ['_id']
  const names = Object.keys(first)
  const isAlike = ids.every((id) => isPlainDocument(id) && Object.keys(id).join('\0') === names.join('\0'))
  return isAlike && names.length > 1 ? names : ['_id']
}

function isPlainDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function typeOfValue(value: unknown): FieldType | 'null' {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'double'
  if (typeof value === 'bigint') return 'long'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  const { _bsontype: name, sub_type: subtype } = value as { readonly _bsontype?: string; readonly sub_type?: number }
  switch (name) {
    case 'Int32':
    case 'Long':
      return 'long'
    case 'Double':
      return 'double'
    case 'Decimal128':
      return 'decimal'
    case 'ObjectId':
      return 'objectId'
    case 'Binary':
    case 'UUID':
      return subtype === 4 ? 'uuid' : 'binData'
    case undefined:
      return 'object'
    default:
      return 'any'
  }
}

/** One type of all values; of several the one that takes them, or any. */
function typeOf(found: ReadonlySet<string>): FieldType {
  const types = [...found].filter((type) => type !== 'null') as FieldType[]
  const [only] = types
  if (only !== undefined && types.length === 1) return only
  return types.length === 2 && found.has('long') && found.has('decimal') ? 'long or decimal' : 'any'
}
