import type { CanonicalType } from '../../src/model/canonical-type.ts'
import { compileExpression } from '../../src/transform/expression/compile-expression.ts'
import type { ExpressionColumn, ExpressionType } from '../../src/transform/expression/expression-type.ts'
import { jsonText } from '../../src/transform/expression/value-text.ts'

/** A column with its canonical text in one row. */
export interface RowColumn {
  readonly name: string
  readonly type: CanonicalType
  readonly text: string | null
  /** False unless it is said. */
  readonly nullable?: boolean
}

export function columnsOf(row: readonly RowColumn[]): ExpressionColumn[] {
  return row.map(({ name, type, text, nullable }) => ({ name, type, nullable: nullable ?? text === null }))
}

/** What an expression comes to for a row, as JSON of it, which has every digit; and its type. */
export function evaluated(text: string, row: readonly RowColumn[] = []): { value: string; type: ExpressionType } {
  const expression = compileExpression(text, columnsOf(row))
  const value = expression.evaluate((place) => row[place]!.text)
  return { value: jsonText(expression.type, value), type: expression.type }
}

export function valueOf(text: string, row: readonly RowColumn[] = []): string {
  return evaluated(text, row).value
}

/** A row of one column x. */
export function x(type: CanonicalType, text: string | null): RowColumn[] {
  return [{ name: 'x', type, text }]
}

export const int64: CanonicalType = { kind: 'int', bits: 64, signed: true }
export const uint64: CanonicalType = { kind: 'int', bits: 64, signed: false }
export const anyText: CanonicalType = { kind: 'text' }
export const anyJson: CanonicalType = { kind: 'json' }
export const anyDecimal: CanonicalType = { kind: 'decimal' }
