import type { Expression } from '../../model/expression.ts'
import type { ColumnTypes } from './ddl/column-types.ts'
import type { TargetType } from './ddl/target-type.ts'
import { render } from './expression/render.ts'
import { asNumber, bracketed, cast, refuse, type Scope, type Term, Untranslatable } from './expression/term.ts'

/**
 * A source's expression as PostgreSQL's, where its meaning is known to be the same; else the reason, for people. The
 * expression is read as MySQL means it.
 *
 * What decides is the type of each column, so a comparison is carried with the types that it has here: `active = 1` of a
 * boolean becomes `"active" = true`. Integers are computed in 64 bits, CONCAT is NULL where a part is, and so are
 * GREATEST and LEAST. Refused are functions and casts that are not listed, `/` (it has other digits), bit operations on
 * what may be negative, regular expressions, the order of texts, and anything that hangs on a session's time zone.
 *
 * The equality of texts hangs on the collation, which takes `a` for `A` as a rule. In a check it is carried all the
 * same, with a caveat: the check is then as strict as it reads, rows that it would not take show when it is validated.
 * In a generated column or an index it is refused.
 */
export type RenderedExpression = CarriedExpression | Refusal

export interface CarriedExpression {
  readonly sql: string
  /** What of its meaning hangs on more than the expression, for people. */
  readonly caveats: readonly string[]
}

export interface Refusal {
  readonly reason: string
}

/** Of a CHECK. `isAlwaysTrue`: the column's own type sees to it, as jsonb does to `json_valid(column)`. */
export function renderCheck(
  expression: Expression | undefined,
  types: ColumnTypes,
): (CarriedExpression & { readonly isAlwaysTrue: boolean }) | Refusal {
  const scope: Scope = { types, purpose: 'check', caveats: new Set() }
  return orReason(expression, (whole) => {
    const term = render(whole, scope)
    const sql = term.class === 'bool' ? term.sql : `${bracketed(asNumber(term))} <> 0`
    if (term.class !== 'bool' && term.class !== 'int' && term.class !== 'numeric') return refuse('it is no condition')
    const isAlwaysTrue = whole.kind === 'call' && whole.name === 'json_valid'
    return { sql, caveats: [...scope.caveats], isAlwaysTrue }
  })
}

/** Of a generated column of the type `wanted`. */
export function renderGenerated(
  expression: Expression | undefined,
  types: ColumnTypes,
  wanted: TargetType,
): RenderedExpression {
  const scope: Scope = { types, purpose: 'immutable', caveats: new Set() }
  return orReason(expression, (whole) => ({ sql: assigned(render(whole, scope), wanted), caveats: [...scope.caveats] }))
}

/** Of a part of an index. The server may use it for queries that spell it the same way. */
export function renderIndexPart(expression: Expression | undefined, types: ColumnTypes): RenderedExpression {
  const scope: Scope = { types, purpose: 'immutable', caveats: new Set() }
  return orReason(expression, (whole) => {
    const term = render(whole, scope)
    if (term.class === 'json') return refuse('json has no order')
    return { sql: term.sql, caveats: [...scope.caveats] }
  })
}

/** Of a default. It names no columns. */
export function renderDefault(expression: Expression | undefined, wanted: TargetType): RenderedExpression {
  const scope: Scope = { types: () => undefined, purpose: 'default', caveats: new Set(), wanted: wanted.class }
  return orReason(expression, (whole) => ({ sql: assigned(render(whole, scope), wanted), caveats: [] }))
}

function orReason<T>(expression: Expression | undefined, translate: (expression: Expression) => T): T | Refusal {
  if (!expression) return { reason: 'it is beyond what transload can read' }
  try {
    return translate(expression)
  } catch (error) {
    if (error instanceof Untranslatable) return { reason: error.message }
    throw error
  }
}

/** As a value of the column, without a conversion that the engines do differently. */
function assigned(term: Term, wanted: TargetType): string {
  switch (wanted.class) {
    case 'bool':
      if (term.class === 'bool') return term.sql
      if (term.class === 'int') return `${bracketed(term)} <> 0`
      break
    case 'int':
    case 'numeric':
      if (term.class === 'bool') return asNumber(term).sql
      if (term.class === 'int' || term.class === 'numeric') return term.sql
      break
    case 'float':
      if (term.class === 'int' || term.class === 'numeric' || term.class === 'float') return term.sql
      break
    case 'text':
    case 'padded text':
      if (term.class === 'padded text') return cast(term, 'text')
      if (term.class === 'text' || term.class === 'string') return term.sql
      break
    case 'timestamp':
      if (term.class === 'timestamp' || term.class === 'date') return term.sql
      break
    case 'enum':
      if (term.class === 'string' && wanted.labels.includes(term.literal ?? '')) return `${term.sql}::${wanted.text}`
      if (term.class === 'enum' && term.enum?.text === wanted.text) return term.sql
      break
    case 'other':
    case 'array':
      break
    default:
      if (term.class === wanted.class) return term.sql
  }
  return term.class === 'null' ? 'NULL' : refuse(`its value is no ${wanted.text}`)
}
