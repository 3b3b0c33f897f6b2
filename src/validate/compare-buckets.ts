import { both } from '../async/both.ts'
import type { ComparedTable } from './compared-table.ts'
import { pauseAfter } from './compare-ordered.ts'
import { cellOf, RowComparer } from './compare-rows.ts'
import type { DifferenceLog } from './difference-log.ts'
import { RowDigester } from './row-digest.ts'
import type { RowPlace, RowStream } from './row-stream.ts'

const bucketCount = 65_536
/** Of a digest, 32 bits each, that are summed: 128 bits of its 256. */
const wordsPerDigest = 4

/** Rows that are held at once, in bytes: those of the buckets that differ, of both ends. */
const heldBytes = 64 * 1024 * 1024

/** What the memory of a held row costs beside its bytes. */
const heldRowBytes = 200

/** Opens the rows of both ends from the beginning, as often as asked for, always of the same moment. */
export interface BothEnds {
  source<T>(work: (rows: RowStream) => Promise<T>, signal: AbortSignal): Promise<T>
  target<T>(work: (rows: RowStream) => Promise<T>, signal: AbortSignal): Promise<T>
}

/**
 * Compares two tables whose rows come in any order: each is read once, into buckets by the digest of the key, and the
 * buckets that differ are read again, row by row. Rows without a key are a multiset: one that is there twice counts twice.
 *
 * @param pause Awaited between batches
 */
export async function compareBuckets(
  table: ComparedTable,
  ends: BothEnds,
  log: DifferenceLog,
  maxDifferences: number,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<'done' | 'enough'> {
  const sort = async (rows: RowStream, end: 'source' | 'target', either: AbortSignal): Promise<Buckets> => {
    const buckets = new Buckets()
    // What rules change is counted here, of every row.
    const whole = new RowDigester(table, end, (column, rule) => log.declare(column, rule))
    const keys = new RowDigester(table, end)
    await eachRow(rows, pause, either, (row) => {
      const digest = whole.digest(row)
      const key = table.key.length === 0 ? digest : keys.digest(row, table.key)
      buckets.add(bucketOf(key), digest, rowBytes(row, table))
    })
    return buckets
  }
  const [source, target] = await both(
    (either) => ends.source((rows) => sort(rows, 'source', either), either),
    (either) => ends.target((rows) => sort(rows, 'target', either), either),
    signal,
  )
  for (const group of groupsOf(source, target)) {
    await compareGroup(table, ends, log, group, maxDifferences, pause, signal)
    if (log.rowCount >= maxDifferences) return 'enough'
  }
  return 'done'
}

/** Per bucket: rows, the sum of their digests, and of their bytes. */
class Buckets {
  readonly counts = new Float64Array(bucketCount)
  readonly bytes = new Float64Array(bucketCount)
  readonly #sums = new Uint32Array(bucketCount * wordsPerDigest)

  add(bucket: number, digest: string, bytes: number): void {
    this.counts[bucket]!++
    this.bytes[bucket]! += bytes
    let carry = 0
    for (let word = 0, at = bucket * wordsPerDigest; word < wordsPerDigest; word++, at++) {
      const sum = this.#sums[at]! + wordOf(digest, word * 4) + carry
      this.#sums[at] = sum
      carry = sum > 0xffff_ffff ? 1 : 0
    }
  }

  /** What its rows take when they are held, in bytes. */
  sizeOf(bucket: number): number {
    return this.bytes[bucket]! + this.counts[bucket]! * heldRowBytes
  }

  isSame(bucket: number, other: Buckets): boolean {
    if (this.counts[bucket] !== other.counts[bucket]) return false
    for (let word = 0, at = bucket * wordsPerDigest; word < wordsPerDigest; word++, at++) {
      if (this.#sums[at] !== other.#sums[at]) return false
    }
    return true
  }
}

/** The buckets that differ, in groups whose rows can be held at once. */
function groupsOf(source: Buckets, target: Buckets): Set<number>[] {
  const groups: Set<number>[] = []
  let left = 0
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    if (source.isSame(bucket, target)) continue
    const size = source.sizeOf(bucket) + target.sizeOf(bucket)
    if (groups.length === 0 || size > left) {
      groups.push(new Set())
      left = heldBytes
    }
    groups.at(-1)!.add(bucket)
    left -= size
  }
  return groups
}

/** A row, and how many more of its key there are: of rows without a key, all of which are the same. */
interface Held {
  readonly row: RowPlace
  count: number
  /** How many the source has. */
  copies: number
}

async function compareGroup(
  table: ComparedTable,
  ends: BothEnds,
  log: DifferenceLog,
  group: ReadonlySet<number>,
  maxDifferences: number,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const comparer = new RowComparer(table, log, () => {})
  const held = new Map<string, Held>()
  const keyIn = (row: RowPlace, digester: RowDigester): string | undefined => {
    const key = table.key.length === 0 ? digester.digest(row) : digester.digest(row, table.key)
    return group.has(bucketOf(key)) ? key : undefined
  }
  await ends.source(async (rows) => {
    const digester = new RowDigester(table, 'source')
    await eachRow(rows, pause, signal, (row) => {
      const key = keyIn(row, digester)
      if (key === undefined) return
      const twin = held.get(key)
      if (twin === undefined) held.set(key, { row: copyOf(row, table), count: 1, copies: 1 })
      else {
        twin.count++
        twin.copies++
      }
    })
  }, signal)
  const extras = new Map<string, Held>()
  await ends.target(async (rows) => {
    const digester = new RowDigester(table, 'target')
    await eachRow(
      rows,
      () => log.told(pause),
      signal,
      (row) => {
        const key = keyIn(row, digester)
        if (key === undefined) return
        const twin = held.get(key)
        if (twin !== undefined && twin.count > 0) {
          twin.count--
          if (table.key.length > 0) comparer.compare(twin.row, row)
        } else if (!table.ignoresExtra) {
          const extra = extras.get(key)
          if (extra === undefined) extras.set(key, { row: copyOf(row, table), count: 1, copies: twin?.copies ?? 0 })
          else extra.count++
        }
      },
    )
  }, signal)
  for (const tell of leftOver(table, comparer, [...held.values()], [...extras.values()])) {
    if (log.rowCount >= maxDifferences) return
    tell()
    if (log.untold >= pauseAfter) await log.told(pause)
  }
}

/** What is to be told of rows that one end has alone, one by one; of two whose keys are nearly the same, as one that changed. */
function* leftOver(
  table: ComparedTable,
  comparer: RowComparer,
  missing: readonly Held[],
  extras: readonly Held[],
): Generator<() => void> {
  const left = missing.filter(({ count }) => count > 0)
  const folded = new Map(table.key.length === 0 ? [] : left.map((one) => [foldedKey(table, one.row), one]))
  for (const extra of extras) {
    const twin = folded.get(foldedKey(table, extra.row))
    if (twin !== undefined && twin.count > 0) {
      twin.count--
      extra.count--
      yield () => comparer.compare(twin.row, extra.row)
    }
    for (let more = extra.count; more > 0; more--) yield () => comparer.extra(extra.row, extra.copies)
  }
  for (const { row, count, copies } of left) {
    for (let more = count; more > 0; more--) yield () => comparer.missing(row, copies)
  }
}

/** The same for keys that a case, an accent's composition or blanks at the end tell apart: their rows are one that changed. */
function foldedKey(table: ComparedTable, row: RowPlace): string {
  return JSON.stringify(
    table.key.map((slot) => cellOf(row, slot)?.toString('utf8').normalize('NFC').toLowerCase().trimEnd() ?? null),
  )
}

/** @param work May not keep the row, nor what is in it. */
async function eachRow(
  rows: RowStream,
  pause: () => Promise<void>,
  signal: AbortSignal,
  work: (row: RowPlace) => void,
): Promise<void> {
  while (await rows.refill(signal)) {
    while (rows.advance()) work(rows)
    await pause()
  }
}

function bucketOf(digest: string): number {
  return digest.charCodeAt(0) | (digest.charCodeAt(1) << 8)
}

/** Four of its bytes. */
function wordOf(digest: string, at: number): number {
  const upper = (digest.charCodeAt(at + 3) << 24) | (digest.charCodeAt(at + 2) << 16)
  return (upper | (digest.charCodeAt(at + 1) << 8) | digest.charCodeAt(at)) >>> 0
}

function rowBytes({ cells, at }: RowPlace, { columns }: ComparedTable): number {
  let bytes = 0
  for (let cell = at + 1, end = at + columns.length * 2; cell < end; cell += 2) bytes += Math.max(0, cells[cell]!)
  return bytes
}

function copyOf(row: RowPlace, table: ComparedTable): RowPlace {
  const bytes = Buffer.allocUnsafeSlow(rowBytes(row, table))
  const cells = new Int32Array(table.columns.length * 2)
  let used = 0
  for (let slot = 0; slot < table.columns.length; slot++) {
    const start = row.cells[row.at + slot * 2]!
    const length = row.cells[row.at + slot * 2 + 1]!
    cells[slot * 2] = used
    cells[slot * 2 + 1] = length
    if (length > 0) used += row.bytes.copy(bytes, used, start, start + length)
  }
  return { bytes, cells, at: 0 }
}
