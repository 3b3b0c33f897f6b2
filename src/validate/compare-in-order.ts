import { both } from '../async/both.ts'
import type { ContentRange } from '../contract/contents.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { RangeComparison, type RangeEnd } from './compare-ranges.ts'
import type { CompareOptions } from './compare-options.ts'
import type { ComparedTable } from './compared-table.ts'
import { type DigestColumns, digestColumnsOf } from './digest-columns.ts'
import { DigestQueue } from './digest-queue.ts'
import { DifferenceLog } from './difference-log.ts'
import { chooseSome } from './sample.ts'
import type { End } from './read-rows.ts'
import { rangesOf } from './table-ranges.ts'
import type { SeenRows } from './tally.ts'

/** Rows of a range that is read, of one whose digest is taken, and of a part of a sample. */
const rowsOf = { stream: 500_000, digest: 65_536, sample: 10_000 } as const

/** Ranges that are read, below which nothing is gained by digests. */
const smallTable = 3

/** Ranges that the two ways are tried on, each so much of one that is read. */
const trialCount = 3
const trialPart = 0.1

/** Digests are taken where they need less than this part of the time: a short measurement is no more exact than that. */
const clearlyFaster = 0.8

export interface OrderedTable {
  readonly mode: 'ordered' | 'digest'
  readonly reason: string
  readonly source: SeenRows
  readonly target: SeenRows
  readonly log: DifferenceLog
  readonly isStopped: boolean
  readonly ranges: {
    readonly total: number
    /** Those that were looked at; fewer than there are: a sample. */
    readonly compared: number
    /** Those whose digests were the same. */
    readonly equal: number
    /** Rows of the source that were read because their digests differed. */
    readonly rowsRead: number
    /** The source's names of the columns that were read beside, of all rows. */
    readonly beside: readonly string[]
  }
}

/** Undefined: the ends do not order the rows alike. */
export async function compareInOrder(table: ComparedTable, options: CompareOptions): Promise<OrderedTable | undefined> {
  return await new OrderedComparison(table, options).run()
}

class OrderedComparison {
  readonly #table: ComparedTable
  readonly #options: CompareOptions
  readonly #log: DifferenceLog
  readonly #comparison: RangeComparison
  #columns: DigestColumns | undefined
  #done = 0
  #total = 0

  constructor(table: ComparedTable, options: CompareOptions) {
    this.#table = table
    this.#options = options
    this.#log = new DifferenceLog(options, options.from?.log)
    this.#comparison = new RangeComparison(table, options, this.#log)
    this.#columns = digestColumnsOf(table, options)
    const { from } = options
    if (from === undefined) return
    this.#comparison.source.add(from.source)
    this.#comparison.target.add(from.target)
    this.#comparison.equal = from.equal
    this.#comparison.rowsRead = from.rowsRead
    this.#done = from.done
  }

  async run(): Promise<OrderedTable | undefined> {
    const { way = 'stream' } = this.#options
    if (typeof way === 'object') return await this.#sample(way.sample)
    if (way === 'stream') return await this.#streamAll(await this.#ranges(rowsOf.stream), whyOrdered)
    if (this.#columns === undefined) {
      const why = way === 'auto' ? '' : ': no statement of both servers tells its rows apart'
      return await this.#streamAll(await this.#ranges(rowsOf.stream), `${whyOrdered}${why}`)
    }
    if (way === 'digest') return await this.#digestAll(await this.#ranges(rowsOf.digest), 'asked for')
    const ranges = await this.#ranges(rowsOf.stream)
    if (ranges.length < smallTable) return await this.#streamAll(ranges, `${whyOrdered}; the table is small`)
    return await this.#chooseByRate(ranges, this.#columns)
  }

  /** The ranges that are left. */
  async #ranges(rowCount: number): Promise<readonly ContentRange[]> {
    const { source, signal, from, rangeRows = rowCount } = this.#options
    return await rangesOf(this.#table, source, rangeRows, signal, from?.after && { after: from.after })
  }

  /**
   * Reads some rows, takes the digests of some others, reads some more, and goes on in the faster way. What is read first
   * is not measured: until then nothing is compiled, and no connection has its pace.
   */
  async #chooseByRate(ranges: readonly ContentRange[], columns: DigestColumns): Promise<OrderedTable | undefined> {
    const { source, signal, rangeRows = rowsOf.stream } = this.#options
    const [begin, ...others] = ranges
    const trials = await rangesOf(this.#table, source, Math.ceil(rangeRows * trialPart), signal, begin, trialCount)
    const [warm, first, second, rest] = trials
    if (warm === undefined || first === undefined || second === undefined || rest === undefined) {
      return await this.#streamAll(ranges, whyOrdered)
    }
    this.#total = this.#done + ranges.length + trialCount
    const warmed = await this.#readOne(warm)
    if (warmed.end !== 'done') return this.#outcome('ordered', whyOrdered, warmed.end)
    const slots = [...columns.exact, ...columns.tried]
    const begun = performance.now()
    const [here, there] = await both(
      (either) => this.#comparison.digestAt('source', slots, first, either),
      (either) => this.#comparison.digestAt('target', slots, first, either),
      signal,
    )
    const digesting = (performance.now() - begun) / Math.max(1, here.rows)
    const settled = await this.#noted(first, await this.#comparison.settle(first, columns, here, there))
    if (settled !== 'done') return this.#outcome('digest', whyOrdered, settled)
    const reading = await this.#readOne(second)
    if (reading.end !== 'done') return this.#outcome('ordered', whyOrdered, reading.end)
    const ratio = digesting / reading.perRow
    if (ratio >= clearlyFaster) {
      const compared = ratio >= 1 ? `${ratio.toFixed(1)} times as fast as` : 'nearly as fast as'
      return await this.#streamAll([rest, ...others], `reading is ${compared} digests, as measured`)
    }
    const rowCount = this.#options.rangeRows ?? rowsOf.digest
    const left = await rangesOf(this.#table, source, rowCount, signal, { after: rest.after })
    return await this.#digestAll(left, `digests are ${(1 / ratio).toFixed(1)} times as fast as reading, as measured`)
  }

  /** @returns `perRow` in milliseconds */
  async #readOne(range: ContentRange): Promise<{ readonly end: RangeEnd; readonly perRow: number }> {
    const before = this.#comparison.source.rows
    const begun = performance.now()
    const end = await this.#comparison.stream(range)
    const perRow = (performance.now() - begun) / Math.max(1, this.#comparison.source.rows - before)
    return { end: await this.#noted(range, end), perRow }
  }

  async #streamAll(ranges: readonly ContentRange[], reason: string): Promise<OrderedTable | undefined> {
    this.#total = this.#done + ranges.length
    return await this.#streamSome(ranges, reason)
  }

  async #digestAll(ranges: readonly ContentRange[], reason: string): Promise<OrderedTable | undefined> {
    this.#total = this.#done + ranges.length
    let end: RangeEnd = 'done'
    for (let from = 0; from < ranges.length && end === 'done';) {
      const part = ranges.slice(from)
      const outcome = await this.#digestSome(part)
      from += outcome.done
      end = outcome.end
    }
    return this.#outcome('digest', reason, end)
  }

  /** Until the end, or until columns whose texts differ though their values do not are to be read beside. */
  async #digestSome(ranges: readonly ContentRange[]): Promise<{ readonly done: number; readonly end: RangeEnd }> {
    const columns = this.#columns
    if (columns === undefined) throw new TransloadError('TL_X901', { reason: 'digests of no columns' })
    const { signal } = this.#options
    const slots = [...columns.exact, ...columns.tried]
    // An end that is to rest is asked for nothing ahead.
    const window = this.#options.rest === undefined ? aheadBy : 1
    const queueOf = (end: End): DigestQueue =>
      new DigestQueue(ranges, window, (range) => this.#comparison.digestAt(end, slots, range, signal))
    const [source, target] = [queueOf('source'), queueOf('target')]
    try {
      for (const [place, range] of ranges.entries()) {
        const [one, other] = await Promise.all([source.take(place), target.take(place)])
        const [equal, found] = [this.#comparison.equal, this.#log.total]
        const end = await this.#noted(range, await this.#comparison.settle(range, columns, one, other))
        if (end !== 'done') return { done: place, end }
        const isInVain = this.#comparison.equal === equal && this.#log.total === found && one.rows > 0
        if (isInVain && columns.tried.length > 0) {
          this.#columns = { exact: columns.exact, tried: [], beside: [...columns.beside, ...columns.tried] }
          return { done: place + 1, end: 'done' }
        }
      }
      return { done: ranges.length, end: 'done' }
    } finally {
      await Promise.all([source.stop(), target.stop()])
    }
  }

  async #sample(count: number): Promise<OrderedTable | undefined> {
    const { source, signal, rangeRows = rowsOf.sample } = this.#options
    const all = await rangesOf(this.#table, source, rangeRows, signal)
    this.#total = all.length
    return await this.#streamSome(chooseSome(all, count), whyOrdered)
  }

  async #streamSome(ranges: readonly ContentRange[], reason: string): Promise<OrderedTable | undefined> {
    for (const range of ranges) {
      const end = await this.#noted(range, await this.#comparison.stream(range))
      if (end !== 'done') return this.#outcome('ordered', reason, end)
    }
    return this.#outcome('ordered', reason, 'done')
  }

  /** Notes that a range is done, if it is; `enough` where no more are to be. */
  async #noted({ upTo }: ContentRange, end: RangeEnd): Promise<RangeEnd> {
    if (end !== 'done') return end
    this.#done++
    if (this.#log.rowCount >= this.#options.maxDifferences) return 'enough'
    const { source, target, equal, rowsRead } = this.#comparison
    const seen = ({ rows, nulls }: SeenRows): SeenRows => ({ rows, nulls: [...nulls] })
    await this.#options.between?.({
      after: upTo,
      source: seen(source),
      target: seen(target),
      log: this.#log.state,
      done: this.#done,
      equal,
      rowsRead,
    })
    return 'done'
  }

  #outcome(mode: OrderedTable['mode'], reason: string, end: RangeEnd): OrderedTable | undefined {
    if (end === 'unordered') return undefined
    const { source, target, equal, rowsRead } = this.#comparison
    const beside = mode === 'digest' ? (this.#columns?.beside ?? []) : []
    return {
      mode,
      reason,
      source,
      target,
      log: this.#log,
      isStopped: end === 'enough',
      ranges: {
        total: this.#total,
        compared: this.#done,
        equal,
        rowsRead,
        beside: beside.map((slot) => this.#table.columns[slot]!.from),
      },
    }
  }
}

/** Ranges that one end may be ahead of the other by. */
const aheadBy = 4

const whyOrdered = 'both ends order the key alike'
