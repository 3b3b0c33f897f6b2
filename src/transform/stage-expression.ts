import { TransloadError } from '../errors/transload-error.ts'
import type * as Expressions from './expression/compile-expression.ts'
import type { ToldCondition } from './expression/condition-walk.ts'
import type { ExpressionColumn } from './expression/expression-type.ts'
import { loaded, loadOnce } from './load-once.ts'
import type { Shape, ShapeColumn } from './shape.ts'
import { StageFault } from './stage-kind.ts'
import type { StageRows } from './stage-rows.ts'

const key = 'expressions'

/** Their parser is loaded where a stage has one: nobody else waits for it. */
export async function loadExpressions(): Promise<void> {
  await loadOnce(key, [], async () => await import('./expression/compile-expression.ts'))
}

type TextOf = (place: number) => string | null

/** An expression of a stage, bound to the columns that the stage finds. */
export interface BoundExpression<C> {
  readonly compiled: C
  readonly reads: readonly ShapeColumn[]
  /** Gives the texts of one row. */
  readonly textOf: (rows: StageRows, row: number) => TextOf
}

/**
 * @param path Of the expression in the stage's configuration
 * @throws StageFault where it is none, or names a column that is not there
 */
export function bindExpression<C extends { readonly reads: readonly number[] }>(
  text: string,
  path: readonly PropertyKey[],
  { columns }: Shape,
  compileOf: (expressions: typeof Expressions) => (text: string, columns: readonly ExpressionColumn[]) => C,
): BoundExpression<C> {
  const compiled = compiledOf(text, path, columns, compileOf(loaded<typeof Expressions>(key)))
  return {
    compiled,
    reads: compiled.reads.map((place) => columns[place]!),
    textOf: (rows, row) => (place) => rows.text(row, columns[place]!),
  }
}

/** What of a condition a source may be told that was bound to these columns. */
export function toldOf(text: string, { columns }: Shape): ToldCondition {
  return loaded<typeof Expressions>(key).tellCondition(text, columns)
}

function compiledOf<C>(
  text: string,
  path: readonly PropertyKey[],
  columns: readonly ShapeColumn[],
  compile: (text: string, columns: readonly ExpressionColumn[]) => C,
): C {
  try {
    return compile(text, columns)
  } catch (error) {
    if (!(error instanceof TransloadError) || error.code !== 'TL_C111') throw error
    throw new StageFault(path, error.title, error.hint)
  }
}
