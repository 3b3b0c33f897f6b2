import { z } from 'zod'
import { asFault } from '../as-fault.ts'
import { assertNamesDiffer, carriedColumns, carry, columnNames, madeRowsOptions, stagesIn } from '../made-rows.ts'
import { shapeOfMade, type ShapeColumn } from '../shape.ts'
import { columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { jsonElements, type ListParts } from '../text/list-parts.ts'
import { separatorSplitter } from '../text/split-text.ts'
import { trimSpaces } from '../text/white-space.ts'
import { typeName, typeNamed } from '../type-name.ts'

const schema = z.strictObject({
  from: z.string().describe('The column that holds the list. It stays: drop it, if it is not wanted.'),
  by: z
    .union([z.enum(['comma', 'json']), z.strictObject({ separator: z.string() })])
    .optional()
    .describe('What stands between the parts; json: the column holds JSON arrays, as one of type json always does.'),
  ...madeRowsOptions,
  key: columnNames.describe('Columns that each new row has of the one that it comes of, such as {id: user_id}.'),
  into: z.string().min(1, 'it is empty').describe('The column of the parts.'),
  type: typeName.optional().describe('Of the parts; text, if it says nothing.'),
  ordinal: z
    .string()
    .min(1, 'it is empty')
    .optional()
    .describe('A column that counts the parts of one list, from 1. With it, and the key, no two rows are alike.'),
  distinct: z.boolean().optional().describe('true: a part that is in one list twice is one row.'),
})

/**
 * Makes a row of another table of each part of a list. Parts are trimmed; empty ones between separators are none. A row
 * whose list is NULL or empty has none there.
 */
export const explode = stageKind({
  name: 'explode',
  memory: 'stateless',
  schema,
  tablesOf: ({ to }) => [to],
  bind(options, shape, scope) {
    const { into, ordinal, distinct = false, references = true } = options
    const from = columnOf(shape, options.from, ['from'])
    const parts = partsOf(options, from)
    const key = carriedColumns(options.key, shape, ['key'])
    const by = { changedBy: ['explode'], madeOf: from.madeOf, isNamed: true }
    const type = options.type === undefined ? ({ kind: 'text' } as const) : typeNamed(options.type)
    const part = { ...by, name: into, type, nullable: true }
    const number = {
      ...by,
      name: ordinal ?? '',
      type: { kind: 'int', bits: 32, signed: true } as const,
      nullable: false,
    }
    const columns = [...key.map(({ made }) => made), ...(ordinal === undefined ? [] : [number]), part]
    assertNamesDiffer(columns, ['into'])
    const made = shapeOfMade(scope.newFrame(), columns)
    const slotted = key.map(({ parent }, slot) => ({ parent, column: made.columns[slot]! }))
    const partColumn = made.columns.at(-1)!
    const numberColumn = ordinal === undefined ? undefined : made.columns[key.length]
    const addPart = (rows: StageRows, row: number, children: StageRows, text: string | null, place: number): void => {
      const added = rows.addTo(made.frame, row)
      carry(slotted, rows, row, children, added)
      if (numberColumn !== undefined) children.put(added, numberColumn, String(place))
      children.put(added, partColumn, text)
    }
    const keyNames = key.map(({ made: { name } }) => name)
    return {
      shape,
      reads: [from],
      outputs: [
        {
          to: options.to,
          path: [],
          shape: made,
          transform: stagesIn(options.transform),
          primaryKey: ordinal === undefined ? [] : [...keyNames, ordinal],
          references: references ? slotted.map(({ parent, column }) => ({ column: column.name, parent })) : [],
        },
      ],
      run: (rows: StageRows): void => {
        const children = rows.of(made.frame)
        rows.each((row) => {
          const text = rows.text(row, from)
          if (text === null) return
          const found = parts(text)
          if (found === undefined) return rows.refuse(row, from, text, 'no list')
          const list = distinct ? [...new Set(found)] : found
          for (const [place, one] of list.entries()) addPart(rows, row, children, one, place + 1)
        })
      },
    }
  },
})

function partsOf({ by }: z.output<typeof schema>, { name, type }: ShapeColumn): ListParts {
  if (type.kind === 'json' || type.kind === 'array' || by === 'json') {
    if (type.kind === 'json' || type.kind === 'array' || type.kind === 'text') return jsonElements
    throw new StageFault(['by'], `${name} is ${type.kind}, which holds no JSON`, 'Cast it to text first.')
  }
  if (type.kind !== 'text' && type.kind !== 'set') {
    throw new StageFault(['from'], `${name} is ${type.kind}, which is no list`, 'Cast it to text first.')
  }
  if (by === undefined && type.kind === 'text') {
    throw new StageFault(
      ['from'],
      `nothing says how the list in ${name} is written`,
      'Write by: comma, by: json, or by: {separator: ";"}.',
    )
  }
  const separator = typeof by === 'object' ? by.separator : ','
  const splitter = asFault(['by', 'separator'], () => separatorSplitter(separator, undefined, 'keep'))
  return (text) => (splitter(text) ?? []).map((one) => trimSpaces(one ?? '')).filter((one) => one !== '')
}
