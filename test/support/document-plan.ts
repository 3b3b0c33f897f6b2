import { ArenaBatch, type Batch } from '../../src/batch/batch.ts'
import { cellToText } from '../../src/canonical/text.ts'
import type { CanonicalType } from '../../src/model/canonical-type.ts'
import type { ChildRead, ReadColumn, ReadPlan } from '../../src/model/plan.ts'

const int = (bits: 32 | 64, signed = true): CanonicalType => ({ kind: 'int', bits, signed })

/** The canonical type that each native type of documents has by itself. */
export const naturalTypes: { readonly [native: string]: CanonicalType } = {
  objectId: { kind: 'objectId' },
  string: { kind: 'text' },
  int: int(32),
  long: int(64),
  double: { kind: 'float64' },
  decimal: { kind: 'decimal' },
  bool: { kind: 'bool' },
  date: { kind: 'instant', precision: 3 },
  timestamp: int(64, false),
  binData: { kind: 'bytes' },
  uuid: { kind: 'uuid' },
  symbol: { kind: 'text' },
  javascript: { kind: 'text' },
  json: { kind: 'json' },
  extendedJson: { kind: 'document' },
  id: { kind: 'text' },
  rest: { kind: 'document' },
  original: { kind: 'bytes' },
  ordinal: int(32),
  key: { kind: 'text' },
}

/** A column of documents; without a type the one that its native type has by itself. */
export function column(name: string, native: string, parts: Partial<ReadColumn> = {}): ReadColumn {
  const type = parts.type ?? naturalTypes[native]
  if (type === undefined) throw new Error(`no type for ${native}`)
  return { name, native: { name: native, text: native, args: [] }, nullable: true, policies: {}, ...parts, type }
}

/** A column of arrays whose elements are of the native type `of`. */
export function arrayColumn(name: string, of: string): ReadColumn {
  const native = { name: 'valueArray', text: 'valueArray', args: [], of: { name: of, text: of, args: [] } }
  return column(name, 'valueArray', { native, type: { kind: 'array', of: naturalTypes[of]! } })
}

export const restColumn = column('$rest', 'rest')
export const ordinalColumn = column('$ordinal', 'ordinal', { nullable: false })
export const keyColumn = column('$key', 'key', { nullable: false })
export const originalColumn = column('$original', 'original')

export function readPlan(columns: readonly ReadColumn[], parts: Partial<ReadPlan> = {}): ReadPlan {
  return {
    dataset: 'c',
    table: { schema: 'd', name: 'c' },
    columns,
    identify: columns.slice(0, 1).map((c) => c.name),
    ...parts,
  }
}

export function childRead(
  frame: number,
  path: string,
  columns: readonly ReadColumn[],
  parts: Partial<ChildRead> = {},
): ChildRead {
  return { frame, parent: 0, path, kind: 'array', to: `${path}#${frame}`, carried: [], columns, ...parts }
}

/** A batch of the plan's frames, with little room. */
export function batchOf(read: ReadPlan): ArenaBatch {
  const layouts = [read.columns, ...(read.children ?? []).map(({ columns }) => columns)].map((columns, frame) => ({
    dataset: frame === 0 ? read.dataset : `${read.dataset}.${frame}`,
    columns,
    identify: frame === 0 ? [0] : [],
  }))
  return new ArenaBatch(layouts, 16, 1)
}

/** Rows of a frame by column name, in canonical text. */
export function rowsOf(batch: Batch, frameNumber = 0): Record<string, string | null>[] {
  const frame = batch.frames[frameNumber]!
  const { columns } = frame.layout
  return Array.from({ length: frame.rowCount }, (_, row) =>
    Object.fromEntries(
      columns.map(({ name, type }, slot) => {
        const cell = (row * columns.length + slot) * 2
        const [start, length] = [frame.cells[cell]!, frame.cells[cell + 1]!]
        return [name, length < 0 ? null : cellToText(type, batch.bytes, start, length)]
      }),
    ),
  )
}

/** Losses by column and rule. */
export function lossesOf(batch: Batch): Record<string, number> {
  return Object.fromEntries(batch.losses.map(({ column: name, rule, rows }) => [`${name} ${rule}`, rows.length]))
}
