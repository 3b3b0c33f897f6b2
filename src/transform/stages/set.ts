import { z } from 'zod'
import { typeText } from '../../canonical/type-text.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { aType, canonicalTypeOf, type ExpressionType } from '../expression/expression-type.ts'
import { resultWriter } from '../expression/result-text.ts'
import { eachInTurns } from '../each-in-turns.ts'
import { type Shape, withChanged, withColumn } from '../shape.ts'
import { bindExpression, loadExpressions } from '../stage-expression.ts'
import { StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeName, typeNamed } from '../type-name.ts'

const schema = z.record(
  z.string(),
  z.union([
    z.string(),
    z.strictObject({
      to: z.string().describe('The expression.'),
      type: typeName
        .optional()
        .describe('Of the column; without it its own, or, of a new one, what the expression comes to.'),
    }),
  ]),
)

/**
 * Gives columns the values of expressions, those that are there and new ones. All of a stage see the row as it was before
 * it: what one of them makes the next stage sees.
 */
export const set = stageKind({
  name: 'set',
  memory: 'stateless',
  load: loadExpressions,
  schema,
  bind(wishes, shape) {
    let after: Shape = shape
    const sets = Object.entries(wishes).map(([name, wish]) => {
      const { to: text, type: wanted } = typeof wish === 'string' ? { to: wish } : wish
      const bound = bindExpression(text, [name], shape, (expressions) => expressions.compileExpression)
      const { compiled } = bound
      const there = after.columns.find((one) => one.name === name)
      const asked = wanted === undefined ? there?.type : typeNamed(wanted)
      const type = asked ?? newType(compiled.type, name)
      const write = resultWriter(compiled.type, type)
      if (write === undefined) {
        const reason = `${name} is ${typeText(type)}, and the expression comes to ${aType(compiled.type)}`
        throw new StageFault([name], reason, 'Convert it, as in int(x), or give the column a type.')
      }
      const made =
        there === undefined
          ? withColumn(after, { name, type, nullable: compiled.mayBeNull }, 'set', bound.reads)
          : // A slot of its own: the other expressions of the stage see the value as it was.
            withChanged(after, there, { type, nullable: compiled.mayBeNull }, 'set', bound.reads)
      after = made.shape
      return { ...bound, column: made.column, write }
    })
    return {
      shape: after,
      reads: sets.flatMap(({ reads }) => reads),
      run: (rows: StageRows, signal: AbortSignal) =>
        eachInTurns(
          rows,
          (row) => {
            for (const { compiled, textOf, column, write } of sets) {
              rows.put(row, column, write(compiled.evaluate(textOf(rows, row))))
            }
          },
          signal,
        ),
    }
  },
})

/** @throws StageFault where the expression comes to NULL alone */
function newType(type: ExpressionType, name: string): CanonicalType {
  if (type !== 'null') return canonicalTypeOf(type)
  throw new StageFault([name], `${name} is new, and the expression comes to NULL`, 'Give it a type.')
}
