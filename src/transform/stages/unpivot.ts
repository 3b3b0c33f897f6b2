import { z } from 'zod'
import { assertNamesDiffer, carriedColumns, carry, columnNames, madeRowsOptions, stagesIn } from '../made-rows.ts'
import { shapeOfMade } from '../shape.ts'
import { StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeText } from '../../canonical/type-text.ts'

/** Makes a row of another table of each of some columns. The columns stay; a column that is NULL has none. */
export const unpivot = stageKind({
  name: 'unpivot',
  memory: 'stateless',
  schema: z.strictObject({
    columns: columnNames.describe(
      'The columns, all of one type, and what each is called in the rows: {phone_home: home, phone_work: work}.',
    ),
    ...madeRowsOptions,
    key: columnNames.describe('Columns that each new row has of the one that it comes of, such as {id: user_id}.'),
    name: z.string().min(1, 'it is empty').describe('The column that says which of them it was.'),
    value: z.string().min(1, 'it is empty').describe('The column of the value.'),
  }),
  tablesOf: ({ to }) => [to],
  bind(options, shape, scope) {
    const { name, value, references = true } = options
    const parts = carriedColumns(options.columns, shape, ['columns'])
    const [first] = parts
    const other = parts.find(({ parent }) => typeText(parent.type) !== typeText(first!.parent.type))
    if (other !== undefined) {
      const reason = `${first!.parent.name} is ${typeText(first!.parent.type)}, and ${other.parent.name} is ${typeText(other.parent.type)}`
      throw new StageFault(['columns'], reason, 'Cast them to one type first.')
    }
    assertNamesDiffer(
      parts.map(({ made }) => made),
      ['columns'],
    )
    const key = carriedColumns(options.key, shape, ['key'])
    const by = { changedBy: ['unpivot'], isNamed: true, nullable: false }
    const madeOf = [...new Set(parts.flatMap(({ parent }) => parent.madeOf))]
    const columns = [
      ...key.map(({ made }) => made),
      { ...by, name, type: { kind: 'text' } as const, madeOf: [] },
      { ...by, name: value, type: first!.parent.type, madeOf },
    ]
    assertNamesDiffer(columns, ['value'])
    const made = shapeOfMade(scope.newFrame(), columns)
    const slotted = key.map(({ parent }, slot) => ({ parent, column: made.columns[slot]! }))
    const [nameColumn, valueColumn] = made.columns.slice(key.length)
    return {
      shape,
      reads: parts.map(({ parent }) => parent),
      outputs: [
        {
          to: options.to,
          path: [],
          shape: made,
          transform: stagesIn(options.transform),
          primaryKey: [...key.map((one) => one.made.name), name],
          references: references ? slotted.map(({ parent, column }) => ({ column: column.name, parent })) : [],
        },
      ],
      run: (rows: StageRows): void => {
        const others = rows.of(made.frame)
        rows.each((row) => {
          for (const { parent, made: part } of parts) {
            if (rows.isNull(row, parent)) continue
            const added = rows.addTo(made.frame, row)
            carry(slotted, rows, row, others, added)
            others.put(added, nameColumn!, part.name)
            rows.copyTo(others, row, parent, added, valueColumn!)
          }
        })
      },
    }
  },
})
