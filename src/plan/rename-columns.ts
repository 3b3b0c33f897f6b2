import type { Expression } from '../model/expression.ts'

/** The expression with the target's column names; undefined where it names a column that is not carried. */
export function renameColumns(
  expression: Expression,
  nameOf: (column: string) => string | undefined,
): Expression | undefined {
  let complete = true
  const walk = (node: Expression): Expression => {
    switch (node.kind) {
      case 'column': {
        const name = nameOf(node.name)
        if (name === undefined) complete = false
        return { kind: 'column', name: name ?? node.name }
      }
      case 'call':
        return { ...node, args: node.args.map(walk) }
      case 'binary':
        return { ...node, left: walk(node.left), right: walk(node.right) }
      case 'unary':
      case 'isNull':
      case 'cast':
        return { ...node, operand: walk(node.operand) }
      case 'in':
        return { ...node, operand: walk(node.operand), list: node.list.map(walk) }
      case 'between':
        return { ...node, operand: walk(node.operand), low: walk(node.low), high: walk(node.high) }
      case 'like':
        return { ...node, operand: walk(node.operand), pattern: walk(node.pattern) }
      case 'case':
        return {
          ...node,
          operand: node.operand === undefined ? undefined : walk(node.operand),
          branches: node.branches.map((branch) => ({ when: walk(branch.when), then: walk(branch.then) })),
          otherwise: node.otherwise === undefined ? undefined : walk(node.otherwise),
        }
      case 'interval':
        return { ...node, amount: walk(node.amount) }
      case 'number':
      case 'string':
      case 'null':
      case 'boolean':
      case 'hex':
        return node
    }
  }
  const renamed = walk(expression)
  return complete ? renamed : undefined
}
