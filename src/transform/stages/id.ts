import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { keyTextOf } from '../key-text.ts'
import { type ShapeColumn, withChanged, withColumn } from '../shape.ts'
import { columnOf, StageFault, stageKind, type StageRun } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { knownNamespaces, namespaceOf, nameUuid, uuidOf } from '../text/name-uuid.ts'
import { valueNames } from '../value-name.ts'

const schema = z.strictObject({
  column: z
    .string()
    .min(1, 'it is empty')
    .describe('The column that the id is put in: one that is there, or a new one.'),
  kind: z
    .enum(['uuid-v5', 'uuid-v4', 'uuid-v7', 'sequence'])
    .describe(
      'uuid-v5: made of the values, the same in every table and every run. uuid-v4, uuid-v7 and sequence: new ones, which the target keeps under the values, by map.',
    ),
  namespace: z
    .string()
    .refine(
      (text) => namespaceOf(text) !== undefined,
      `it is no namespace: write a UUID, a name with a dot such as users.example.org, or one of ${knownNamespaces.join(', ')}`,
    )
    .optional()
    .describe('Of uuid-v5: a UUID, a name of your own such as users.example.org, or dns, url, oid, x500.'),
  map: z
    .string()
    .min(1, 'it is empty')
    .optional()
    .describe(
      'Of the others: under which the target keeps them. Tables that refer to these rows have the same stage with the same map.',
    ),
  first: z.int().min(0).optional().describe('Of sequence: the first number; 1, if it says nothing.'),
  from: z
    .array(z.string())
    .min(1, 'it is empty')
    .optional()
    .describe('The columns whose values it is made of, or kept under; the column itself, if it says nothing.'),
})

type Options = z.output<typeof schema>

/** Gives rows ids: a column in the place of one that is there, or a new one. NULL where one of the values is NULL. */
export const id = stageKind({
  name: 'id',
  memory: 'stateful',
  schema,
  bind(options, shape) {
    const { column: name, kind, from: names } = options
    const parts =
      names === undefined
        ? [columnOf(shape, name, ['column'])]
        : names.map((one, place) => columnOf(shape, one, ['from', place]))
    const there = shape.columns.find((one) => one.name === name)
    const type = kind === 'sequence' ? ({ kind: 'int', bits: 64, signed: true } as const) : ({ kind: 'uuid' } as const)
    const wish = { type, nullable: parts.some((part) => part.nullable) }
    const { shape: after, column } =
      there === undefined
        ? withColumn(shape, { name, ...wish }, 'id', parts)
        : withChanged(shape, there, wish, 'id', parts)
    const run = kind === 'uuid-v5' ? ofValues(options, parts, column) : keptIds(options, kind, parts, column)
    return { shape: after, reads: parts, run }
  },
})

function ofValues(
  { namespace, map, from: names }: Options,
  parts: readonly ShapeColumn[],
  column: ShapeColumn,
): StageRun {
  if (namespace === undefined) {
    throw new StageFault(
      ['kind'],
      'uuid-v5 has no namespace',
      'Write namespace: and a name of your own, such as users.example.org.',
    )
  }
  if (map !== undefined) throw new StageFault(['map'], 'uuid-v5 keeps nothing', 'Leave map out.')
  const nameOfs = parts.map((part, place) => valueNames(part, names === undefined ? ['column'] : ['from', place]))
  // The schema has let no other through.
  const make = nameUuid(namespaceOf(namespace) ?? '')
  return (rows) => {
    rows.each((row) => {
      const found = namesIn(rows, row, parts, nameOfs)
      rows.put(row, column, found === undefined ? null : make(found.length === 1 ? found[0]! : together(found)))
    })
  }
}

/** The target is asked for the ids of all rows of a batch at once, and makes those that it does not have. */
function keptIds(
  { map, first, namespace }: Options,
  kind: Exclude<Options['kind'], 'uuid-v5'>,
  parts: readonly ShapeColumn[],
  column: ShapeColumn,
): StageRun {
  if (map === undefined)
    throw new StageFault(
      ['kind'],
      `${kind} has no map to be kept in`,
      'Write map: and a name for these ids, such as users.',
    )
  if (namespace !== undefined)
    throw new StageFault(['namespace'], `${kind} is made of no values`, 'Leave namespace out.')
  if (first !== undefined && kind !== 'sequence') {
    throw new StageFault(['first'], `${kind} does not count`, 'Leave first out, or take sequence.')
  }
  const make = kind === 'uuid-v7' ? uuidV7 : randomUUID
  return async (rows, signal) => {
    const asked: { readonly row: number; readonly key: string }[] = []
    rows.each((row) => {
      const key = keyTextOf(rows, row, parts)
      if (key === undefined) rows.put(row, column, null)
      else asked.push({ row, key })
    })
    const keys = asked.map(({ key }) => key)
    const newIds =
      kind === 'sequence'
        ? ({ kind: 'count', first: first ?? 1 } as const)
        : ({ kind: 'made', ids: keys.map(() => make()) } as const)
    const ids = await rows.maps.assign(map, keys, newIds, signal)
    for (const [place, { row }] of asked.entries()) rows.put(row, column, ids[place] ?? null)
  }
}

/** Of RFC 9562: milliseconds, then chance. */
function uuidV7(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  return uuidOf(bytes, 7)
}

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
