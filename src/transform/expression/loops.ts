import type { ASTNode } from '@marcbachmann/cel-js'
import type { Bound, Compiler, Place, Scope } from './compiler.ts'
import type { Evaluation } from './evaluation.ts'
import { aType, type ExpressionType, type ExpressionValue, isList } from './expression-type.ts'
import { workPerElement } from './lists.ts'
import { assertBool } from './logic.ts'
import { isListValue, isMapValue, kindName, type Operand, readBool, readPresent } from './operand.ts'
import { isRowFault, rowFault, workPerFault } from './row-fault.ts'

type LoopName = 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

const usages: { readonly [name in LoopName]: string } = {
  all: 'x.all(item, condition)',
  exists: 'x.exists(item, condition)',
  exists_one: 'x.exists_one(item, condition)',
  filter: 'x.filter(item, condition)',
  map: 'x.map(item, value) or x.map(item, condition, value)',
}

export function isLoop(name: string): name is LoopName {
  return Object.hasOwn(usages, name)
}

/** A test or a step for each element of a list, or each key of an object of JSON. */
export function compileLoop(
  compiler: Compiler,
  place: Place,
  name: LoopName,
  receiver: ASTNode,
  args: readonly ASTNode[],
  scope: Scope | undefined,
): Operand {
  const list = compiler.compile(receiver, scope)
  const [variable, ...parts] = args
  if (variable?.op !== 'id' || parts.length < 1 || parts.length > (name === 'map' ? 2 : 1)) {
    throw compiler.refusal(place, `${name}() takes other arguments`, `Write ${usages[name]}.`)
  }
  if (variable.args === 'row')
    throw compiler.refusal(variable, 'row is the row itself', 'Give the variable another name.')
  const type = elementType(compiler, list)
  const inner: Scope = {
    name: variable.args,
    slot: scope === undefined ? 0 : scope.slot + 1,
    type,
    mayBeNull: list.mayHoldNull || list.type === 'dyn',
    outer: scope,
  }
  const before = compiler.nodeCount
  const [first, second] = parts.map((part) => compiler.compile(part, inner))
  const work = compiler.nodeCount - before
  const each = (at: Evaluation, visit: (item: ExpressionValue) => boolean): void => {
    for (const item of itemsOf(list, at)) {
      at.spend(work)
      at.variables[inner.slot] = item
      if (!visit(item)) return
    }
  }
  return compiler.operand(place, loop(compiler, name, first!, second, each, inner))
}

/** Visits the elements until a visit says false. */
type Each = (at: Evaluation, visit: (item: ExpressionValue) => boolean) => void

function loop(
  compiler: Compiler,
  name: LoopName,
  first: Operand,
  second: Operand | undefined,
  each: Each,
  { type, mayBeNull }: Scope,
): Bound {
  if (name === 'map') {
    const value = second ?? first
    if (second !== undefined) assertBool(compiler, first, 'the second argument of map() is a condition')
    return {
      type: { list: value.type },
      mayHoldNull: value.mayBeNull,
      run: (at) => collected(at, each, () => (second === undefined || readBool(first, at) ? value.run(at) : undefined)),
    }
  }
  assertBool(compiler, first, `the second argument of ${name}() is a condition`)
  switch (name) {
    case 'filter':
      return {
        type: { list: type },
        mayHoldNull: mayBeNull,
        run: (at) => collected(at, each, (item) => (readBool(first, at) ? item : undefined)),
      }
    case 'exists_one':
      return {
        type: 'bool',
        run: (at) => collected(at, each, (item) => (readBool(first, at) ? item : undefined)).length === 1,
      }
    case 'all':
      return { type: 'bool', run: (at) => decided(at, each, first, false) }
    case 'exists':
      return { type: 'bool', run: (at) => decided(at, each, first, true) }
  }
}

function collected(
  at: Evaluation,
  each: Each,
  take: (item: ExpressionValue) => ExpressionValue | undefined,
): readonly ExpressionValue[] {
  const taken: ExpressionValue[] = []
  each(at, (item) => {
    const value = take(item)
    if (value !== undefined) {
      at.spend(workPerElement)
      taken.push(value)
    }
    return true
  })
  return taken
}

/** `deciding` where one element gives it, as || and && do: whatever faults the others have. */
function decided(at: Evaluation, each: Each, condition: Operand, deciding: boolean): boolean {
  let fault: Error | undefined
  let isDecided = false
  each(at, () => {
    try {
      isDecided = readBool(condition, at) === deciding
    } catch (error) {
      if (!isRowFault(error)) throw error
      at.spend(workPerFault)
      fault ??= error
    }
    return !isDecided
  })
  if (!isDecided && fault !== undefined) throw fault
  return isDecided ? deciding : !deciding
}

function elementType(compiler: Compiler, list: Operand): ExpressionType {
  if (isList(list.type)) return list.type.list
  if (list.type === 'dyn') return 'dyn'
  const reason = `it goes over a list, and ${list.label} is ${aType(list.type)}`
  throw compiler.refusal(list, reason, 'Make a list of a text by split(x, ",").')
}

function itemsOf(list: Operand, at: Evaluation): Iterable<ExpressionValue> {
  const value = readPresent(list, at)
  if (isListValue(value)) return value
  if (isMapValue(value)) return value.keys()
  throw rowFault(`${list.label} is ${kindName(value)}, not a list`)
}
