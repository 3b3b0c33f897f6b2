import { BSON, type Db, type Document } from 'mongodb'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { QualifiedName } from '../../../model/relation.ts'
import type { OwnIndex } from '../own-index.ts'
import { collectionOf } from './collection-name.ts'
import { collectionNames } from './collections.ts'
import type { CollectionDefinition } from './definition.ts'
import { stateOf } from './state-collections.ts'

/** What a plan has of statements: each is one of these as JSON. */
export type Statement =
  | { readonly create: QualifiedName; readonly definition: CollectionDefinition }
  | { readonly empty: QualifiedName }
  | { readonly index: QualifiedName; readonly of: IndexStatement }
  | { readonly ownIndex: QualifiedName; readonly of: OwnIndex }
  | { readonly move: QualifiedName; readonly to: QualifiedName }

export interface IndexStatement {
  readonly name: string
  readonly unique: boolean
  /** Paths, and 1 or -1. */
  readonly key: readonly (readonly [string, 1 | -1])[]
  /** Paths whose nulls are no values: documents that have one are not in the index. */
  readonly whereNotNull: readonly string[]
}

export function statementText(statement: Statement): string {
  return JSON.stringify(statement)
}

/** @throws TL_T399 where the text is none */
export function parseStatement(text: string, endpoint: string): Statement {
  const verbs = ['create', 'empty', 'index', 'ownIndex', 'move']
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && verbs.some((verb) => verb in parsed))
      return parsed as Statement
  } catch (error) {
    throw new TransloadError('TL_T399', { endpoint, reason: `${text} is no statement` }, error)
  }
  throw new TransloadError('TL_T399', { endpoint, reason: `${text} is no statement` })
}

/** What one whose index has NULLs in it is compared with: every type but null, of those that a column becomes. */
const typesOfValues = [
  'double',
  'string',
  'object',
  'array',
  'binData',
  'objectId',
  'bool',
  'date',
  'int',
  'timestamp',
  'long',
  'decimal',
]

/**
 * Runs one, which does nothing the second time.
 *
 * @param onMade Is told the collection before it is made
 */
export async function runStatement(
  db: Db,
  statement: Statement,
  onMade: (collection: string) => Promise<void>,
): Promise<void> {
  if ('create' in statement) await create(db, statement.create, statement.definition, onMade)
  else if ('empty' in statement) await db.collection(collectionOf(statement.empty)).deleteMany({})
  else if ('ownIndex' in statement) await createOwnIndex(db, statement.ownIndex, statement.of)
  else if ('index' in statement) await createIndex(db, statement.index, statement.of)
  else await move(db, collectionOf(statement.move), collectionOf(statement.to))
}

async function create(
  db: Db,
  table: QualifiedName,
  definition: CollectionDefinition,
  onMade: (collection: string) => Promise<void>,
): Promise<void> {
  const name = collectionOf(table)
  const { definitions } = stateOf(db)
  if (!(await collectionNames(db)).has(name)) {
    await onMade(name)
    await db.createCollection(name)
  } else if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) !== null) {
    throw new TransloadError('TL_T307', { table: `${table.schema}.${table.name}` })
  }
  const text = JSON.stringify(definition)
  await definitions.updateOne({ _id: name }, { $set: { definition: text } }, { upsert: true })
}

async function createIndex(db: Db, table: QualifiedName, { name, unique, key, whereNotNull }: IndexStatement) {
  const partial = whereNotNull.map((path) => [path, { $type: typesOfValues }])
  await db.command({
    createIndexes: collectionOf(table),
    indexes: [
      {
        key: Object.fromEntries(key),
        name,
        ...(unique && { unique }),
        ...(partial.length > 0 && { partialFilterExpression: Object.fromEntries(partial) }),
      },
    ],
  })
}

/** As the server that it comes from has it; what that notes of itself is left out. */
async function createOwnIndex(db: Db, table: QualifiedName, { name, key, options }: OwnIndex): Promise<void> {
  const { v: _, ns: __, background: ___, ...all } = BSON.EJSON.parse(options, { relaxed: false }) as Document
  const index = { ...all, name, key: new Map(key) }
  await db.command({ createIndexes: collectionOf(table), indexes: [index] })
}

/** One step of the server; where it was done before, there is nothing to move any more. */
async function move(db: Db, from: string, to: string): Promise<void> {
  const { definitions } = stateOf(db)
  if ((await collectionNames(db)).has(from)) {
    const command = { renameCollection: `${db.databaseName}.${from}`, to: `${db.databaseName}.${to}`, dropTarget: true }
    await db.admin().command(command)
  }
  const known = await definitions.findOne({ _id: from })
  if (known === null) return
  await definitions.updateOne({ _id: to }, { $set: { definition: known.definition } }, { upsert: true })
  await definitions.deleteOne({ _id: from })
}
