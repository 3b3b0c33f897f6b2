import { ValueKind, valueStride } from '../../../../format/sql-text/row-scanner.ts'
import type { CensusAnswer, CensusFact, CensusQuestion, CensusRelation } from '../../../../model/census.ts'
import { type DumpIndex, tableId } from '../catalog/read-index.ts'
import type { DumpFile } from '../input/dump-file.ts'
import { type FormOf, KeyCounts } from '../count/key-counts.ts'
import { type InsertShape, type RowVisitor, scanRows, visitAll } from '../scan-rows.ts'
import { defaultLiteral, toConstant } from '../split-bounds.ts'
import { ColumnCensus } from './column-census.ts'

/**
 * Finds out about values by reading all rows of the tables in question, in one pass. Every fact is exact and means what
 * it means for a live server (see the live source's `takeCensus`), but for these: minima and maxima of text, UUIDs and
 * addresses are absent, as is `double-encoded` in charsets other than UTF-8 and latin1; the charset that `invalid-text`
 * is about is the dump's, into which its server has converted what it could.
 *
 * Rows without their parent and keys are counted in the same pass, for which tables are read that rows refer to, whether
 * anything else is asked of them or not.
 */
export async function takeDumpCensus(
  file: DumpFile,
  index: DumpIndex,
  questions: readonly CensusQuestion[],
  signal: AbortSignal,
): Promise<readonly CensusAnswer[]> {
  await using counts = new KeyCounts(index)
  const asked = questions.map((question) => {
    const { table, relations, keys } = question
    return {
      census: new TableCensus(question, index),
      orphans: relations?.map((relation) => counts.askOrphans(table, relation)),
      byBytes: relations?.map((relation) => {
        return relation.byBytes === undefined ? undefined : counts.askOrphans(table, relation, formIn(relation))
      }),
      surplusRows: keys?.map((key) => counts.askSurplusRows(table, key.columns, formIn(key))),
    }
  })
  const byTable = new Map(asked.map(({ census }) => [tableId(census.question.table), census]))
  await scanRows(file, index, visitAll(byTable, counts.visitors), signal, async () => await counts.relieve())
  const orphans = await counts.orphans()
  const surplusRows = await counts.surplusRows()
  return asked.map((one) => ({
    ...one.census.answer(),
    ...(one.orphans && { orphans: one.orphans.map((place) => orphans[place] ?? 0) }),
    ...(one.byBytes?.some((place) => place !== undefined) === true && {
      orphansByBytes: one.byBytes.map((place) => (place === undefined ? undefined : (orphans[place] ?? 0))),
    }),
    ...(one.surplusRows && { surplusRows: one.surplusRows.map((place) => surplusRows[place] ?? 0) }),
  }))
}

function formIn({ byBytes = [], byLowerCase = [] }: Pick<CensusRelation, 'byBytes' | 'byLowerCase'>): FormOf {
  return (column) => (byLowerCase.includes(column) ? 'lower case' : byBytes.includes(column) ? 'exact' : 'collated')
}

class TableCensus implements RowVisitor {
  readonly question: CensusQuestion
  readonly #index: DumpIndex
  readonly #columns: readonly ColumnCensus[]
  /** Per column: its place in the value table, or −1 where the INSERT leaves it out. */
  readonly #places: Int32Array
  #rowCount = 0

  constructor(question: CensusQuestion, index: DumpIndex) {
    this.question = question
    this.#index = index
    this.#columns = question.columns.map((column) => new ColumnCensus(column))
    this.#places = new Int32Array(question.columns.length)
  }

  begin(insert: InsertShape): void {
    const info = this.#index.tables.get(tableId(this.question.table))?.info
    for (const [at, { column }] of this.question.columns.entries()) {
      const place = insert.columns.indexOf(column)
      this.#places[at] = place < 0 ? -1 : place * valueStride
      const left = place < 0 ? info?.columns.find(({ name }) => name === column) : undefined
      const literal = left === undefined ? undefined : defaultLiteral(left)
      this.#columns[at]!.begin(insert, literal === undefined ? undefined : toConstant(literal))
    }
  }

  row(bytes: Buffer, values: Int32Array): void {
    this.#rowCount++
    const places = this.#places
    const columns = this.#columns
    for (let at = 0; at < columns.length; at++) {
      const place = places[at]!
      if (place < 0) columns[at]!.addConstant()
      else if (values[place] === ValueKind.null) columns[at]!.addNull()
      else columns[at]!.add(bytes, values[place]!, values[place + 1]!, values[place + 2]!)
    }
  }

  answer(): CensusAnswer {
    const facts: { [column: string]: { [fact in CensusFact]?: string | null } } = {}
    for (const [at, { column }] of this.question.columns.entries()) facts[column] = this.#columns[at]!.answer()
    return { table: this.question.table, rows: this.#rowCount, facts }
  }
}
