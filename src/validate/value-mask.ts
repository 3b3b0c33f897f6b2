import { createHmac, randomBytes } from 'node:crypto'
import type { RangeAnswer } from '../model/count.ts'
import type { ShownValue } from '../model/loss.ts'
import type { DatasetValidation, ValidationSummary } from '../model/run-summary.ts'
import { masksColumn } from '../plan/mask-columns.ts'
import type { SchemaDifference } from './schema-difference.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'
import type { Difference } from './difference.ts'
import { digestCell } from './row-digest.ts'

/** Hexadecimal digits of a hash that are shown. */
const shownDigits = 16

/**
 * Puts hashes in the place of values that nobody is to see. Their key is drawn for this object and forgotten with it:
 * values that are guessed cannot be tried out against them, and values that are equal have one hash.
 */
export class ValueMask {
  readonly #patterns: readonly string[]
  readonly #secret = randomBytes(32)

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns
  }

  /** Those of the columns that are compared whose values are hidden, by a pattern or a stage, or made of such as are. */
  columnsOf({ source, columns, staging }: ComparedTable): ComparedColumn[] {
    const byStages = staging?.stages.hidden ?? []
    const isHidden = (name: string): boolean =>
      byStages.includes(name) || this.#patterns.some((one) => masksColumn(one, source, name))
    return columns.filter(({ from, madeOf = [from] }) => [from, ...madeOf].some(isHidden))
  }

  /** Hides values of one table; undefined where none are to be hidden. */
  of(table: ComparedTable): ((difference: Difference) => Difference) | undefined {
    const hidden = new Map(this.columnsOf(table).map((column) => [column.from, column]))
    if (hidden.size === 0) return undefined
    return (difference) => {
      const key: { [column: string]: string | null } = {}
      for (const [name, value] of Object.entries(difference.key)) key[name] = this.#hiddenKey(hidden.get(name), value)
      const column = hidden.get(difference.column ?? '')
      return {
        ...difference,
        key,
        ...(column && {
          source: this.#hidden(column, difference.source),
          target: this.#hidden(column, difference.target),
        }),
      }
    }
  }

  /** What a sequence has counted is a value of its column. */
  hideProblem(table: ComparedTable, difference: SchemaDifference): SchemaDifference {
    const isHidden = this.columnsOf(table).some(({ from }) => from === difference.name)
    if (difference.kind !== 'sequence' || !isHidden) return difference
    return { ...difference, problem: difference.problem.replaceAll(/-?\d+/g, '…') }
  }

  /** Least and largest values are values, and so is a sum. */
  hideRanges(tables: readonly ComparedTable[], summary: ValidationSummary): ValidationSummary {
    const datasets = summary.datasets.map((dataset, place): DatasetValidation => {
      const table = tables[place]
      const hidden = new Map((table === undefined ? [] : this.columnsOf(table)).map((column) => [column.from, column]))
      const ranges = dataset.ranges?.map((range) => {
        const column = hidden.get(range.column.from)
        if (column === undefined) return range
        return {
          ...range,
          source: this.#hiddenRange(column, range.source),
          target: this.#hiddenRange(column, range.target),
        }
      })
      return { ...dataset, ranges }
    })
    return { ...summary, datasets }
  }

  #hiddenRange(column: ComparedColumn, { min, max, sum }: RangeAnswer): RangeAnswer {
    const hidden = (value: string | null): string | null => this.#hiddenKey(column, value)
    return { min: hidden(min), max: hidden(max), sum: sum === undefined ? undefined : hidden(sum) }
  }

  #hiddenKey(column: ComparedColumn | undefined, value: string | null): string | null {
    if (column === undefined || value === null) return value
    return this.#hash(column, Buffer.from(value, column.form === 'bytes' ? 'hex' : 'utf8'))
  }

  #hidden(column: ComparedColumn, value: ShownValue | undefined): ShownValue | undefined {
    if (value === undefined || value === null || 'masked' in value) return value
    const cell = 'text' in value ? Buffer.from(value.text) : Buffer.from(value.base64, 'base64')
    return { masked: this.#hash(column, cell) }
  }

  #hash({ form }: ComparedColumn, cell: Buffer): string {
    const even = digestCell(form, cell)
    return `hmac:${createHmac('sha256', this.#secret).update(even).digest('hex').slice(0, shownDigits)}`
  }
}
