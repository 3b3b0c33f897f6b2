import { z } from 'zod'
import { eachInTurns } from '../each-in-turns.ts'
import type { Shape } from '../shape.ts'
import { bindExpression, loadExpressions, toldOf } from '../stage-expression.ts'
import { StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

/** Keeps the rows for which a condition holds. The others are counted as filtered; one that has no answer is rejected. */
export const filter = stageKind({
  name: 'filter',
  memory: 'stateless',
  load: loadExpressions,
  schema: z
    .string()
    .describe('A condition on the row, such as status == "active" && age >= 18: see docs/expressions.md.'),
  tells: toldOf,
  bind(text: string, shape: Shape, scope) {
    if (scope.hasMadeOutputs(shape))
      throw new StageFault(
        [],
        'rows of other tables would be left without theirs',
        'Put it before the stage that makes them.',
      )
    const { compiled, reads, textOf } = bindExpression(text, [], shape, (expressions) => expressions.compileCondition)
    return {
      shape,
      reads,
      run: (rows: StageRows, signal: AbortSignal) =>
        eachInTurns(
          rows,
          (row) => {
            if (!compiled.holds(textOf(rows, row))) rows.filter(row)
          },
          signal,
        ),
    }
  },
})
