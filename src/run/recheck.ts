import { createHash } from 'node:crypto'
import { sleep } from '../async/sleep.ts'
import type { Source } from '../contract/source.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { KeyTexts } from '../contract/contents.ts'
import type { RowKey } from '../model/loss.ts'
import type { ValidationMoment } from '../model/run-summary.ts'
import { compareBuckets } from '../validate/compare-buckets.ts'
import type { TableComparison } from '../validate/compare-table.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import type { Difference } from '../validate/difference.ts'
import { DifferenceLog } from '../validate/difference-log.ts'
import { type TwoContents, withRows } from '../validate/read-rows.ts'
import type { ValueMask } from '../validate/value-mask.ts'
import type { ValidateEvents } from './validate-events.ts'

/** Keys that one statement asks for. */
const keysPerStatement = 200
const firstPauseMs = 500
const longestPauseMs = 10_000

/** A row that differed when it was last looked at. */
interface OpenRow {
  readonly key: RowKey
  readonly firstSeen: number
  /** Since when it has differed in the same way. */
  since: number
  version: string
  differences: readonly Difference[]
}

/** Rows of one table that differ, by their key. Of a table without a key there is one, and it is all of them. */
export class DifferingRows {
  readonly #rows = new Map<string, { readonly key: RowKey; readonly differences: Difference[] }>()

  difference(difference: Difference): void {
    const id = idOf(difference.key)
    const held = this.#rows.get(id)
    if (held === undefined) this.#rows.set(id, { key: difference.key, differences: [difference] })
    else held.differences.push(difference)
  }

  retracted(): void {
    this.#rows.clear()
  }

  get(id: string): readonly Difference[] | undefined {
    return this.#rows.get(id)?.differences
  }

  get all(): readonly Difference[] {
    return [...this.#rows.values()].flatMap(({ differences }) => differences)
  }

  entries(): Iterable<[string, { readonly key: RowKey; readonly differences: readonly Difference[] }]> {
    return this.#rows
  }
}

export interface RecheckRequest {
  readonly source: Source
  readonly target: Target
  /** How long a row may differ in the same way before it is said to. */
  readonly maxLagMs: number
  readonly mask: ValueMask
  readonly events: ValidateEvents
  readonly signal: AbortSignal
}

export interface Rechecked {
  /** In the order of the comparisons: what still differs, and, beside it, rows that kept changing. */
  readonly comparisons: readonly TableComparison[]
  /** The last one. */
  readonly moment: ValidationMoment | undefined
}

/**
 * Looks at rows that differ again, with growing pauses, each time as both ends are then, until they agree, or have differed
 * in the same way for longer than the target may lag behind. A row that keeps changing at the source is given up after
 * twice that time: nobody can tell whether it would agree.
 */
export async function recheck(
  found: readonly { readonly comparison: TableComparison; readonly rows: DifferingRows }[],
  request: RecheckRequest,
): Promise<Rechecked> {
  const tables = found.map(({ comparison, rows }) => new OpenTable(comparison, rows, request.maxLagMs))
  let moment: ValidationMoment | undefined
  let pauseMs = firstPauseMs
  for (;;) {
    const open = tables.filter(({ isOpen }) => isOpen)
    if (open.length === 0) break
    const count = open.reduce((total, { openCount }) => total + openCount, 0)
    request.events.step(
      `${count === 1 ? '1 row differs' : `${count} rows differ`}; looking again in ${(pauseMs / 1000).toFixed(1)} s`,
    )
    await sleep(pauseMs, request.signal)
    pauseMs = Math.min(pauseMs * 2, longestPauseMs, Math.max(firstPauseMs, request.maxLagMs / 2))
    moment = await lookAgain(open, request)
  }
  const comparisons: TableComparison[] = []
  for (const table of tables) comparisons.push(await table.outcome(request))
  return { comparisons, moment }
}

/** The source first: a target that lags behind has the more time to catch up. */
async function lookAgain(open: readonly OpenTable[], request: RecheckRequest): Promise<ValidationMoment> {
  const { source, target, signal } = request
  if (source.openContents === undefined || target.openContents === undefined) {
    throw new TransloadError('TL_X901', { reason: 'an end cannot be looked at again' })
  }
  await using sourceContents = await source.openContents(signal)
  await using targetContents = await target.openContents(signal)
  const moment = {
    at: new Date().toISOString(),
    source: sourceContents.position ?? null,
    target: targetContents.position ?? null,
  }
  for (const table of open) await table.lookAgain({ source: sourceContents, target: targetContents }, signal)
  return moment
}

class OpenTable {
  readonly #comparison: TableComparison
  readonly #maxLagMs: number
  readonly #open = new Map<string, OpenRow>()
  readonly #persistent: Difference[] = []
  readonly #transient: Difference[] = []

  constructor(comparison: TableComparison, rows: DifferingRows, maxLagMs: number) {
    this.#comparison = comparison
    this.#maxLagMs = maxLagMs
    const now = Date.now()
    // So many rows differ that not all were found: nobody waits for those.
    if (comparison.isStopped) {
      this.#persistent.push(...rows.all)
      return
    }
    if (!isAskedByKey(comparison.table)) {
      const { all } = rows
      if (all.length > 0) this.#open.set('', openRow({}, all, now))
      return
    }
    for (const [id, { key, differences }] of rows.entries()) {
      // A row without a whole key cannot be asked for: it stays as it was seen.
      if (Object.values(key).includes(null)) this.#persistent.push(...differences)
      else this.#open.set(id, openRow(key, differences, now))
    }
  }

  get isOpen(): boolean {
    return this.#open.size > 0
  }

  get openCount(): number {
    return this.#open.size
  }

  async lookAgain(contents: TwoContents, signal: AbortSignal): Promise<void> {
    const { table } = this.#comparison
    const isKeyed = isAskedByKey(table)
    const rows = [...this.#open]
    const size = isKeyed ? keysPerStatement : 1
    for (let from = 0; from < rows.length; from += size) {
      const some = rows.slice(from, from + size)
      const keys = isKeyed ? some.flatMap(([, { key, differences }]) => textsOf(table, key, differences)) : undefined
      const found = await differencesOf(table, contents, keys, signal)
      const now = Date.now()
      for (const [id, row] of some) this.#judge(id, row, isKeyed ? found.get(id) : found.all, now)
      if (!isKeyed) continue
      // A row of the target whose key was told apart from the source's may be one of its own by now.
      const asked = new Set(some.map(([id]) => id))
      for (const [id, { key, differences }] of found.entries()) {
        if (!asked.has(id) && !this.#open.has(id)) this.#open.set(id, openRow(key, differences, now))
      }
    }
  }

  #judge(id: string, row: OpenRow, differences: readonly Difference[] | undefined, now: number): void {
    if (differences === undefined || differences.length === 0) {
      this.#open.delete(id)
      return
    }
    const version = versionOf(differences)
    if (version !== row.version) row.since = now
    row.version = version
    row.differences = differences
    const isOld = now - row.since >= this.#maxLagMs
    const isGivenUp = now - row.firstSeen >= 2 * this.#maxLagMs
    if (!isOld && !isGivenUp) return
    this.#open.delete(id)
    const settled = isOld ? this.#persistent : this.#transient
    settled.push(...differences)
  }

  /** Tells what differs, and puts it in the place of what the comparison had found. */
  async outcome({ events, mask }: RecheckRequest): Promise<TableComparison> {
    const comparison = this.#comparison
    await events.begun(comparison.table.from)
    const { declared } = comparison.log
    const nothing = { missing: 0, extra: 0, changed: 0, reasons: [], samples: [] }
    const hide = mask.of(comparison.table)
    const options = { onDifference: (one: Difference) => events.difference(one), hide }
    const log = new DifferenceLog(options, { ...nothing, declared })
    const transient = new DifferenceLog(options)
    count(log, this.#persistent)
    count(
      transient,
      this.#transient.map((one) => ({ ...one, transient: true })),
    )
    await events.settled()
    return { ...comparison, log, transient }
  }
}

/** Counts rows by the differences that they have. */
function count(log: DifferenceLog, differences: readonly Difference[]): void {
  const changed = new Set<string>()
  for (const difference of differences) {
    log.add(difference)
    if (difference.reason === 'MISSING') log.missing++
    else if (difference.reason === 'EXTRA') log.extra++
    else changed.add(idOf(difference.key))
  }
  log.changed += changed.size
}

/** Whether rows of it can be asked for by key: a key that stages make the source does not have. */
function isAskedByKey({ key, isMade }: ComparedTable): boolean {
  return key.length > 0 && isMade !== true
}

function openRow(key: RowKey, differences: readonly Difference[], now: number): OpenRow {
  return { key, firstSeen: now, since: now, version: versionOf(differences), differences }
}

/** Compares the rows of some keys, or, where there are none, all rows. */
async function differencesOf(
  table: ComparedTable,
  contents: TwoContents,
  keys: readonly KeyTexts[] | undefined,
  signal: AbortSignal,
): Promise<DifferingRows> {
  const rows = new DifferingRows()
  const log = new DifferenceLog({ onDifference: (difference) => rows.difference(difference), hide: undefined })
  const question = { order: [], keys }
  await compareBuckets(
    table,
    {
      source: (work, either) => withRows(table, 'source', question, contents, either, work),
      target: (work, either) => withRows(table, 'target', question, contents, either, work),
    },
    log,
    Infinity,
    () => Promise.resolve(),
    signal,
  )
  return rows
}

function idOf(key: RowKey): string {
  return JSON.stringify(Object.values(key))
}

/** The key at the source, and, where the target's is told apart from it, that one. */
function textsOf({ key, columns }: ComparedTable, row: RowKey, differences: readonly Difference[]): KeyTexts[] {
  const here = key.map((slot) => row[columns[slot]!.from] ?? '')
  const there = key.map((slot, place) => {
    const target = differences.find(({ column }) => column === columns[slot]!.from)?.target
    return target !== null && target !== undefined && 'text' in target ? target.text : here[place]!
  })
  return there.every((text, place) => text === here[place]) ? [here] : [here, there]
}

/** What the source has where the two differ: a row that changes there has another one, and so have other rows. */
function versionOf(differences: readonly Difference[]): string {
  // Of a row that the source does not have there is no other sign; of rows without a key each is another one.
  const values = differences.map(({ reason, key, column, source }) => [
    reason === 'EXTRA',
    key,
    column ?? '',
    source ?? null,
  ])
  return createHash('sha256').update(JSON.stringify(values)).digest('base64')
}
