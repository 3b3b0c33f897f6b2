import { probe } from '../async/probe.ts'
import type { CompareWay } from '../validate/compare-options.ts'
import { compareTable, type TableComparison } from '../validate/compare-table.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import type { Difference } from '../validate/difference.ts'
import { LoadLimit } from '../validate/load-limit.ts'
import type { TwoContents } from '../validate/read-rows.ts'
import type { ValueMask } from '../validate/value-mask.ts'
import type { Repairing } from './fix-plan.ts'
import type { TableProgress } from '../validate/table-progress.ts'
import { fromStored, toStored, type ValidationState, type ValidationStore } from './validation-progress.ts'
import type { ValidateEvents } from './validate-events.ts'

export interface TablesRequest extends TwoContents {
  readonly way: CompareWay
  readonly maxDifferences: number
  /** 0 … 1: the share of time in which the ends are asked for something. */
  readonly maxLoad: number | undefined
  /** Statements have a time that they may take: ranges are small. */
  readonly isTimed: boolean
  readonly events: ValidateEvents
  readonly mask: ValueMask
  readonly repairing: Repairing | undefined
  readonly store: ValidationStore | undefined
  /** What an earlier validation left, or an empty one. */
  readonly state: ValidationState
  readonly signal: AbortSignal
}

/** Rows of a range where load is limited, or the time of a statement: the ends rest between them. */
const smallRange = 20_000
/** The state is stored at most so often. */
const saveEveryMs = 1_000

/** Compares tables one after the other, and keeps how far it has come. */
export class TableComparer {
  readonly #request: TablesRequest
  readonly #limit: LoadLimit | undefined
  #state: ValidationState
  #savedAt = Number.NEGATIVE_INFINITY

  constructor(request: TablesRequest) {
    this.#request = request
    this.#state = request.state
    this.#limit = request.maxLoad === undefined ? undefined : new LoadLimit(request.maxLoad)
  }

  /**
   * @param onDifference Told of each in place of the events, where it is given
   * @param target In the place of the target's contents, where it is given
   */
  async compare(
    table: ComparedTable,
    onDifference?: DifferenceTaker,
    target = this.#request.target,
  ): Promise<TableComparison> {
    const { events, store, source, way, maxDifferences, mask, repairing, signal } = this.#request
    const stored = this.#state.done[table.from]
    if (stored !== undefined) return fromStored(table, stored)
    const { current } = this.#state
    const from = current?.from === table.from ? current.progress : undefined
    events.step(`comparing ${table.from} with ${table.to}${from === undefined ? '' : ', from where it came to'}`)
    if (from === undefined) await events.begun(table.from)
    const { isTimed } = this.#request
    const limit = this.#limit
    const comparison = await compareTable(table, {
      source,
      target,
      way,
      rangeRows: limit === undefined && !isTimed ? undefined : smallRange,
      maxDifferences,
      onDifference: (difference) => (onDifference ?? events).difference(difference),
      pause: () => events.settled(),
      rest: limit && (() => limit.rest(signal)),
      retract: async () => {
        onDifference?.retracted()
        repairing?.retract()
        await events.retracted()
        // What was stored of it counts no more.
        const { current: _, ...others } = this.#state
        this.#state = others
        await store?.save(this.#state)
      },
      between: async (progress) => {
        if (store !== undefined) await this.#note(table, progress, store)
        await limit?.rest(signal)
      },
      // Who is told of rows that are looked at again has to know which they are.
      hide: onDifference === undefined ? mask.of(table) : undefined,
      witness: await repairing?.begin(table, signal),
      from,
      signal,
    })
    const { current: _, ...rest } = this.#state
    this.#state = { ...rest, done: { ...this.#state.done, [table.from]: toStored(comparison) } }
    await store?.save(this.#state)
    probe('table-stored')
    return comparison
  }

  async #note(table: ComparedTable, progress: TableProgress, store: ValidationStore): Promise<void> {
    // The last range has no end: the table is about to be done. A key that nobody is to see is stored nowhere.
    // Nor are ranges of a sample: another one is drawn.
    const { mask, way } = this.#request
    if (typeof way === 'object') return
    const hidden = mask.columnsOf(table)
    if (table.key.some((slot) => hidden.includes(table.columns[slot]!))) return
    if (progress.after === undefined || performance.now() - this.#savedAt < saveEveryMs) return
    this.#state = { ...this.#state, current: { from: table.from, progress } }
    await store.save(this.#state)
    this.#savedAt = performance.now()
    probe('range-stored')
  }
}

export interface DifferenceTaker {
  difference(difference: Difference): void
  retracted(): void
}
