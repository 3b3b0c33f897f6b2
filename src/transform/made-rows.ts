import { z } from 'zod'
import type { Plain } from '../model/plain.ts'
import type { ShapeColumn, Shape } from './shape.ts'
import { columnOf, StageFault } from './stage-kind.ts'
import type { StageRows } from './stage-rows.ts'

/** Options of stages that make rows of another table. */
export const madeRowsOptions = {
  to: z.string().min(1, 'it is empty').describe('The table that the rows go to, as a dataset’s to.'),
  // The registry knows what stages there are, and puts them here.
  transform: z.array(z.record(z.string(), z.unknown())).optional(),
  references: z.boolean().optional().describe('false: the table gets no foreign key to the one that the rows come of.'),
} as const

/** Columns that go over to other rows: a name, a list, or what each is called there. */
export const columnNames = z.union([
  z.string(),
  z.array(z.string()).min(1, 'it is empty'),
  z.record(z.string(), z.string().min(1, 'it is empty')),
])

/** A column that goes over to other rows, by another name perhaps. */
export interface CarriedColumn {
  readonly parent: ShapeColumn
  readonly made: Omit<ShapeColumn, 'slot'>
}

/** @throws StageFault where there is no such column */
export function carriedColumns(
  names: z.output<typeof columnNames>,
  shape: Shape,
  path: readonly PropertyKey[],
): CarriedColumn[] {
  const pairs: readonly (readonly [string, string, PropertyKey | undefined])[] =
    typeof names === 'string'
      ? [[names, names, undefined]]
      : Array.isArray(names)
        ? names.map((name, place) => [name, name, place])
        : Object.entries(names).map(([name, there]) => [name, there, name])
  return pairs.map(([name, there, place]) => {
    const { slot: _, ...parent } = columnOf(shape, name, place === undefined ? path : [...path, place])
    return { parent: columnOf(shape, name, path), made: { ...parent, name: there, isNamed: true } }
  })
}

/** @throws StageFault where two of the columns have one name */
export function assertNamesDiffer(columns: readonly { readonly name: string }[], path: readonly PropertyKey[]): void {
  const twice = columns.find(({ name }, place) => columns.findIndex((one) => one.name === name) !== place)
  if (twice === undefined) return
  throw new StageFault(path, `two columns of its table are called ${twice.name}`, 'Give one of them another name.')
}

/** Puts the values of columns that go over into a row that was added. */
export function carry(
  columns: readonly { readonly parent: ShapeColumn; readonly column: ShapeColumn }[],
  rows: StageRows,
  row: number,
  to: StageRows,
  added: number,
): void {
  for (const { parent, column } of columns) rows.copyTo(to, row, parent, added, column)
}

/** Stages of the rows, as plain data. */
export function stagesIn(transform: readonly { readonly [name: string]: unknown }[] | undefined): readonly Plain[] {
  return (transform ?? []) as readonly Plain[]
}
