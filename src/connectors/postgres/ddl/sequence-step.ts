import type { FinishStep, TableDefinition, TargetColumn } from '../../../model/plan.ts'
import type { QualifiedName } from '../../../model/relation.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import { stepId } from './step-id.ts'

/** Sets an identity's sequence past the largest value that is really there, and not below `next`. */
export function sequenceStep(table: TableDefinition, column: TargetColumn, next = '1'): FinishStep {
  return {
    id: stepId('sequence', table.name, column.name),
    phase: 4,
    kind: 'sequence',
    name: column.name,
    table: table.name,
    statements: [sequenceStatement(table.name, column.name, next)],
  }
}

/**
 * `next` is the source's own counter, which decides for an empty table. Negative values and zero leave it at `next`.
 * A column without a sequence of its own is left alone: `setval` of NULL does nothing.
 *
 * Where the largest value stands, it is set as *used*, so that a column which is full says so at the next insert instead
 * of here.
 */
export function sequenceStatement(table: QualifiedName, column: string, next = '1'): string {
  const own = quoteQualified(table)
  const name = quoteName(column)
  const sequence = `pg_catalog.pg_get_serial_sequence(${quoteLiteral(own)}, ${quoteLiteral(column)})`
  return `SELECT pg_catalog.setval(${sequence}, GREATEST(max(${name}), ${next}), COALESCE(max(${name}) >= ${next}, false)) FROM ${own}`
}
