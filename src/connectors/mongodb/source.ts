import type { LanePlan, Reader } from '../../contract/lane.ts'
import type {
  DocumentCensusOptions,
  Snapshot,
  Source,
  SourceCapabilities,
  SplitOptions,
} from '../../contract/source.ts'
import type { CensusAnswer, CensusQuestion } from '../../model/census.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { DocumentCensus } from '../../model/document-census.ts'
import { parsePath } from '../../model/document-path.ts'
import type { DocumentReference, ReferenceCount } from '../../model/document-reference.ts'
import { keySplit } from '../../contract/key-split.ts'
import type { RowKey } from '../../model/loss.ts'
import type { Finding, ReadColumn, ReadPlan, Split } from '../../model/plan.ts'
import type { Catalog, QualifiedName } from '../../model/relation.ts'
import type { CountAnswer, CountQuestion, OrphanQuestion } from '../../model/count.ts'
import type { Consistency } from '../../model/run-state.ts'
import { DocumentCensusTaker } from './census/document-census-taker.ts'
import { countDocuments } from './count-documents.ts'
import { CellPlan } from './decode/cell-plan.ts'
import { decoderOf } from './decode/whole-document-decoder.ts'
import { DocumentContents } from './document-contents.ts'
import { DocumentReader } from './document-reader.ts'
import type { DocumentMoment, DocumentStore } from './document-store.ts'
import { KeyFilter, openKeys } from './key-filter.ts'
import { countReferences } from './references/count-references.ts'

/** Native types of columns that no single value of a document becomes. */
const madeTypes: ReadonlySet<string> = new Set(['rest', 'original', 'ordinal', 'key', 'bson'])

/** Documents of a store as a source: they are read, counted and compared as a read plan has their values in columns. */
export class DocumentSource implements Source {
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities
  readonly ownCatalog: Source['ownCatalog']
  readonly #store: DocumentStore

  constructor(store: DocumentStore) {
    this.label = store.label
    this.version = store.version
    this.capabilities = store.capabilities
    this.ownCatalog = store.ownCatalog?.bind(store)
    this.#store = store
  }

  async catalog(signal: AbortSignal): Promise<Catalog> {
    return await this.#store.catalog(signal)
  }

  async documentCensus(
    tables: readonly QualifiedName[],
    { sampleSize }: DocumentCensusOptions,
    signal: AbortSignal,
  ): Promise<readonly DocumentCensus[]> {
    await using moment = await this.#store.openMoment(1, [], signal)
    const found: DocumentCensus[] = []
    for (const table of tables) found.push(await takeCensus(moment, table, sampleSize, signal))
    await moment.assertUnchanged()
    return found
  }

  async countReferences(
    references: readonly DocumentReference[],
    signal: AbortSignal,
  ): Promise<readonly ReferenceCount[]> {
    await using moment = await this.#store.openMoment(1, [], signal)
    return await countReferences(moment, references, signal)
  }

  /** Types of a collection's columns are those that its documents' census has found: nothing else is asked. */
  census(_: readonly CensusQuestion[]): Promise<readonly CensusAnswer[]> {
    return Promise.resolve([])
  }

  /** @throws TL_C105 where a column is to have a type that its values cannot be read as */
  async preflight(reads: readonly ReadPlan[], signal: AbortSignal): Promise<readonly Finding[]> {
    for (const read of reads) void decoderOf(read)
    return await this.#store.preflight(reads, signal)
  }

  assertReadable(column: ReadColumn): void {
    if (!madeTypes.has(column.native.name)) void new CellPlan(column)
  }

  async planSplits(read: ReadPlan, options: SplitOptions, signal: AbortSignal): Promise<readonly Split[]> {
    return await this.#store.planSplits(read, options, signal)
  }

  keySplit(read: ReadPlan, keys: readonly RowKey[]): Split {
    return keySplit(read, keys, false)
  }

  async openSnapshot(readerCount: number, reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot> {
    return new DocumentSnapshot(await this.#store.openMoment(readerCount, reads, signal))
  }

  async openContents(signal: AbortSignal): Promise<DocumentContents & AsyncDisposable> {
    const moment = await this.#store.openMoment(1, [], signal)
    return Object.assign(new DocumentContents(moment), {
      [Symbol.asyncDispose]: async () => await moment[Symbol.asyncDispose](),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }
}

class DocumentSnapshot implements Snapshot {
  readonly consistency: Consistency
  readonly contents: DocumentContents
  readonly #moment: DocumentMoment

  constructor(moment: DocumentMoment) {
    this.consistency = moment.consistency
    this.contents = new DocumentContents(moment)
    this.#moment = moment
  }

  openReader({ split, read, from, run }: LanePlan): Promise<Reader> {
    const keys = keysOf(split)
    const reader = new DocumentReader({
      decoder: decoderOf(read),
      filter: keys && new KeyFilter(read, keys),
      open: async (signal) =>
        keys === undefined
          ? await this.#moment.openSplit(split, read.table, from, signal)
          : await openKeys(this.#moment, read, keys, signal),
      check: async () => await this.#moment.assertUnchanged(run),
    })
    return Promise.resolve(reader)
  }

  async count(questions: readonly CountQuestion[], signal: AbortSignal): Promise<readonly CountAnswer[]> {
    const orphans = await countOrphans(this.#moment, questions, signal)
    const answers: CountAnswer[] = []
    for (const [place, question] of questions.entries()) {
      answers.push({ ...(await countDocuments(this.#moment, question, signal)), orphans: orphans[place]! })
    }
    return answers
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#moment[Symbol.asyncDispose]()
  }
}

/** Of each question's relations. @throws TL_C105 where a key is of several columns */
async function countOrphans(
  moment: DocumentMoment,
  questions: readonly CountQuestion[],
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const references = questions.flatMap(({ table, orphans }) => orphans.map((one) => referenceOf(table, one)))
  const counts = references.length === 0 ? [] : await countReferences(moment, references, signal)
  let at = 0
  return questions.map((question) => question.orphans.map(() => counts[at++]!.orphans))
}

function referenceOf(
  table: QualifiedName,
  { constraint, columns, references, referencedColumns }: OrphanQuestion,
): DocumentReference {
  const [column, ...more] = columns
  const [key] = referencedColumns
  if (column === undefined || key === undefined || more.length > 0) {
    throw new TransloadError('TL_C105', {
      reason: `${constraint} is a relation of several values of documents, of which no orphans are counted`,
      cure: 'Leave it out of the pipeline’s relations.',
    })
  }
  return { table, path: parsePath(column), to: references, toPath: parsePath(key) }
}

async function takeCensus(
  moment: DocumentMoment,
  table: QualifiedName,
  sampleSize: number | undefined,
  signal: AbortSignal,
): Promise<DocumentCensus> {
  const taker = new DocumentCensusTaker(table, { isSample: sampleSize !== undefined })
  await using stream = await moment.openAll(table, signal, sampleSize)
  while (await stream.fill(signal)) {
    while (stream.next()) {
      if (stream.fault === undefined) taker.take(stream.bytes, stream.start, stream.end)
      else taker.takeFaulty()
    }
  }
  return taker.result()
}

function keysOf({ bounds }: Split): readonly RowKey[] | undefined {
  if (typeof bounds !== 'object' || bounds === null || !('keys' in bounds)) return undefined
  return bounds['keys'] as unknown as readonly RowKey[]
}
