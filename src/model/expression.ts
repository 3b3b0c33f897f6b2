/**
 * A scalar expression over the columns of one row: a CHECK, a generated column, a default, a part of a functional
 * index. It is written down as its source understands it: operators and functions mean what they mean there, and
 * whoever carries it over says for which of them that is the same at the target.
 */
export type Expression =
  | Literal
  | ColumnReference
  | Call
  | Unary
  | Binary
  | InList
  | Between
  | IsTest
  | Like
  | Case
  | Cast
  | Collate
  | Interval
  | Row
  | Keyword

export type Literal =
  | { readonly kind: 'literal'; readonly type: 'null' }
  | { readonly kind: 'literal'; readonly type: 'bool'; readonly value: boolean }
  /** As written, with its minus sign: `1.50`, `-5`, `1e3`. */
  | { readonly kind: 'literal'; readonly type: 'number'; readonly text: string }
  /** `charset`: as named before it (`_latin1'x'`), lower case. */
  | {
      readonly kind: 'literal'
      readonly type: 'string'
      readonly value: string
      readonly charset: string | undefined
    }
  /** An even count of hexadecimal digits. */
  | { readonly kind: 'literal'; readonly type: 'hex'; readonly digits: string }
  /** Binary digits. */
  | { readonly kind: 'literal'; readonly type: 'bits'; readonly digits: string }
  /** `DATE'2020-01-01'`, `TIME'…'`, `TIMESTAMP'…'`. */
  | { readonly kind: 'literal'; readonly type: 'date' | 'time' | 'timestamp'; readonly text: string }

interface ColumnReference {
  readonly kind: 'column'
  readonly name: string
  /** What stands before the name: a database, a table; mostly empty. */
  readonly qualifier: readonly string[]
}

interface Call {
  readonly kind: 'call'
  /** Lower case. */
  readonly name: string
  readonly args: readonly Expression[]
}

type UnaryOperator = 'not' | '-' | '~'

interface Unary {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operand: Expression
}

/** `div`: whole-number division; `<=>`: equal, where NULL equals NULL; `^`: bitwise exclusive or. */
export type BinaryOperator =
  | 'or'
  | 'xor'
  | 'and'
  | '='
  | '<=>'
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '|'
  | '&'
  | '<<'
  | '>>'
  | '^'
  | '+'
  | '-'
  | '*'
  | '/'
  | 'div'
  | '%'
  | 'regexp'

interface Binary {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}

interface InList {
  readonly kind: 'in'
  readonly operand: Expression
  /** One or more. */
  readonly items: readonly Expression[]
  readonly negated: boolean
}

interface Between {
  readonly kind: 'between'
  readonly operand: Expression
  readonly low: Expression
  readonly high: Expression
  readonly negated: boolean
}

/** `x IS [NOT] NULL | TRUE | FALSE`. */
interface IsTest {
  readonly kind: 'is'
  readonly operand: Expression
  readonly what: 'null' | 'true' | 'false'
  readonly negated: boolean
}

interface Like {
  readonly kind: 'like'
  readonly operand: Expression
  readonly pattern: Expression
  readonly escape: Expression | undefined
  readonly negated: boolean
}

interface Case {
  readonly kind: 'case'
  /** Set in `CASE x WHEN value …`, unset in `CASE WHEN condition …`. */
  readonly operand: Expression | undefined
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]
  readonly otherwise: Expression | undefined
}

export interface Cast {
  readonly kind: 'cast'
  readonly operand: Expression
  readonly type: {
    /** Lower case: `signed`, `unsigned`, `char`, `decimal`, `date`. */
    readonly name: string
    /** Numbers as written. */
    readonly args: readonly string[]
    readonly charset: string | undefined
    readonly array: boolean
  }
}

interface Collate {
  readonly kind: 'collate'
  readonly operand: Expression
  /** Lower case. */
  readonly collation: string
}

/** An operand of `+` or `-` only. */
interface Interval {
  readonly kind: 'interval'
  readonly amount: Expression
  /** Lower case: `day`, `hour_minute`. */
  readonly unit: string
}

/** `(a, b)`, compared as a whole. */
interface Row {
  readonly kind: 'row'
  readonly items: readonly Expression[]
}

/** A word that some calls take in the place of a value: the unit of `extract` and `timestampdiff`, the side of `trim`. */
interface Keyword {
  readonly kind: 'keyword'
  /** Lower case. */
  readonly word: string
}
