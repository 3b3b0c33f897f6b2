import type { SourceCapabilities } from '../../../contract/source.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { Cursor } from '../../../model/plain.ts'
import type { Finding, ReadPlan, Split } from '../../../model/plan.ts'
import { type Catalog, isSameName, type QualifiedName } from '../../../model/relation.ts'
import type { Consistency } from '../../../model/run-state.ts'
import { collectionCatalog } from '../collection-table.ts'
import { ownCollectionCatalog } from '../own-catalog.ts'
import type { DocumentMoment, DocumentStore } from '../document-store.ts'
import type { DocumentStream } from '../document-stream.ts'
import type { DumpSettings } from './dump-url.ts'
import type { DumpCollection } from './input/dump-contents.ts'
import { type DumpInput, openDumpInput } from './input/dump-input.ts'

/** What a document is taken to have, before they are counted. */
const guessedDocumentBytes = 400

export async function openDumpStore(settings: DumpSettings, signal: AbortSignal): Promise<DocumentStore> {
  return new DumpStore(settings, await openDumpInput(settings, signal))
}

class DumpStore implements DocumentStore {
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities
  readonly #settings: DumpSettings
  /** The files that plans are made of and moments read. */
  #input: DumpInput
  /** Of an input whose files were all read for it. */
  #hashed: { readonly input: DumpInput; readonly hash: string } | undefined

  constructor(settings: DumpSettings, input: DumpInput) {
    this.label = input.label
    this.version = input.version
    // Types come of what the documents hold: nothing else is asked of them.
    this.capabilities = { consistency: 'snapshot', resumable: true, parallel: true, census: false }
    this.#settings = settings
    this.#input = input
  }

  async catalog(signal: AbortSignal): Promise<Catalog> {
    return collectionCatalog(...(await this.#found(signal)))
  }

  /** Of what mongodump wrote: a server gave all of it an `_id`. */
  get ownCatalog(): DocumentStore['ownCatalog'] {
    if (this.#settings.kind !== 'mongodump') return undefined
    return async (signal) => ownCollectionCatalog(...(await this.#found(signal)))
  }

  async #found(signal: AbortSignal): Promise<Parameters<typeof collectionCatalog>> {
    this.#input = await openDumpInput(this.#settings, signal)
    const { collections, others } = this.#input
    return [
      collections.map(({ name, metadata, byteSize }) => ({
        name,
        metadata,
        documentEstimate: Math.ceil(byteSize / guessedDocumentBytes),
        byteEstimate: byteSize,
      })),
      others.map(({ kind, name, reason, text }) => ({ kind, name: shownName(name), reason, sql: text })),
    ]
  }

  preflight(): Promise<readonly Finding[]> {
    return Promise.resolve([])
  }

  async planSplits(read: ReadPlan, _: unknown, signal: AbortSignal): Promise<readonly Split[]> {
    const ordinal = this.#input.collections.findIndex(({ name }) => isSameName(name, read.table))
    const { byteSize } = this.#collection(read.table)
    return [
      {
        id: `${read.dataset}#0`,
        dataset: read.dataset,
        ordinal,
        bounds: { hash: await this.#hash(signal) },
        rowEstimate: Math.ceil(byteSize / guessedDocumentBytes),
        // The order of a file is a key of its own.
        atomic: false,
      },
    ]
  }

  async openMoment(_: number, __: readonly ReadPlan[], signal: AbortSignal): Promise<DocumentMoment> {
    return new DumpMoment(this.#input, await this.#hash(signal))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // No file is open between two calls.
  }

  /** Files are read for it once, as long as nobody writes to them. */
  async #hash(signal: AbortSignal): Promise<string> {
    const input = this.#input
    if (this.#hashed?.input === input) await input.assertUnchanged()
    else this.#hashed = { input, hash: await input.hash(signal) }
    return this.#hashed.hash
  }

  #collection(table: QualifiedName): DumpCollection {
    return collectionOf(this.#input, table)
  }
}

class DumpMoment implements DocumentMoment {
  readonly consistency: Consistency
  readonly #input: DumpInput
  readonly #hash: string

  constructor(input: DumpInput, hash: string) {
    const byteCount = input.collections.reduce((sum, { byteSize }) => sum + byteSize, 0)
    this.consistency = {
      level: 'snapshot',
      position: `sha256:${hash}`,
      moments: [`${input.label}, ${byteCount} bytes of documents`],
    }
    this.#input = input
    this.#hash = hash
  }

  async openSplit(
    { bounds }: Split,
    table: QualifiedName,
    from: Cursor | undefined,
    signal: AbortSignal,
  ): Promise<DocumentStream> {
    if (hashOf(bounds) !== this.#hash) {
      const reason = `the plan is of other files than ${this.#input.label} has now`
      throw new TransloadError('TL_K503', { reason })
    }
    return await collectionOf(this.#input, table).open(from, signal)
  }

  async openAll(table: QualifiedName, signal: AbortSignal): Promise<DocumentStream> {
    return await collectionOf(this.#input, table).open(undefined, signal)
  }

  async assertUnchanged(run?: string): Promise<void> {
    await this.#input.assertUnchanged(run)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // As that of the store.
  }
}

function hashOf(bounds: Split['bounds']): unknown {
  return typeof bounds === 'object' && bounds !== null && 'hash' in bounds ? bounds['hash'] : undefined
}

/** @throws TL_S205 */
function collectionOf({ collections, label }: DumpInput, table: QualifiedName): DumpCollection {
  const found = collections.find(({ name }) => isSameName(name, table))
  if (found !== undefined) return found
  throw new TransloadError('TL_S205', { endpoint: label, kind: 'collection', name: shownName(table) })
}

function shownName({ schema, name }: QualifiedName): string {
  return schema === '' ? name : `${schema}.${name}`
}
