import { z } from 'zod'
import { assertNamesDiffer, carriedColumns, carry, columnNames, madeRowsOptions, stagesIn } from '../made-rows.ts'
import { shapeOfMade } from '../shape.ts'
import { bindExpression, loadExpressions } from '../stage-expression.ts'
import { columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

const schema = z.strictObject({
  ...madeRowsOptions,
  columns: columnNames
    .optional()
    .describe(
      'Columns that go there, and what each is called there: {id: user_id, bio: bio}; all, if it says nothing.',
    ),
  when: z.string().optional().describe('A condition on the row: rows for which it does not hold do not go there.'),
  only: z
    .boolean()
    .optional()
    .describe(
      'true: rows that go there are not written to the table of the dataset, nor go through stages behind this.',
    ),
  key: z
    .union([z.string(), z.array(z.string()).min(1, 'it is empty')])
    .optional()
    .describe('Columns of the table, by their names there, that tell a row from another: its primary key.'),
})

/** Sends rows to another table too, or there only: some columns of them, or those for which a condition holds. */
export const route = stageKind({
  name: 'route',
  memory: 'stateless',
  schema,
  load: async ({ when }) => {
    if (when !== undefined) await loadExpressions()
  },
  tablesOf: ({ to }) => [to],
  bind(options, shape, scope) {
    const { when, only = false, references = !only } = options
    if (only && scope.hasOutputs(shape)) {
      throw new StageFault(
        ['only'],
        'rows of other tables would be left without theirs',
        'Put it before the stages that make them.',
      )
    }
    if (only && references) {
      throw new StageFault(
        ['references'],
        'rows that go there only have no row to refer to',
        'Leave references or only out.',
      )
    }
    const names = options.columns ?? shape.columns.map(({ name }) => name)
    const carried = carriedColumns(names, shape, ['columns'])
    const columns = carried.map(({ made }) => made)
    assertNamesDiffer(columns, ['columns'])
    const made = shapeOfMade(scope.newFrame(), columns)
    const slotted = carried.map(({ parent }, slot) => ({ parent, column: made.columns[slot]! }))
    const primaryKey = [options.key ?? []].flat()
    for (const name of primaryKey) columnOf(made, name, ['key'])
    const condition =
      when === undefined
        ? undefined
        : bindExpression(when, ['when'], shape, (expressions) => expressions.compileCondition)
    const isKey = (name: string): boolean => primaryKey.includes(name)
    return {
      shape,
      reads: condition?.reads,
      outputs: [
        {
          to: options.to,
          path: [],
          shape: made,
          transform: stagesIn(options.transform),
          primaryKey,
          references: references
            ? slotted
                .filter(({ column }) => isKey(column.name))
                .map(({ parent, column }) => ({ column: column.name, parent }))
            : [],
        },
      ],
      run: (rows: StageRows): void => {
        const others = rows.of(made.frame)
        rows.each((row) => {
          if (condition !== undefined && !condition.compiled.holds(condition.textOf(rows, row))) return
          carry(slotted, rows, row, others, rows.addTo(made.frame, row))
          if (only) rows.filter(row)
        })
      },
    }
  },
})
