import type { ASTNode } from '@marcbachmann/cel-js'
import type { Compiler, Place, Scope } from './compiler.ts'
import { aType, type ExpressionValue, isList } from './expression-type.ts'
import {
  isListValue,
  isMapValue,
  kindName,
  type Operand,
  readBigint,
  readList,
  readPresent,
  type Run,
} from './operand.ts'
import { rowFault } from './row-fault.ts'

type AccessNode = Extract<ASTNode, { readonly op: '.' | '[]' }>

/** `x.key`, `x["key"]` and `x[0]`: a part of a value of JSON, or an element of a list. */
export function compileAccess(compiler: Compiler, node: AccessNode, scope: Scope | undefined): Operand {
  const base = compiler.compile(node.args[0], scope)
  const key = keyOf(compiler, node, scope)
  if (base.type === 'dyn') {
    return compiler.operand(node, {
      type: 'dyn',
      mayBeNull: true,
      mayHoldNull: true,
      run(at) {
        const whole = readPresent(base, at)
        const found = partOf(whole, key.run(at))
        if (found !== undefined) return found
        throw rowFault(`${base.label} is ${kindName(whole)} without ${isMapValue(whole) ? 'that key' : 'such a part'}`)
      },
    })
  }
  if (isList(base.type) && (key.type === 'int' || key.type === 'dyn')) {
    return compiler.operand(node, {
      type: base.type.list,
      mayBeNull: base.mayHoldNull || base.type.list === 'null',
      run(at) {
        const list = readList(base, at)
        const found = list[placeOf(readBigint(key, at))]
        if (found !== undefined) return found
        throw rowFault(`${base.label} has ${list.length} elements, and not the one asked for`)
      },
    })
  }
  const reason = `${aType(base.type)} has no parts that ${isList(base.type) ? 'a name' : '. or []'} could take`
  throw compiler.refusal(node, reason, isList(base.type) ? 'Write x[0] for its first element.' : cureOf(node))
}

/** `has(x.key)`: whether the key is there, in an object that may not be there either. */
export function compileHas(
  compiler: Compiler,
  place: Place,
  args: readonly ASTNode[],
  scope: Scope | undefined,
): Operand {
  const [asked] = args
  if (asked === undefined || args.length > 1 || !isAccess(asked)) {
    throw compiler.refusal(place, 'has() asks for one key of a JSON value', 'Write has(x.key), or x != null.')
  }
  const base = whereThere(compiler, asked.args[0], scope)
  const key = keyOf(compiler, asked, scope)
  return compiler.operand(place, { type: 'bool', run: (at) => partOf(base(at), key.run(at)) !== undefined })
}

/** The value of a chain of keys, null where it ends early. */
function whereThere(compiler: Compiler, node: ASTNode, scope: Scope | undefined): Run {
  if (isAccess(node) && !(node.args[0].op === 'id' && node.args[0].args === 'row')) {
    const base = whereThere(compiler, node.args[0], scope)
    const key = keyOf(compiler, node, scope)
    return (at) => partOf(base(at), key.run(at)) ?? null
  }
  const operand = compiler.compile(node, scope)
  if (operand.type === 'dyn') return operand.run
  const reason = `has() asks for a key of a JSON value, and this is ${aType(operand.type)}`
  throw compiler.refusal(node, reason, 'Write x != null to ask for NULL.')
}

function isAccess(node: ASTNode): node is AccessNode {
  return node.op === '.' || node.op === '[]'
}

function keyOf(compiler: Compiler, node: AccessNode, scope: Scope | undefined): Operand {
  const [, key] = node.args
  if (typeof key !== 'string') return compiler.compile(key, scope)
  return { ...compiler.operand(node, { type: 'string', run: () => key }), isConstant: true }
}

function partOf(whole: ExpressionValue, key: ExpressionValue): ExpressionValue | undefined {
  if (isMapValue(whole)) return typeof key === 'string' ? whole.get(key) : undefined
  return isListValue(whole) && typeof key === 'bigint' ? whole[placeOf(key)] : undefined
}

/** A place that no array has where it is beyond any. */
function placeOf(place: bigint): number {
  return place >= 0n && place < 2n ** 32n ? Number(place) : -1
}

function cureOf(node: AccessNode): string {
  return node.op === '.' ? 'See docs/expressions.md for its functions: x.size().' : 'Write substring(x, 0, 1).'
}
