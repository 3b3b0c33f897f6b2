import { TransloadError } from '../../errors/transload-error.ts'
import { CompilerWalk } from './compiler-walk.ts'
import { ConditionWalk, type ToldCondition } from './condition-walk.ts'
import { Evaluation } from './evaluation.ts'
import type { ExpressionColumn, ExpressionType, ExpressionValue } from './expression-type.ts'
import { aType } from './expression-type.ts'
import { readBool } from './operand.ts'
import { expressionError, parseExpression, tooDeep } from './parse-expression.ts'
import { rowFault } from './row-fault.ts'

/** An expression, bound to the columns of a dataset. It keeps nothing of a row, and the same row always gives the same value. */
export interface CompiledExpression {
  /** The columns that it reads, by place in what it was compiled against, each once. */
  readonly reads: readonly number[]
  readonly type: ExpressionType
  /** Whether its value may be NULL, as far as the columns and the expression tell. */
  readonly mayBeNull: boolean
  /**
   * The value for one row.
   *
   * @param textOf canonical text of a column of this row by its place, null where it is NULL; asked for columns of `reads`
   *   alone, each once at most
   * @throws TL_D413 where the expression has no value for this row, TL_D414 where it costs too much work: the row is to be
   *   rejected, and the next one is not touched by it
   */
  evaluate(textOf: (place: number) => string | null): ExpressionValue
}

/** An expression that says yes or no. */
export interface CompiledCondition {
  /** As of {@link CompiledExpression}. */
  readonly reads: readonly number[]
  /** @throws as {@link CompiledExpression.evaluate}, and TL_D413 where the condition is NULL */
  holds(textOf: (place: number) => string | null): boolean
}

/**
 * Reads an expression and checks it against the columns that it may read. See docs/expressions.md for the language.
 *
 * @throws TL_C111 with line and column in the text, what is wrong there, and the nearest right name
 */
export function compileExpression(text: string, columns: readonly ExpressionColumn[]): CompiledExpression {
  const { operand, reads } = compiled(text, columns)
  return {
    reads: reads.map((read) => read.place),
    type: operand.type,
    mayBeNull: operand.mayBeNull,
    evaluate: (textOf) => evaluated(() => operand.run(new Evaluation(reads, textOf))),
  }
}

/** As {@link compileExpression}. @throws TL_C111 also where the expression is no condition */
export function compileCondition(text: string, columns: readonly ExpressionColumn[]): CompiledCondition {
  const { operand, reads } = compiled(text, columns)
  if (operand.type !== 'bool' && operand.type !== 'dyn') {
    const reason = `a condition is true or false, and this is ${aType(operand.type)}`
    throw expressionError(text, operand, reason, 'Compare it with something, as in status == "active".')
  }
  return {
    reads: reads.map((read) => read.place),
    holds: (textOf) => evaluated(() => readBool(operand, new Evaluation(reads, textOf))),
  }
}

/**
 * What of a condition can be told without its language: comparisons of columns with constants, by which a source may leave
 * rows out.
 *
 * @param text What {@link compileCondition} has taken
 */
export function tellCondition(text: string, columns: readonly ExpressionColumn[]): ToldCondition {
  return new ConditionWalk(text, columns).tell(parseExpression(text))
}

function compiled(text: string, columns: readonly ExpressionColumn[]): ReturnType<CompilerWalk['whole']> {
  const root = parseExpression(text)
  try {
    return new CompilerWalk(text, columns).whole(root)
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(text, root)
    throw error
  }
}

/** A row can ask for a text, a list or a number that the engine does not make: that costs the row. */
function evaluated<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof TransloadError) throw error
    if (error instanceof RangeError) throw rowFault(`it came to something too large or too deep (${error.message})`)
    throw error
  }
}
