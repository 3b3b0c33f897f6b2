import { z } from 'zod'
import { type ShapeColumn, withChanged, withColumn } from '../shape.ts'
import { columnOf, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { knownNamespaces, namespaceOf, nameUuid } from '../text/name-uuid.ts'
import { valueNames } from '../value-name.ts'

const schema = z.strictObject({
  column: z
    .string()
    .min(1, 'it is empty')
    .describe('The column that the id is put in: one that is there, or a new one.'),
  kind: z.enum(['uuid-v5']).describe('uuid-v5: the same values have the same id, in every table and every run.'),
  namespace: z
    .string()
    .refine(
      (text) => namespaceOf(text) !== undefined,
      `it is no namespace: write a UUID, a name with a dot such as users.example.org, or one of ${knownNamespaces.join(', ')}`,
    )
    .describe('Of uuid-v5: a UUID, a name of your own such as users.example.org, or dns, url, oid, x500.'),
  from: z
    .array(z.string())
    .min(1, 'it is empty')
    .optional()
    .describe('Of uuid-v5: the columns whose values it is made of; the column itself, if it says nothing.'),
})

/** Makes ids of rows: a column of type uuid, in the place of one that is there or a new one. */
export const id = stageKind({
  name: 'id',
  memory: 'stateless',
  schema,
  bind({ column: name, namespace, from: names }, shape) {
    const parts =
      names === undefined
        ? [columnOf(shape, name, ['column'])]
        : names.map((one, place) => columnOf(shape, one, ['from', place]))
    const pathOf = (place: number): PropertyKey[] => (names === undefined ? ['column'] : ['from', place])
    const nameOfs = parts.map((part, place) => valueNames(part, pathOf(place)))
    const there = shape.columns.find((one) => one.name === name)
    const wish = { type: { kind: 'uuid' }, nullable: parts.some((part) => part.nullable) } as const
    const { shape: after, column } =
      there === undefined
        ? withColumn(shape, { name, ...wish }, 'id', parts)
        : withChanged(shape, there, wish, 'id', parts)
    // The schema has let no other through.
    const make = nameUuid(namespaceOf(namespace) ?? '')
    return {
      shape: after,
      reads: parts,
      run: (rows: StageRows): void => {
        rows.each((row) => {
          const names = namesIn(rows, row, parts, nameOfs)
          rows.put(row, column, names === undefined ? null : make(names.length === 1 ? names[0]! : together(names)))
        })
      },
    }
  },
})

/** Undefined where one of the values is NULL. */
function namesIn(
  rows: StageRows,
  row: number,
  parts: readonly ShapeColumn[],
  nameOfs: readonly ReturnType<typeof valueNames>[],
): (string | Uint8Array)[] | undefined {
  const names: (string | Uint8Array)[] = []
  for (const [place, part] of parts.entries()) {
    const text = rows.text(row, part)
    if (text === null) return undefined
    names.push(nameOfs[place]!(text))
  }
  return names
}

/** Each with its length in bytes and a colon before it, `4:acme2:17`: no two lists of values are the same name. */
function together(names: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    names.flatMap((name) => {
      const bytes = typeof name === 'string' ? Buffer.from(name, 'utf8') : name
      return [Buffer.from(`${bytes.length}:`), bytes]
    }),
  )
}
