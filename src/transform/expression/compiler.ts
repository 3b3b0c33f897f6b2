import type { ASTNode } from '@marcbachmann/cel-js'
import type { ExpressionType } from './expression-type.ts'
import type { Operand, Run } from './operand.ts'

/** A variable of a loop, with those of the loops around it. */
export interface Scope {
  readonly name: string
  /** The loop's depth, from 0. */
  readonly slot: number
  readonly type: ExpressionType
  readonly mayBeNull: boolean
  readonly outer: Scope | undefined
}

/** Characters [start, end) of the expression. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** What the rules of an operation come to. `mayBeNull` and `mayHoldNull` are false where they are left out. */
export interface Bound {
  readonly type: ExpressionType
  readonly mayBeNull?: boolean
  readonly mayHoldNull?: boolean
  readonly digits?: string | undefined
  readonly elements?: readonly Operand[]
  readonly run: Run
}

/** What the kinds of nodes ask of the walk over the expression. */
export interface Compiler {
  compile(node: ASTNode, scope: Scope | undefined): Operand
  /** Nodes compiled so far: what a loop's body costs is known from it. */
  readonly nodeCount: number
  /** As {@link operand}, and evaluated now where every part is constant. @throws TL_C111 where it then has no value */
  fold(place: Place, parts: readonly Operand[], bound: Bound): Operand
  operand(place: Place, bound: Bound): Operand
  /** The error of an expression that cannot be carried out, at its place in the text. */
  refusal(place: Place, reason: string, cure: string): Error
}
