import { z } from 'zod'
import { eachInTurns } from '../each-in-turns.ts'
import type { Shape } from '../shape.ts'
import { bindExpression, loadExpressions } from '../stage-expression.ts'
import { stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

/** Rejects the rows for which a condition does not hold, under the name that it has here. */
export const check = stageKind({
  name: 'check',
  memory: 'stateless',
  load: loadExpressions,
  schema: z
    .record(z.string(), z.string())
    .describe(
      'By a name for reports: a condition on the row, such as amount >= decimal("0"): see docs/expressions.md.',
    ),
  bind(conditions, shape: Shape) {
    const checks = Object.entries(conditions).map(([name, text]) => {
      return { name, ...bindExpression(text, [name], shape, (expressions) => expressions.compileCondition) }
    })
    return {
      shape,
      reads: checks.flatMap(({ reads }) => reads),
      run: (rows: StageRows, signal: AbortSignal) =>
        eachInTurns(
          rows,
          (row) => {
            const failed = checks.find(({ compiled, textOf }) => !compiled.holds(textOf(rows, row)))
            if (failed !== undefined) rows.reject(row, undefined, `${failed.name} does not hold`)
          },
          signal,
        ),
    }
  },
})
