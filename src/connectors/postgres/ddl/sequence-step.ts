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

/**
 * For a column that was there before: its sequence, whether the column owns it or only takes its default from it, is set
 * past the largest value, and never back. A column without a sequence is left alone.
 */
export function raiseSequence(table: QualifiedName, column: string): string {
  const own = quoteLiteral(quoteQualified(table)).trim()
  const name = quoteLiteral(column).trim()
  return `WITH found AS (
  SELECT COALESCE(pg_catalog.pg_get_serial_sequence(${own}, ${name})::regclass, (
    SELECT d.refobjid::regclass
    FROM pg_catalog.pg_attrdef AS f
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_catalog.pg_class AS s ON s.oid = d.refobjid AND s.relkind = 'S'
    WHERE f.adrelid = ${own}::regclass AND a.attname = ${name} LIMIT 1)) AS sequence
)
SELECT pg_catalog.setval(sequence, NULLIF(GREATEST(
  (SELECT max(${quoteName(column)}) FROM ${quoteQualified(table)}), pg_catalog.pg_sequence_last_value(sequence), 0), 0))
FROM found`
}
