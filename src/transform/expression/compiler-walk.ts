import { type ASTNode } from '@marcbachmann/cel-js'
import { nearest } from '../../errors/nearest.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { compileAccess, compileHas } from './access.ts'
import { readerOf } from './column-value.ts'
import type { Bound, Compiler, Place, Scope } from './compiler.ts'
import { compileBinary, compileUnary } from './operators.ts'
import { compileFunction } from './call-function.ts'
import { compileLogical, compileTernary } from './logic.ts'
import { type ColumnRead, Evaluation } from './evaluation.ts'
import { compileLoop, isLoop } from './loops.ts'
import { compileList } from './lists.ts'
import { compileLiteral } from './literal.ts'
import { expressionError, tooDeep } from './parse-expression.ts'
import { type ExpressionColumn, typeOfColumn } from './expression-type.ts'
import type { Operand } from './operand.ts'

/** Nodes below one another, at most: a chain of + or || is one as well. */
const maxDepth = 500

/** One walk over the parts of an expression, from the parser's tree to what can be evaluated. */
export class CompilerWalk implements Compiler {
  nodeCount = 0
  readonly #text: string
  readonly #columns: readonly ExpressionColumn[]
  readonly #placeOf: ReadonlyMap<string, number>
  readonly #reads: ColumnRead[] = []
  #depth = 0

  constructor(text: string, columns: readonly ExpressionColumn[]) {
    this.#text = text
    this.#columns = columns
    this.#placeOf = new Map(columns.map((column, place) => [column.name, place]))
  }

  whole(root: ASTNode): { readonly operand: Operand; readonly reads: readonly ColumnRead[] } {
    const operand = this.compile(root, undefined)
    return { operand, reads: this.#reads }
  }

  compile(node: ASTNode, scope: Scope | undefined): Operand {
    this.nodeCount++
    if (++this.#depth > maxDepth) throw tooDeep(this.#text, node)
    const operand = this.#compileNode(node, scope)
    this.#depth--
    return operand
  }

  fold(place: Place, parts: readonly Operand[], bound: Bound): Operand {
    const operand = this.operand(place, bound)
    if (!parts.every((part) => part.isConstant)) return operand
    const value = this.#valueNow(operand)
    return { ...operand, isConstant: true, mayBeNull: value === null, run: () => value }
  }

  operand(place: Place, bound: Bound): Operand {
    const { start, end } = place
    const { type, mayBeNull = false, mayHoldNull = false, digits, elements, run } = bound
    const label = shortened(this.#text.slice(start, end))
    return { type, mayBeNull, mayHoldNull, isConstant: false, label, start, end, digits, elements, run }
  }

  refusal(place: Place, reason: string, cure: string): TransloadError {
    return expressionError(this.#text, place, reason, cure)
  }

  #compileNode(node: ASTNode, scope: Scope | undefined): Operand {
    switch (node.op) {
      case 'value':
        return compileLiteral(this, node, node.args, this.#text)
      case 'id':
        return this.#name(node, node.args, scope)
      case '.':
      case '[]': {
        const name = columnOfRow(node)
        return name === undefined ? compileAccess(this, node, scope) : this.#column(node, name)
      }
      case 'call': {
        const [name, args] = node.args
        if (name === 'has') return compileHas(this, node, args, scope)
        return compileFunction(this, node, name, this.#all(args, scope))
      }
      case 'rcall': {
        const [name, receiver, args] = node.args
        if (isLoop(name)) return compileLoop(this, node, name, receiver, args, scope)
        return compileFunction(this, node, name, this.#all([receiver, ...args], scope))
      }
      case 'list':
        return compileList(this, node, this.#all(node.args, scope))
      case '?:': {
        const [condition, then, otherwise] = node.args
        const branches = [this.compile(then, scope), this.compile(otherwise, scope)] as const
        return compileTernary(this, node, this.compile(condition, scope), ...branches)
      }
      case '||':
      case '&&':
        return compileLogical(this, node, node.op, ...this.#both(node.args, scope))
      case '!_':
      case '-_':
        return compileUnary(this, node, node.op, this.compile(node.args, scope))
      case 'map':
        throw this.refusal(node, 'maps are not made here', 'Make JSON with the nest stage.')
      case '.?':
      case '[?]':
        throw this.refusal(node, 'there are no optional values', 'Write has(x.y) ? x.y : null.')
      default:
        return compileBinary(this, node, node.op, ...this.#both(node.args, scope))
    }
  }

  #all(nodes: readonly ASTNode[], scope: Scope | undefined): Operand[] {
    return nodes.map((node) => this.compile(node, scope))
  }

  #both([left, right]: readonly [ASTNode, ASTNode], scope: Scope | undefined): readonly [Operand, Operand] {
    return [this.compile(left, scope), this.compile(right, scope)]
  }

  #name(place: Place, name: string, scope: Scope | undefined): Operand {
    const variable = variableOf(name, scope)
    if (variable === undefined) return this.#column(place, name)
    const { slot, type, mayBeNull } = variable
    return this.operand(place, { type, mayBeNull, mayHoldNull: true, run: (at) => at.variables[slot] ?? null })
  }

  #column(place: Place, name: string): Operand {
    const at = this.#placeOf.get(name)
    const column = at === undefined ? undefined : this.#columns[at]
    if (at === undefined || column === undefined) throw this.#unknownColumn(place, name)
    const type = typeOfColumn(column.type)
    const valueOf = readerOf(column.type)
    if (type === undefined || valueOf === undefined) {
      const reason = `the values of ${name} are in the engine’s own form, which nothing here can read`
      throw this.refusal(place, reason, 'Give the column another type, or leave it out of the expression.')
    }
    const known = this.#reads.findIndex((read) => read.place === at)
    const slot = known >= 0 ? known : this.#reads.push({ name, place: at, valueOf }) - 1
    const mayBeNull = column.nullable || type === 'dyn'
    return this.operand(place, {
      type,
      mayBeNull,
      mayHoldNull: column.type.kind === 'array',
      run: (row) => row.column(slot),
    })
  }

  #unknownColumn(place: Place, name: string): TransloadError {
    if (name === 'row') {
      return this.refusal(place, 'row is no value by itself', 'Write row.NAME or row["NAME"] for one of its columns.')
    }
    const names = this.#columns.map((column) => column.name)
    const meant = nearest(name, names)
    const known = names.length === 0 ? 'none' : names.join(', ')
    const cure = meant === undefined ? `Columns here are ${known}.` : `Did you mean ${spelled(meant)}?`
    return this.refusal(place, `there is no column ${name}`, cure)
  }

  #valueNow(operand: Operand): ReturnType<Operand['run']> {
    try {
      return operand.run(new Evaluation([], () => null))
    } catch (error) {
      if (!(error instanceof TransloadError) || error.code === 'TL_C111') throw error
      const reason = error.code === 'TL_D413' ? String(error.context['reason']) : 'it is too much work'
      throw this.refusal(operand, reason, 'It is the same for every row: write a value that can be used.')
    }
  }
}

function variableOf(name: string, scope: Scope | undefined): Scope | undefined {
  for (let at = scope; at !== undefined; at = at.outer) if (at.name === name) return at
  return undefined
}

/** The column that `row.NAME` or `row["NAME"]` names; undefined where the node is something else. */
export function columnOfRow(node: ASTNode): string | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined
  const [base, key] = node.args
  if (base.op !== 'id' || base.args !== 'row') return undefined
  if (typeof key === 'string') return key
  return key.op === 'value' && typeof key.args === 'string' ? key.args : undefined
}

/** A column as an expression has to write it. */
function spelled(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `row[${JSON.stringify(name)}]`
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}
