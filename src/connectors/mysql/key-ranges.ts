import type { ReadPlan } from '../../model/plan.ts'
import { keyBefore, keyFrom } from '../sql/keyset.ts'
import type { TextSession } from '../sql/session.ts'
import type { KeyValues } from '../sql/key-bounds.ts'
import { compareAll, keyRange } from './bounds.ts'
import type { KeyColumn } from './key-column.ts'
import { guessMiddle } from './middle.ts'
import { quoteName } from './quote.ts'
import { fromIndex } from './select-statement.ts'
import type { ServerFacts } from './server-facts.ts'

/** The rows after one key up to and with another, in the order of the key's index. */
export interface KeyRange {
  readonly after?: KeyValues | undefined
  readonly upTo?: KeyValues | undefined
}

/** Questions about ranges of a table's key, all answered from its index. */
export class KeyRanges {
  readonly #session: TextSession
  readonly #server: ServerFacts
  readonly #key: readonly KeyColumn[]
  readonly #from: string
  readonly #estimated: string
  readonly #lateAt: number

  constructor(session: TextSession, server: ServerFacts, read: ReadPlan, key: readonly KeyColumn[], lateAt: number) {
    this.#session = session
    this.#server = server
    this.#key = key
    this.#from = fromIndex(read, key)
    // Where FORCE INDEX leaves nothing to choose, MySQL does not look at the index and estimates one row.
    this.#estimated = fromIndex(read, key, 'USE')
    this.#lateAt = lateAt
  }

  /** Whether the time for planning is over. */
  isLate(): boolean {
    return performance.now() > this.#lateAt
  }

  /** The server's estimate of the rows in a range: some pages of the index are looked at. */
  async estimate(range: KeyRange): Promise<number> {
    const format = this.#server.flavor === 'mysql' ? 'FORMAT=TRADITIONAL ' : ''
    const [row] = await this.#session.rows(`EXPLAIN ${format}SELECT 1 FROM ${this.#estimated}${this.#where(range)}`)
    // id, select_type, table, partitions (MySQL only), type, possible_keys, key, key_len, ref, rows
    return Number(row?.[this.#server.flavor === 'mysql' ? 9 : 8] ?? 0)
  }

  async first(range: KeyRange, condition?: string): Promise<KeyValues | undefined> {
    return await this.#keyAt(range, condition, '', 0)
  }

  async last(range: KeyRange, condition?: string): Promise<KeyValues | undefined> {
    return await this.#keyAt(range, condition, ' DESC', 0)
  }

  /**
   * Cuts a range at every key that is `rowCount` rows after the one before, into at most `maxCount` parts. What is left
   * when time is up stays in the last one.
   */
  async walk(
    range: KeyRange,
    rowCount: number,
    maxCount: number,
  ): Promise<readonly (KeyRange & { readonly rows: number })[]> {
    const parts: (KeyRange & { readonly rows: number })[] = []
    let after = range.after
    let skipped = 0
    while (parts.length < maxCount - 1 && !this.isLate()) {
      const upTo = await this.#keyAt({ after, upTo: range.upTo }, undefined, '', rowCount - 1 + skipped)
      if (upTo === undefined) break
      if (!this.#isValid(upTo)) {
        // Not to be had as a literal: the row after it will do.
        skipped++
        continue
      }
      parts.push({ after, upTo, rows: rowCount + skipped })
      // Behind the range's own end there is nothing left of it.
      if (JSON.stringify(upTo) === JSON.stringify(range.upTo)) return parts
      after = upTo
      skipped = 0
    }
    const rest = parts.length === 0 ? await this.estimate(range) : Math.min(rowCount, await this.estimate({ after }))
    return [...parts, { after, upTo: range.upTo, rows: rest }]
  }

  /**
   * Two neighbouring keys somewhere in the middle of a range, whose first and last key are known. Undefined where no
   * guess at a middle lies between them in the server's order.
   */
  async cut(
    range: KeyRange & { readonly first: KeyValues; readonly last: KeyValues },
  ): Promise<{ readonly below: KeyValues; readonly above: KeyValues } | undefined> {
    const place = range.first.findIndex((value, i) => value !== range.last[i])
    const column = this.#key[place]
    if (column === undefined) return undefined
    const guess = guessMiddle(column, range.first[place] ?? '', range.last[place] ?? '')
    if (guess === undefined) return undefined
    const bound = [...compareAll(this.#key, range.first.slice(0, place)), guess]
    const below = await this.last(range, keyBefore(bound))
    if (below === undefined || !this.#isValid(below)) return undefined
    const above = await this.first(range, keyFrom(bound))
    return above === undefined ? undefined : { below, above }
  }

  async #keyAt(
    range: KeyRange,
    condition: string | undefined,
    direction: '' | ' DESC',
    skip: number,
  ): Promise<KeyValues | undefined> {
    const fields = this.#key.map(({ selected }) => selected).join(', ')
    const order = this.#key.map(({ name }) => quoteName(name) + direction).join(', ')
    const [row] = await this.#session.rows(
      `SELECT ${fields} FROM ${this.#from}${this.#where(range, condition)} ORDER BY ${order} LIMIT 1 OFFSET ${skip}`,
    )
    return row?.map((value) => value ?? '')
  }

  #where(range: KeyRange, condition?: string): string {
    const parts = [keyRange(this.#key, range.after, range.upTo), condition].filter((part) => part !== undefined)
    return parts.length === 0 ? '' : ` WHERE ${parts.map((part) => `(${part})`).join(' AND ')}`
  }

  #isValid(values: KeyValues): boolean {
    return values.every((value, i) => this.#key[i]?.isValid(value) === true)
  }
}
