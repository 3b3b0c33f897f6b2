import { ValueKind, valueStride } from '../../../../format/sql-text/row-scanner.ts'
import type { CountAnswer, CountQuestion } from '../../../../model/count.ts'
import type { QualifiedName } from '../../../../model/relation.ts'
import { type DumpIndex, tableId } from '../catalog/read-index.ts'
import type { DumpFile } from '../input/dump-file.ts'
import { type InsertShape, type RowVisitor, scanRows, visitAll } from '../scan-rows.ts'
import { constantOf } from './key-collector.ts'
import { KeyCounts } from './key-counts.ts'
import type { KeyStoreLimits } from '../../../sql/key-store.ts'

/**
 * Rows, NULLs and orphans, by one pass of its own over the tables in question. It has nothing in common with the readers
 * but the scanner that finds where values begin and end.
 *
 * @param limits For tests.
 */
export async function countDump(
  file: DumpFile,
  index: DumpIndex,
  questions: readonly CountQuestion[],
  signal: AbortSignal,
  limits: KeyStoreLimits = {},
): Promise<readonly CountAnswer[]> {
  await using keys = new KeyCounts(index, limits)
  const counters = new Map<string, TableCounter>()
  const asked = questions.map((question) => {
    const id = tableId(question.table)
    const counter = counters.get(id) ?? new TableCounter(question.table, index)
    counters.set(id, counter)
    const nulls = counter.countNulls(question.columns)
    const relations = question.orphans.map((relation) => keys.askOrphans(question.table, relation))
    return { question, counter, nulls, relations }
  })
  await scanRows(file, index, visitAll(counters, keys.visitors), signal, async () => await keys.relieve())
  const orphans = await keys.orphans()
  return asked.map(({ question, counter, nulls, relations }) => ({
    table: question.table,
    rows: counter.rowCount,
    nulls: nulls(),
    orphans: relations.map((relation) => orphans[relation] ?? 0),
  }))
}

/** Counts one table's rows, and the NULLs that all questions together want to know of. */
class TableCounter implements RowVisitor {
  rowCount = 0
  readonly #table: QualifiedName
  readonly #index: DumpIndex
  readonly #nullCounters: NullCounter[] = []

  constructor(table: QualifiedName, index: DumpIndex) {
    this.#table = table
    this.#index = index
  }

  /** @returns How many NULLs there were, once all rows have been seen. */
  countNulls(columns: readonly string[]): () => readonly number[] {
    const counters = columns.map((column) => new NullCounter(column))
    this.#nullCounters.push(...counters)
    return () => counters.map(({ count }) => count)
  }

  begin(insert: InsertShape): void {
    for (const counter of this.#nullCounters) {
      counter.begin(insert, constantOf(this.#index, this.#table, counter.column)?.flags ?? ValueKind.null)
    }
  }

  row(_bytes: Buffer, values: Int32Array): void {
    this.rowCount++
    for (const counter of this.#nullCounters) counter.row(values)
  }
}

class NullCounter {
  count = 0
  readonly column: string
  #place = -1
  #isNullElse = true

  constructor(column: string) {
    this.column = column
  }

  /** @param flags Of what stands for values that the INSERT leaves out */
  begin(insert: InsertShape, flags: number): void {
    this.#place = insert.columns.indexOf(this.column) * valueStride
    this.#isNullElse = this.#place < 0 && flags === ValueKind.null
  }

  row(values: Int32Array): void {
    if (this.#place < 0 ? this.#isNullElse : values[this.#place] === ValueKind.null) this.count++
  }
}
