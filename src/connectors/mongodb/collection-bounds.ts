import { TransloadError } from '../../errors/transload-error.ts'
import type { Cursor, Plain } from '../../model/plain.ts'
import { AskByCursor } from './ask-by-cursor.ts'
import { AskById, type IdPlan } from './ask-by-id.ts'
import type { MongoConnection } from './client.ts'
import { CollectionStream } from './collection-stream.ts'
import { findIdEnds, type IdEnds } from './find-ids.ts'
import {
  filtersOf,
  type IdBound,
  isUsableBound,
  kindOf,
  type KindRange,
  numberKind,
  unorderedTypes,
} from './id-order.ts'
import { boundOf, parseIdText } from './id-text.ts'
import { bsonType } from '../../format/bson/bson-type.ts'
import type { CollectionName } from './replies.ts'
import { typesNotKnown } from './known-types.ts'

/** What is read of a collection, as plain data. Texts are those of `idText`. */
export type CollectionBounds =
  /** In the order of `_id`: those from one to before another that are there, open where one is absent. */
  | { readonly by: 'id'; readonly from?: string | undefined; readonly below?: string | undefined }
  /** All of them, in the server's own order, which has no places in it: such a split is read whole. */
  | { readonly by: 'all' }
  /** Those with these, as far as they are there, in any order. */
  | { readonly by: 'key'; readonly ids: readonly string[] }

/** Keys that are asked for at once. */
const maxKeys = 1000
const maxKeyBytes = 1024 * 1024

/**
 * The documents of a part of a collection, or of a view.
 *
 * @param after A cursor of an earlier stream of the same bounds: exactly what follows it is read; only of those by `_id`
 * @throws TL_X901 where bounds or cursor are none of this source's
 */
export async function openDocuments(
  connection: MongoConnection,
  collection: CollectionName,
  bounds: CollectionBounds,
  after: Cursor | undefined,
  signal: AbortSignal,
): Promise<CollectionStream> {
  switch (bounds.by) {
    case 'all':
      return byCursor(connection, collection, [{}])
    case 'key':
      return byCursor(connection, collection, keyFilters(bounds.ids, connection.settings.label))
    case 'id': {
      const unknownTypes = await typesNotKnown(connection, collection, signal)
      const isOpen = bounds.from === undefined || bounds.below === undefined
      const ends = isOpen ? await findIdEnds(connection, collection, signal) : undefined
      const plan = idPlan(bounds, after, connection.settings.label, unknownTypes, ends)
      const asking = new AskById(connection, collection, plan)
      return new CollectionStream(connection, collection, { asking, isOrdered: true })
    }
  }
}

function byCursor(
  connection: MongoConnection,
  collection: CollectionName,
  filters: readonly object[],
): CollectionStream {
  const commands = filters.map((filter) => ({ find: collection.name, filter }))
  const asking = new AskByCursor(connection, collection, commands)
  return new CollectionStream(connection, collection, { asking, isOrdered: false })
}

/** @throws TL_X901 */
export function parseBounds(bounds: Plain): CollectionBounds {
  if (isBounds(bounds)) return bounds
  throw new TransloadError('TL_X901', { reason: 'bounds of another connector' })
}

function isBounds(bounds: Plain): bounds is CollectionBounds {
  if (typeof bounds !== 'object' || bounds === null || !('by' in bounds)) return false
  const { by, ids } = bounds as { readonly by: unknown; readonly ids?: unknown }
  if (by === 'key') return Array.isArray(ids)
  return by === 'all' || by === 'id'
}

function idPlan(
  { from, below }: { readonly from?: string | undefined; readonly below?: string | undefined },
  after: Cursor | undefined,
  label: string,
  unknownTypes: readonly number[],
  ends: IdEnds | undefined,
): IdPlan {
  const kinds = kindsBetween(ends)
  const upper = below === undefined ? undefined : boundOf(parseIdText(below), label)
  const behind = (document: Uint8Array): IdPlan['filters'] => {
    const lower = orderedBound(document, label)
    return byId(filtersOf({ from: lower, isAfter: true, below: upper, kinds }, unknownTypes))
  }
  const lower = from === undefined ? firstBound(kinds && ends?.first) : boundOf(parseIdText(from), label)
  const all = (): IdPlan['filters'] => byId(filtersOf({ from: lower, below: upper, kinds }, unknownTypes))
  return {
    filters: after === undefined ? all() : behind(parseIdText(after)),
    behind,
  }
}

/** Where a server has another order of kinds, nothing is known of those that lie between. */
function kindsBetween(ends: IdEnds | undefined): KindRange | undefined {
  if (ends === undefined) return undefined
  const lowest = kindOf(ends.first.type)
  const highest = kindOf(ends.last.type)
  return lowest <= highest ? { lowest, highest } : undefined
}

/**
 * From the first key on is what every server has an index for, which not every one has for types. Numbers are asked for from
 * their lowest on: where NaN stands among them is not the same everywhere. Nor is what is more than a binary key of another
 * subtype.
 */
function firstBound(first: IdBound | undefined): IdBound | undefined {
  if (first === undefined || !isUsableBound(first)) return undefined
  return kindOf(first.type) === numberKind || first.type === bsonType.binary ? undefined : first
}

function byId(conditions: readonly object[]): IdPlan['filters'] {
  return conditions.map((condition) => ({ _id: condition }))
}

/** MongoDB has no such keys, so that a split by `_id` meets one only where a server came to have it meanwhile. */
function orderedBound(document: Uint8Array, label: string): IdBound {
  const bound = boundOf(document, label)
  if (!unorderedTypes.includes(bound.type)) return bound
  const reason =
    'an _id of a type that no server reads on from came in while a collection was read: run it with --fresh'
  throw new TransloadError('TL_S299', { endpoint: label, reason })
}

/** `$in` has a pattern of a regular expression: that one is asked for by `$eq`. */
function keyFilters(ids: readonly string[], label: string): readonly object[] {
  const filters: { readonly _id: object }[] = []
  let values: unknown[] = []
  let byteCount = 0
  const endChunk = (): void => {
    if (values.length > 0) filters.push({ _id: { $in: values } })
    values = []
    byteCount = 0
  }
  for (const id of ids) {
    const document = parseIdText(id)
    const { type, value } = boundOf(document, label)
    if (type === bsonType.regex) {
      filters.push({ _id: { $eq: value } })
      continue
    }
    values.push(value)
    byteCount += document.length
    if (values.length >= maxKeys || byteCount >= maxKeyBytes) endChunk()
  }
  endChunk()
  return filters
}
