import type { Readable } from 'node:stream'
import type { OpenOptions } from '../../../contract/connector.ts'
import type { LanePlan } from '../../../contract/lane.ts'
import { keySplit } from '../../../contract/key-split.ts'
import type { Snapshot, Source, SourceCapabilities, StoredRows } from '../../../contract/source.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { CensusAnswer, CensusQuestion } from '../../../model/census.ts'
import type { RowKey } from '../../../model/loss.ts'
import type { Finding, ReadPlan, Split } from '../../../model/plan.ts'
import type { Catalog } from '../../../model/relation.ts'
import { MysqlStoredRows } from '../stored-rows.ts'
import { Throttle } from '../../sql/throttle.ts'
import { readDumpServer } from './catalog/dump-server.ts'
import { type DumpIndex, type DumpTable, defaultDatabase, readIndex, tableId } from './catalog/read-index.ts'
import { takeDumpCensus } from './census/take-dump-census.ts'
import { countDump } from './count/count-dump.ts'
import type { DumpSettings } from './dump-url.ts'
import { DumpFile } from './input/dump-file.ts'
import { preflightDump } from './preflight.ts'
import { DumpSnapshot } from './snapshot.ts'
import { tableBounds, type TableBounds } from './split-bounds.ts'

/**
 * Opens a dump. Standard input and pipes are first put into a temporary file, which takes as long as they do.
 *
 * @param input Gives standard input where the settings name no file.
 */
export async function openDumpSource(
  settings: DumpSettings,
  options: OpenOptions,
  input: () => Readable,
  signal: AbortSignal,
): Promise<Source> {
  const open: Open = async (abort) => await DumpFile.open(settings.label, settings.path, input, options.notice, abort)
  return new DumpSource(await open(signal), options, open)
}

type Open = (signal: AbortSignal) => Promise<DumpFile>

class DumpSource implements Source {
  readonly label: string
  readonly version: string
  readonly capabilities: SourceCapabilities
  readonly #open: Open
  readonly #throttle: Throttle | undefined
  /** The file that plans are made of and snapshots read. */
  #file: DumpFile
  /** Files that were there before; snapshots may still read them. */
  readonly #formerFiles: DumpFile[] = []
  #reading: Promise<DumpIndex> | undefined

  constructor(file: DumpFile, { maxBytesPerSecond }: OpenOptions, open: Open) {
    const server = readDumpServer(file.header)
    this.label = file.label
    this.version =
      server === undefined
        ? 'dump of an unknown server'
        : `dump of ${server.flavor === 'mariadb' ? 'MariaDB' : 'MySQL'} ${server.version.join('.')}`
    this.capabilities = {
      consistency: 'snapshot',
      resumable: !file.isSpooled,
      parallel: !file.isPacked,
      census: true,
    }
    this.#file = file
    this.#open = open
    this.#throttle = maxBytesPerSecond === undefined ? undefined : new Throttle(maxBytesPerSecond)
  }

  /** Looks at the file anew where another one has taken its place. Everything else is about the file of the catalog. */
  async catalog(signal: AbortSignal): Promise<Catalog> {
    if (!(await this.#file.isCurrent())) {
      this.#formerFiles.push(this.#file)
      this.#file = await this.#open(signal)
      this.#reading = undefined
    }
    return (await this.#index(signal)).catalog
  }

  async census(questions: readonly CensusQuestion[], signal: AbortSignal): Promise<readonly CensusAnswer[]> {
    return await takeDumpCensus(this.#file, await this.#index(signal), questions, signal)
  }

  async preflight(reads: readonly ReadPlan[], signal: AbortSignal): Promise<readonly Finding[]> {
    return preflightDump(this.#file, await this.#index(signal), reads)
  }

  async planSplits(read: ReadPlan, _: unknown, signal: AbortSignal): Promise<readonly Split[]> {
    const { ordinal, rowCount, bounds } = await this.#locate(read, signal)
    return [
      {
        id: `${read.dataset}#0`,
        dataset: read.dataset,
        ordinal,
        bounds: JSON.parse(JSON.stringify(bounds)) as Split['bounds'],
        rowEstimate: rowCount,
        // The order of a file is a key of its own.
        atomic: false,
      },
    ]
  }

  keySplit(read: ReadPlan, keys: readonly RowKey[]): Split {
    return keySplit(read, keys, false)
  }

  storedRows(read: ReadPlan, before: ReadPlan): StoredRows {
    return new MysqlStoredRows(read, before)
  }

  async openSnapshot(_readerCount: number, _reads: readonly ReadPlan[], signal: AbortSignal): Promise<Snapshot> {
    const file = this.#file
    return new DumpSnapshot({
      file,
      hash: await this.#hash(signal),
      throttle: this.#throttle,
      findBounds: async ({ read }: LanePlan, abort) => (await this.#locate(read, abort)).bounds,
      count: async (questions, abort) => await countDump(file, await this.#indexOf(file, abort), questions, abort),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of [this.#file, ...this.#formerFiles]) await file[Symbol.asyncDispose]()
  }

  async #indexOf(file: DumpFile, signal: AbortSignal): Promise<DumpIndex> {
    return file === this.#file ? await this.#index(signal) : await readIndex(file, signal)
  }

  /** What the pass over the dump has found, which is made once, when it is first asked for. */
  async #index(signal: AbortSignal): Promise<DumpIndex> {
    const reading = (this.#reading ??= readIndex(this.#file, signal))
    try {
      return await reading
    } catch (error) {
      // The next call may have a signal that is not aborted.
      if (this.#reading === reading) this.#reading = undefined
      throw error
    }
  }

  /** The hash that the pass has taken along, as long as nothing can have been written to the file since. */
  async #hash(signal: AbortSignal): Promise<string> {
    const index = await this.#reading
    if (index !== undefined && (await this.#file.isSurelyUnchanged())) return index.hash
    return await this.#file.hash(signal)
  }

  async #locate(read: ReadPlan, signal: AbortSignal): Promise<DumpTable & { readonly bounds: TableBounds }> {
    const { tables, hash } = await this.#index(signal)
    const table = tables.get(tableId(read.table))
    if (table === undefined) {
      const name = `${read.table.schema}.${read.table.name}`
      throw new TransloadError('TL_S205', { endpoint: this.label, kind: 'table', name })
    }
    return { ...table, bounds: tableBounds(table, read, defaultDatabase(this.#file), hash) }
  }
}
