import { ArenaBatch } from '../../src/batch/batch.ts'
import { nullLength } from '../../src/batch/layout.ts'
import { parseCanonical } from '../../src/canonical/parse-type.ts'
import { cellToText, textToCell } from '../../src/canonical/text.ts'
import { typeText } from '../../src/canonical/type-text.ts'
import type { Plain } from '../../src/model/plain.ts'
import { fate } from '../../src/model/fate.ts'
import { bindStages, loadStages } from '../../src/transform/bind-stages.ts'
import type { Shape } from '../../src/transform/shape.ts'
import { layoutsOf, Transformer } from '../../src/transform/transformer.ts'

type Row = readonly (string | null)[]

/** What came of rows that went through stages. */
export interface Through {
  /** `name type`, with `?` where it may be NULL. */
  readonly columns: readonly string[]
  /** Canonical text of those that go over. */
  readonly rows: readonly Row[]
  /** Of tables that stages make, by name: columns, and the same of their rows. */
  readonly tables?: { readonly [to: string]: { readonly columns: readonly string[]; readonly rows: readonly Row[] } }
  readonly filtered: number
  /** `row column: reason` of each. */
  readonly rejected: readonly string[]
  /** `column rule: rows` of each; absent: none. */
  readonly losses?: readonly string[]
}

/**
 * Takes rows through stages, as a lane does.
 * @param columns By name: the type, with `?` behind it where it may be NULL, such as `text?`
 */
export async function throughStages(
  columns: { readonly [name: string]: string },
  stages: readonly Plain[],
  rows: readonly Row[],
  secrets: { readonly [reference: string]: string } = {},
): Promise<Through> {
  const read = Object.entries(columns).map(([name, text]) => {
    const type = parseCanonical(text.replace('?', ''))
    if (type === undefined) throw new Error(`${text} is no type`)
    return { name, type, nullable: text.endsWith('?') }
  })
  const placeOf = (stage: number, path: readonly PropertyKey[]) => {
    return { file: 'p.yaml', place: [stage, ...path].map(String).join('.') }
  }
  const keys = await loadStages(stages, async (reference) => await Promise.resolve(secrets[reference] ?? ''))
  const bound = bindStages({ columns: read, key: { columns: [read[0]!.name] } }, stages, placeOf, keys)
  const batch = new ArenaBatch(layoutsOf({ dataset: 't', columns: read, identify: [0], hidden: bound.hidden }, bound))
  for (const row of rows) {
    const made = batch.addRow(0)
    for (const [slot, text] of row.entries()) {
      if (text === null) continue
      const cell = textToCell(read[slot]!.type, text)
      const at = batch.reserve(cell.length)
      batch.bytes.set(cell, at)
      batch.used = at + cell.length
      batch.frames[0]!.cells.set([at, cell.length], (made * read.length + slot) * 2)
    }
  }
  await using transformer = new Transformer(bound)
  await transformer.run(batch, new AbortController().signal)
  const losses = batch.losses.map(({ column, rule, rows: lost }) => `${column} ${rule}: ${lost.join()}`)
  const tables = bound.outputs.map(({ to, left }) => [to, tableOf(batch, left)] as const)
  return {
    ...tableOf(batch, bound.shape),
    ...(tables.length === 0 ? {} : { tables: Object.fromEntries(tables) }),
    filtered: [...batch.frames[0]!.fate].filter((outcome) => outcome === fate.filtered).length,
    rejected: batch.rejects.map(({ row, column, reason }) => `${row} ${column}: ${reason}`),
    ...(losses.length === 0 ? {} : { losses }),
  }
}

/** What is live of the rows of a shape. */
function tableOf(batch: ArenaBatch, shape: Shape): Pick<Through, 'columns' | 'rows'> {
  const frame = batch.frames[shape.frame]!
  const textOf = (row: number, slot: number): string | null => {
    const cell = (row * frame.layout.columns.length + slot) * 2
    const length = frame.cells[cell + 1]!
    if (length === nullLength) return null
    return cellToText(frame.layout.columns[slot]!.type, batch.bytes, frame.cells[cell]!, length)
  }
  const live = [...frame.fate.subarray(0, frame.rowCount).entries()].filter(([, outcome]) => outcome === fate.live)
  return {
    columns: shape.columns.map(({ name, type, nullable }) => `${name} ${typeText(type)}${nullable ? '?' : ''}`),
    rows: live.map(([row]) => shape.columns.map(({ slot }) => textOf(row, slot))),
  }
}
