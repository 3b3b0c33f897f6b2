import type { SourceCapabilities, SplitOptions } from '../../contract/source.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { RowKey } from '../../model/loss.ts'
import type { Cursor } from '../../model/plain.ts'
import type { Finding, ReadPlan, Split } from '../../model/plan.ts'
import type { Catalog, QualifiedName } from '../../model/relation.ts'
import type { Consistency } from '../../model/run-state.ts'
import { ExtendedJsonReader } from '../../format/bson/extended-json/extended-json-reader.ts'
import { MongoConnection } from './client.ts'
import { openDocuments, parseBounds } from './collection-bounds.ts'
import { type CollectionMetadata, readCollectionMetadata } from './collection-info.ts'
import { collectionCatalog, type KnownCollection } from './collection-table.ts'
import type { MongoSettings } from './config.ts'
import { countKeysUpTo } from './count.ts'
import type { DocumentMoment, DocumentStore } from './document-store.ts'
import type { DocumentStream } from './document-stream.ts'
import { keyTexts } from './key-texts.ts'
import { findLiveCollection, type LiveCollection, listLiveCollections } from './live-catalog.ts'
import { ownCollectionCatalog } from './own-catalog.ts'
import { readPosition } from './position.ts'
import { SampleStream } from './sample-stream.ts'
import { ScratchArena } from './scratch-arena.ts'
import { isInParts, planParts } from './splits.ts'

export async function openLiveStore(settings: MongoSettings, signal: AbortSignal): Promise<DocumentStore> {
  return new LiveStore(await MongoConnection.open(settings, signal))
}

class LiveStore implements DocumentStore {
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities = {
    // No server keeps a moment for as long as a copy takes (the history of `snapshot` is of minutes).
    consistency: 'none',
    resumable: true,
    parallel: true,
    // Types come of what the documents hold: nothing else is asked of them.
    census: false,
  }
  readonly #connection: MongoConnection

  constructor(connection: MongoConnection) {
    this.label = connection.settings.label
    this.version = connection.version
    this.#connection = connection
  }

  async catalog(signal: AbortSignal): Promise<Catalog> {
    return collectionCatalog(await this.#collections(signal), [])
  }

  async ownCatalog(signal: AbortSignal): Promise<Catalog> {
    return ownCollectionCatalog(await this.#collections(signal), [])
  }

  async #collections(signal: AbortSignal): Promise<readonly KnownCollection[]> {
    const collections = await listLiveCollections(this.#connection, signal)
    return collections.map((one) => ({
      name: { schema: one.db, name: one.name },
      metadata: metadataOf(one),
      documentEstimate: one.documentEstimate,
      byteEstimate: one.byteEstimate,
    }))
  }

  preflight(): Promise<readonly Finding[]> {
    return Promise.resolve([])
  }

  async planSplits(read: ReadPlan, options: SplitOptions, signal: AbortSignal): Promise<readonly Split[]> {
    const found = await collectionOf(this.#connection, read.table, signal)
    const { bounds, isAtomic } = await planParts(this.#connection, found, options, signal)
    return bounds.map((part, ordinal) => ({
      id: `${read.dataset}#${ordinal}`,
      dataset: read.dataset,
      ordinal,
      bounds: JSON.parse(JSON.stringify(part)) as Split['bounds'],
      rowEstimate: Math.ceil(found.documentEstimate / bounds.length),
      atomic: isAtomic,
    }))
  }

  async openMoment(_: number, __: readonly ReadPlan[], signal: AbortSignal): Promise<DocumentMoment> {
    const position = await readPosition(this.#connection, signal)
    return new LiveMoment(this.#connection, position)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]()
  }
}

/** Now, whenever it is asked. */
class LiveMoment implements DocumentMoment {
  readonly consistency: Consistency
  readonly #connection: MongoConnection

  constructor(connection: MongoConnection, position: string | undefined) {
    this.consistency = { level: 'none', position, moments: [`read from ${new Date().toISOString()} on`] }
    this.#connection = connection
  }

  async openSplit(
    { bounds }: Split,
    table: QualifiedName,
    from: Cursor | undefined,
    signal: AbortSignal,
  ): Promise<DocumentStream> {
    return await openDocuments(this.#connection, nameOf(table), parseBounds(bounds), from, signal)
  }

  async openKeys(read: ReadPlan, keys: readonly RowKey[], signal: AbortSignal): Promise<DocumentStream> {
    const ids = keyTexts(read, keys)
    if (ids === undefined) return await this.openAll(read.table, signal)
    return await openDocuments(this.#connection, nameOf(read.table), { by: 'key', ids }, undefined, signal)
  }

  async openAll(table: QualifiedName, signal: AbortSignal, sampleSize?: number): Promise<DocumentStream> {
    const name = nameOf(table)
    if (sampleSize === undefined) {
      return await openDocuments(this.#connection, name, { by: 'all' }, undefined, signal)
    }
    const found = await collectionOf(this.#connection, table, signal)
    const documentEstimate = await this.#estimate(found, signal)
    const options = { rowCount: 1, maxCount: samplePlaces }
    const parts = await planParts(this.#connection, { ...found, documentEstimate }, options, signal)
    const streams = parts.bounds.map((bounds) => async (abort: AbortSignal) => {
      return await openDocuments(this.#connection, name, bounds, undefined, abort)
    })
    return new SampleStream(streams, Math.ceil(sampleSize / streams.length))
  }

  /** What a sample goes by. */
  async #estimate(collection: LiveCollection, signal: AbortSignal): Promise<number> {
    const { documentEstimate } = collection
    if (!isInParts(collection)) return documentEstimate
    const counted = await countKeysUpTo(this.#connection, collection, countedForSample, signal)
    return counted < countedForSample ? counted : Math.max(counted, documentEstimate)
  }

  async assertUnchanged(): Promise<void> {
    // Nobody has promised that it does not change.
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The connection is the store's.
  }
}

/** Places of a collection that a sample looks at. */
const samplePlaces = 20

/**
 * Up to so many documents a sample knows how many there are: what a server believes may be of long ago (FerretDB takes the
 * statistics of PostgreSQL), and then all places would lie at the beginning. Where there are more, and the server believes
 * that there are fewer, they lie in the first so many.
 */
const countedForSample = 100_000

function nameOf({ schema, name }: QualifiedName): { readonly db: string; readonly name: string } {
  return { db: schema, name }
}

/** @throws TL_S205 */
async function collectionOf(
  connection: MongoConnection,
  { schema, name }: QualifiedName,
  signal: AbortSignal,
): Promise<LiveCollection> {
  const found = await findLiveCollection(connection, { db: schema, name }, signal)
  if (found !== undefined) return found
  throw new TransloadError('TL_S205', {
    endpoint: connection.settings.label,
    kind: 'collection',
    name: `${schema}.${name}`,
  })
}

const reader = new ExtendedJsonReader()

/** In the words of a dump. */
function metadataOf({ type, options, indexes }: LiveCollection): CollectionMetadata {
  const arena = new ScratchArena()
  const text = Buffer.from(JSON.stringify({ type, options, indexes }))
  reader.append(arena, text, 0, text.length)
  return readCollectionMetadata(arena.bytes, 0, arena.used)
}
