import type { SplitOptions } from '../../contract/source.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { MongoConnection } from './client.ts'
import type { CollectionBounds } from './collection-bounds.ts'
import { collectIds, findIds } from './find-ids.ts'
import { filtersOf, isUsableBound, kindOf, unorderedTypes } from './id-order.ts'
import { boundOf, idText } from './id-text.ts'
import { typesNotKnown } from './known-types.ts'
import type { LiveCollection } from './live-catalog.ts'

/** Up to so many documents the bounds are walked to, key by key in the index; of more they are sampled. */
const maxWalked = 5_000_000
const samplesPerSplit = 20

/** Parts of a collection that together are all of it, each document in exactly one. */
export interface CollectionParts {
  readonly bounds: readonly CollectionBounds[]
  /** There is one part, which is read whole and has no cursors. */
  readonly isAtomic: boolean
}

const whole: CollectionParts = { bounds: [{ by: 'all' }], isAtomic: true }

/**
 * Bounds are keys that exist, compared by the server alone, and the same each time as long as the collection is the same and
 * has not more than five million documents. The first part and the last are open.
 *
 * Views, time series, collections without an index of `_id`, and such as have keys that no server reads in order are one part.
 */
export async function planParts(
  connection: MongoConnection,
  collection: LiveCollection,
  { rowCount, maxCount }: SplitOptions,
  signal: AbortSignal,
): Promise<CollectionParts> {
  if (!isInParts(collection)) return whole
  const unknownTypes = await typesNotKnown(connection, collection, signal)
  const asked = { connection, collection, unknownTypes, signal }
  if (await hasUnordered(asked)) return whole
  const { documentEstimate } = collection
  const perPart = Math.max(1, rowCount, Math.ceil(documentEstimate / maxCount))
  if (maxCount <= 1) return byIds([])
  // The estimate may be of long ago: where it says little, the walk is what finds out.
  const found =
    documentEstimate > maxWalked ? await sampleBounds(asked, perPart) : await walkToBounds(asked, perPart, maxCount - 1)
  return byIds(found.slice(0, maxCount - 1))
}

function byIds(bounds: readonly string[]): CollectionParts {
  const parts = [undefined, ...bounds].map((from, place) => ({ by: 'id', from, below: bounds[place] }) as const)
  return { bounds: parts, isAtomic: false }
}

interface Asked {
  readonly connection: MongoConnection
  readonly collection: LiveCollection
  readonly unknownTypes: readonly number[]
  readonly signal: AbortSignal
}

/** Whether it has an index of `_id` that its documents are read by. */
export function isInParts({ type, indexes, options }: LiveCollection): boolean {
  if (type !== 'collection') return false
  if (options['clusteredIndex'] !== undefined) return true
  return indexes.some(({ key }) => JSON.stringify(Object.keys(key ?? {})) === '["_id"]')
}

/** Some servers that are no MongoDB (mongo-java-server) take regular expressions as keys, and find none of them by `$type`. */
async function hasUnordered({ connection, collection, unknownTypes, signal }: Asked): Promise<boolean> {
  const types = unorderedTypes.filter((type) => !unknownTypes.includes(type))
  const byType = await findIds(connection, collection, { filter: { _id: { $type: types } }, limit: 1 }, signal)
  if (byType.length > 0) return true
  for (const direction of [1, -1]) {
    const find = { sort: { _id: direction }, hint: { _id: 1 }, limit: 1 }
    const [end] = await findIds(connection, collection, find, signal)
    if (end !== undefined && unorderedTypes.includes(end[4]!)) return true
  }
  return false
}

/** Every so many keys one, in the order that the parts will be read in. */
async function walkToBounds(asked: Asked, perPart: number, atMost: number): Promise<readonly string[]> {
  const { connection, collection, unknownTypes, signal } = asked
  const { label } = connection.settings
  const bounds = new Set<string>()
  let filters = filtersOf({}, unknownTypes)
  // What is left of one condition before the next begins counts for the part that goes on there.
  while (filters.length > 0 && bounds.size < atMost) {
    const [filter] = filters
    const find = { filter: { _id: filter }, sort: { _id: 1 }, hint: { _id: 1 }, skip: perPart, limit: 1 }
    const [document] = await findIds(connection, collection, find, signal)
    const bound = document === undefined ? undefined : boundOf(document, label)
    if (document === undefined || bound === undefined || !isUsableBound(bound)) {
      filters = filters.slice(1)
      continue
    }
    const text = idText(document)
    if (bounds.has(text)) throw notInOrder(asked, text)
    bounds.add(text)
    filters = filtersOf({ from: bound }, unknownTypes)
  }
  return [...bounds]
}

function notInOrder({ connection, collection }: Asked, id: string): TransloadError {
  const reason = `${collection.db}.${collection.name}: the server finds ${id} behind itself`
  return new TransloadError('TL_S299', { endpoint: connection.settings.label, reason })
}

/** The server sorts the sample. Where it orders types in another way than the parts would be read, there is one part. */
async function sampleBounds(asked: Asked, perPart: number): Promise<readonly string[]> {
  const { connection, collection, signal } = asked
  const partCount = Math.ceil(collection.documentEstimate / perPart)
  const pipeline = [
    { $sample: { size: partCount * samplesPerSplit } },
    { $project: { _id: 1 } },
    { $match: { _id: { $ne: Number.NaN } } },
    { $sort: { _id: 1 } },
  ]
  const command = { aggregate: collection.name, pipeline, allowDiskUse: true }
  const sample = await collectIds(connection, collection.db, command, signal)
  const kinds = sample.map((document) => kindOf(document[4] ?? 0))
  if (kinds.some((kind, place) => kind < (kinds[place - 1] ?? 0))) return []
  const picked = Array.from(
    { length: partCount - 1 },
    (_, place) => sample[Math.floor(((place + 1) * sample.length) / partCount)],
  )
  const { label } = connection.settings
  signal.throwIfAborted()
  const texts = picked
    .filter((document) => document !== undefined)
    .filter((document) => isUsableBound(boundOf(document, label)))
    .map(idText)
  return [...new Set(texts)]
}
