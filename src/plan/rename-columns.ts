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
        return { kind: 'column', name: name ?? node.name, qualifier: [] }
      }
      case 'call':
        return { ...node, args: node.args.map(walk) }
      case 'binary':
        return { ...node, left: walk(node.left), right: walk(node.right) }
      case 'unary':
      case 'is':
      case 'cast':
      case 'collate':
        return { ...node, operand: walk(node.operand) }
      case 'in':
        return { ...node, operand: walk(node.operand), items: node.items.map(walk) }
      case 'row':
        return { ...node, items: node.items.map(walk) }
      case 'between':
        return { ...node, operand: walk(node.operand), low: walk(node.low), high: walk(node.high) }
      case 'like':
        return {
          ...node,
          operand: walk(node.operand),
          pattern: walk(node.pattern),
          escape: node.escape && walk(node.escape),
        }
      case 'case':
        return {
          ...node,
          operand: node.operand && walk(node.operand),
          branches: node.branches.map((branch) => ({ when: walk(branch.when), then: walk(branch.then) })),
          otherwise: node.otherwise && walk(node.otherwise),
        }
      case 'interval':
        return { ...node, amount: walk(node.amount) }
      case 'literal':
      case 'keyword':
        return node
    }
  }
  const renamed = walk(expression)
  return complete ? renamed : undefined
}
