/**
 * An SQL expression without an engine: what a CHECK, a generated column, a default or a functional index says, as far as
 * the grammar reaches. What is beyond it has no `Expression`, and is listed as not carried.
 */
export type Expression =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Lower-case hexadecimal digits of a binary literal. */
  | { readonly kind: 'hex'; readonly digits: string }
  | { readonly kind: 'column'; readonly name: string }
  /** `name` in lower case, as the source spells it. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-' | '~'; readonly operand: Expression }
  | { readonly kind: 'in'; readonly operand: Expression; readonly list: readonly Expression[]; readonly negated: boolean }
  | {
      readonly kind: 'between'
      readonly operand: Expression
      readonly low: Expression
      readonly high: Expression
      readonly negated: boolean
    }
  | { readonly kind: 'isNull'; readonly operand: Expression; readonly negated: boolean }
  | { readonly kind: 'like'; readonly operand: Expression; readonly pattern: Expression; readonly negated: boolean }
  | {
      readonly kind: 'case'
      /** Of the simple form, `CASE operand WHEN …`. */
      readonly operand?: Expression | undefined
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]
      readonly otherwise?: Expression | undefined
    }
  /** `type` in lower case, with its arguments, as the source spells it, such as `decimal(10,2)` or `unsigned`. */
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: string }
  /** `amount` units of time; `unit` in lower case, such as `day`. */
  | { readonly kind: 'interval'; readonly amount: Expression; readonly unit: string }

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | 'div'
  | 'mod'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  /** Equal, and NULL equals NULL. */
  | '<=>'
  | 'and'
  | 'or'
  | 'xor'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | 'regexp'
