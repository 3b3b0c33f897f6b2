import type { ASTNode } from '@marcbachmann/cel-js'
import type { CanonicalType } from '../../model/canonical-type.ts'
import type { ColumnCondition, OrderSign, RowCondition } from '../../model/row-condition.ts'
import { dateValueText, momentValueText } from './calendar-value.ts'
import { asDecimal, type Operand } from './operand.ts'
import { columnOfRow, CompilerWalk } from './compiler-walk.ts'
import { Evaluation } from './evaluation.ts'
import { ExactDecimal } from './exact-decimal.ts'
import type { ExpressionColumn } from './expression-type.ts'

/** What a neutral condition tells of an expression. */
export interface ToldCondition {
  /** Where it is certainly false, so is the expression. Undefined: of no row is that known. */
  readonly condition: RowCondition | undefined
  /**
   * It is the whole expression, which then cannot run out of work. What stands behind a part that can is not looked at: the
   * row would be rejected before its turn comes.
   */
  readonly isWhole: boolean
  /** The expression is true or false of every row. */
  readonly isAnswered: boolean
}

const nothing: ToldCondition = { condition: undefined, isWhole: false, isAnswered: false }

/** Characters that lists of texts may look at in one row: far below what a row may cost. */
const maxListWork = 1_000_000

const flipped = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const

/** Finds the comparisons of a column with constants in a condition, and what && || and ! make of them. */
export class ConditionWalk {
  readonly #compiler: CompilerWalk
  readonly #columns: ReadonlyMap<string, ExpressionColumn>
  #listWork = 0

  constructor(text: string, columns: readonly ExpressionColumn[]) {
    this.#compiler = new CompilerWalk(text, columns)
    this.#columns = new Map(columns.map((column) => [column.name, column]))
  }

  /** @param wanted false: of the expression with ! before it. */
  tell(node: ASTNode, wanted = true): ToldCondition {
    switch (node.op) {
      case '!_':
        return this.tell(node.args, !wanted)
      case '&&':
      case '||': {
        const [left, right] = node.args
        return (node.op === '&&') === wanted ? this.#all(left, right, wanted) : this.#any(left, right, wanted)
      }
      case '==':
      case '!=':
        return this.#equality(node.args, (node.op === '==') === wanted)
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#order(node.args, wanted ? node.op : opposite[node.op])
      case 'in':
        return this.#membership(node.args, wanted)
      default:
        return this.#truth(node, wanted)
    }
  }

  #all(left: ASTNode, right: ASTNode, wanted: boolean): ToldCondition {
    const first = this.tell(left, wanted)
    if (!first.isWhole) return { ...nothing, condition: first.condition }
    const second = this.tell(right, wanted)
    return {
      condition: second.condition === undefined ? first.condition : joined('all', first.condition, second.condition),
      isWhole: second.isWhole,
      isAnswered: first.isAnswered && second.isAnswered,
    }
  }

  #any(left: ASTNode, right: ASTNode, wanted: boolean): ToldCondition {
    const first = this.tell(left, wanted)
    const second = this.tell(right, wanted)
    return {
      condition: joined('any', first.condition, second.condition),
      isWhole: first.isWhole && second.isWhole,
      isAnswered: first.isAnswered && second.isAnswered,
    }
  }

  /** A column by itself. Unlike `flag == true` it has no answer where it is NULL. */
  #truth(node: ASTNode, wanted: boolean): ToldCondition {
    const column = this.#columnIn(node)
    if (column?.type.kind !== 'bool') return nothing
    const { name } = column
    return told(column, { column: name, ...(wanted ? { is: '>=', value: 'true' } : { is: '<=', value: 'false' }) })
  }

  #equality(sides: readonly [ASTNode, ASTNode], isEqual: boolean): ToldCondition {
    const found = this.#sides(sides)
    if (found === undefined) return nothing
    const { column, value } = found
    return told(column, { column: column.name, is: isEqual ? 'one of' : 'none of', values: [value] })
  }

  #order(sides: readonly [ASTNode, ASTNode], sign: OrderSign): ToldCondition {
    const found = this.#sides(sides)
    if (found === undefined || found.value === null) return nothing
    const { column, value, isFlipped } = found
    return told(column, { column: column.name, is: isFlipped ? flipped[sign] : sign, value })
  }

  /** A column and a constant, whichever of them comes first; undefined where the sides are something else. */
  #sides([left, right]: readonly [ASTNode, ASTNode]):
    | { readonly column: ExpressionColumn; readonly value: string | null; readonly isFlipped: boolean }
    | undefined {
    const own = this.#columnIn(left)
    const column = own ?? this.#columnIn(right)
    const constant = this.#constantOf(own === undefined ? left : right)
    const value = column && constant && textOf(column.type, constant)
    return column === undefined || value === undefined ? undefined : { column, value, isFlipped: own === undefined }
  }

  #membership([item, list]: readonly [ASTNode, ASTNode], isIn: boolean): ToldCondition {
    const column = this.#columnIn(item)
    if (column === undefined || list.op !== 'list' || list.args.length === 0) return nothing
    this.#listWork += lengthOf(column.type)
    if (this.#listWork > maxListWork) return nothing
    const values: (string | null)[] = []
    for (const element of list.args) {
      const constant = this.#constantOf(element)
      const value = constant && textOf(column.type, constant)
      if (value === undefined) return nothing
      values.push(value)
    }
    return told(column, { column: column.name, is: isIn ? 'one of' : 'none of', values: [...new Set(values)] })
  }

  #columnIn(node: ASTNode): ExpressionColumn | undefined {
    const name = node.op === 'id' ? node.args : columnOfRow(node)
    return name === undefined ? undefined : this.#columns.get(name)
  }

  #constantOf(node: ASTNode): Operand | undefined {
    const operand = this.#compiler.compile(node, undefined)
    return operand.isConstant ? operand : undefined
  }
}

/** Types of which each value is one to an expression, too: a decimal may be NaN, and JSON may be none. */
const readable: ReadonlySet<string> = new Set(['bool', 'int', 'text', 'enum', 'date', 'timestamp', 'instant'])

function told(column: ExpressionColumn, condition: ColumnCondition): ToldCondition {
  const isAnswered = readable.has(column.type.kind) && (!column.nullable || 'values' in condition)
  return { condition, isWhole: true, isAnswered }
}

function joined(
  by: 'all' | 'any',
  left: RowCondition | undefined,
  right: RowCondition | undefined,
): RowCondition | undefined {
  if (left === undefined || right === undefined) return undefined
  const parts = [left, right].flatMap((one) => {
    if (by === 'all') return 'all' in one ? one.all : one
    return 'any' in one ? one.any : one
  })
  return by === 'all' ? { all: parts } : { any: parts }
}

/** What a list of texts costs to be looked for in. */
function lengthOf(type: CanonicalType): number {
  if (type.kind === 'text') return 2 * (type.maxLength ?? maxListWork)
  return type.kind === 'enum' ? Math.max(0, ...type.labels.map(({ length }) => length)) : 0
}

/** The constant as a value of the column, null for NULL; undefined where they are compared as values of another type. */
function textOf(type: CanonicalType, constant: Operand): string | null | undefined {
  const typed = type.kind === 'decimal' ? asDecimal(constant) : constant
  const value = typed.run(new Evaluation([], () => null))
  if (value === null) return null
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? String(value) : undefined
    case 'int':
      return typed.type === 'int' && typeof value === 'bigint' ? String(value) : undefined
    case 'decimal':
      // One without bound may cost any work.
      return type.precision !== undefined && value instanceof ExactDecimal ? value.text : undefined
    case 'text':
    case 'enum':
      return typed.type === 'string' && typeof value === 'string' ? value : undefined
    case 'date':
      return typed.type === 'date' && typeof value === 'number' ? dateValueText(value) : undefined
    case 'timestamp':
      return typed.type === 'timestamp' && typeof value === 'bigint' ? momentValueText(value, '') : undefined
    case 'instant':
      return typed.type === 'instant' && typeof value === 'bigint' ? momentValueText(value, '+00') : undefined
    default:
      return undefined
  }
}
