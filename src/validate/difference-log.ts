import type { RowKey } from '../model/loss.ts'
import type { Difference, DifferenceReason } from './difference.ts'
import type { RowWitness } from './row-witness.ts'

/** Differences of one column and kind, for saying once what many have in common. */
export interface ReasonCount {
  readonly reason: DifferenceReason
  /** The source's name; absent where whole rows are on one end alone. */
  readonly column?: string | undefined
  /** What all of them share, such as `-02:00`. */
  readonly detail?: string | undefined
  readonly count: number
}

export interface DeclaredCount {
  readonly column: string
  readonly rule: string
  readonly count: number
}

/** All that a log holds; plain, so that it can be stored. */
export interface LogState {
  readonly missing: number
  readonly extra: number
  readonly changed: number
  readonly reasons: readonly ReasonCount[]
  readonly declared: readonly DeclaredCount[]
  readonly samples: readonly Difference[]
}

export interface LogOptions {
  /** Told of every difference, in order. */
  readonly onDifference: (difference: Difference) => void
  /** Whether a row of the source is missing for a reason that is known. Of a row without a key asked once for each that is. Absent: none is. */
  readonly isExpected?: ((key: RowKey) => boolean) | undefined
  /** Takes values out that nobody is to see, before anybody is told; undefined: there are none. */
  readonly hide: ((difference: Difference) => Difference) | undefined
  /** Told of the rows themselves, with nothing hidden. */
  readonly witness?: RowWitness | undefined
}

/** Differences of one kind that are shown; all are counted, and all are handed on. */
const samplesPerReason = 5
const maxSamples = 100

/** What is found out about one pair of tables, in bounded memory. */
export class DifferenceLog {
  missing = 0
  extra = 0
  changed = 0
  /** Differences since those who are told of them were waited for. */
  untold = 0
  /** Told of the rows themselves. */
  readonly witness: RowWitness | undefined
  readonly samples: Difference[] = []
  readonly #reasons = new Map<string, { count: number } & ReasonCount>()
  readonly #declared = new Map<string, { count: number } & DeclaredCount>()
  readonly #options: LogOptions

  /** @param from What an earlier one had found */
  constructor(options: LogOptions, from?: LogState) {
    this.#options = options
    this.witness = options.witness
    if (from === undefined) return
    this.missing = from.missing
    this.extra = from.extra
    this.changed = from.changed
    this.samples.push(...from.samples)
    for (const reason of from.reasons) this.#reasons.set(reasonId(reason), { ...reason })
    for (const declared of from.declared) this.#declared.set(declaredId(declared), { ...declared })
  }

  get state(): LogState {
    const { missing, extra, changed, reasons, declared, samples } = this
    return { missing, extra, changed, reasons, declared, samples: [...samples] }
  }

  /** Differences, and values that were changed as declared. */
  get total(): number {
    let total = this.rowCount
    for (const { count } of this.#declared.values()) total += count
    return total
  }

  /** Whether a row of the source may be missing: it is no difference then. */
  isExpected(key: RowKey): boolean {
    return this.#options.isExpected?.(key) === true
  }

  get rowCount(): number {
    return this.missing + this.extra + this.changed
  }

  get reasons(): readonly ReasonCount[] {
    return [...this.#reasons.values()].toSorted((one, other) => other.count - one.count)
  }

  get declared(): readonly DeclaredCount[] {
    return [...this.#declared.values()]
  }

  /** Counts the difference under its reason. The rows are counted by the caller. */
  add(found: Difference): void {
    const { hide, onDifference } = this.#options
    const difference = hide?.(found) ?? found
    const { reason, column, detail } = difference
    const id = reasonId(difference)
    const held = this.#reasons.get(id)
    const count = (held?.count ?? 0) + 1
    if (held === undefined) this.#reasons.set(id, { reason, column, detail, count })
    else held.count = count
    if (count <= samplesPerReason && this.samples.length < maxSamples) this.samples.push(difference)
    this.untold++
    onDifference(difference)
  }

  /** Waits for those who are told. */
  async told(pause: () => Promise<void>): Promise<void> {
    this.untold = 0
    await pause()
  }

  /** Counts a value that was changed as the mapping declares. */
  declare(column: string, rule: string): void {
    const id = declaredId({ column, rule })
    const held = this.#declared.get(id)
    if (held === undefined) this.#declared.set(id, { column, rule, count: 1 })
    else held.count++
  }
}

function reasonId({ reason, column, detail }: Omit<ReasonCount, 'count'>): string {
  return JSON.stringify([reason, column ?? null, detail ?? null])
}

function declaredId({ column, rule }: Omit<DeclaredCount, 'count'>): string {
  return JSON.stringify([column, rule])
}
