import type { ContentColumn, Contents } from '../contract/contents.ts'
import type { Snapshot, Source } from '../contract/source.ts'
import type { ColumnPlan, DatasetPlan } from '../model/plan.ts'
import type { NativeType } from '../model/relation.ts'
import { asTexts, readSample } from './read-sample.ts'
import { noSample, type ValueSample } from './value-sample.ts'

/** Columns whose values tell something: texts, and the whole numbers that keys and states are. */
function isTelling({ type, isMade }: ColumnPlan): boolean {
  return isMade !== true && (type.kind === 'text' || type.kind === 'int')
}

/** Looks at the first rows of tables, one table at a time. */
export interface Looker extends AsyncDisposable {
  look(dataset: DatasetPlan, signal: AbortSignal): Promise<ValueSample>
  /** The tables as they can be asked for single keys; undefined where they cannot. */
  readonly contents: Contents<NativeType> | undefined
}

/**
 * Looks at what there is now where a source can be asked so, which holds up nobody; else reads as a run would, which no
 * such source (a file, a store without snapshots) is held up by. Not at all, where what is read is gone.
 */
export async function openLooker(
  source: Source,
  datasets: readonly DatasetPlan[],
  signal: AbortSignal,
): Promise<Looker> {
  // Documents are asked for as a run reads them, and for no single value.
  const contents = source.documentCensus === undefined ? await source.openContents?.(signal) : undefined
  if (contents !== undefined) return new ContentLooker(contents)
  if (!source.capabilities.resumable) return new NoLooker()
  return new SnapshotLooker(
    await source.openSnapshot(
      1,
      datasets.map(({ read }) => read),
      signal,
    ),
  )
}

class NoLooker implements Looker {
  readonly contents = undefined

  look(): Promise<ValueSample> {
    return Promise.resolve(noSample)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class ContentLooker implements Looker {
  readonly contents: Contents<NativeType>
  readonly #owned: Contents<NativeType> & AsyncDisposable

  constructor(contents: Contents<NativeType> & AsyncDisposable) {
    this.contents = contents
    this.#owned = contents
  }

  async look({ from, read, columns }: DatasetPlan, signal: AbortSignal): Promise<ValueSample> {
    const asked = columns.filter(isTelling).flatMap(({ from: name }): ContentColumn<NativeType>[] => {
      const type = read.columns.find((column) => column.name === name)?.native
      const [form] = type === undefined ? [] : this.contents.formsOf(type)
      return type === undefined || form === undefined || form === 'bytes' ? [] : [{ name, type, form }]
    })
    if (asked.length === 0) return noSample
    await using reader = await this.contents.openContents({ table: read.table, columns: asked, order: [] }, signal)
    const texts = asTexts(asked.map(({ name }) => name))
    return await readSample(from, texts, texts, (batch) => reader.read(batch, signal))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]()
  }
}

class SnapshotLooker implements Looker {
  readonly contents = undefined
  readonly #snapshot: Snapshot

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  async look({ from, read, columns, splits }: DatasetPlan, signal: AbortSignal): Promise<ValueSample> {
    const [split] = splits
    if (split === undefined) return noSample
    const layout = { dataset: from, columns: read.columns, identify: [] }
    // Rows that stand within others tell nothing of the columns that are looked at.
    const own = { ...read, children: undefined }
    const lane = { run: '', split, from: undefined, readBefore: 0, sequence: 0, fence: 0, stages: [], writes: [] }
    await using reader = await this.#snapshot.openReader({ ...lane, read: own, layouts: [layout] }, signal)
    const telling = new Set(columns.filter(isTelling).map((column) => column.from))
    const wanted = read.columns.filter(({ name }) => telling.has(name))
    const sample = await readSample(from, read.columns, wanted, (batch) => reader.read(batch, signal))
    return { ...sample, isWhole: sample.isWhole && splits.length === 1 }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#snapshot[Symbol.asyncDispose]()
  }
}
