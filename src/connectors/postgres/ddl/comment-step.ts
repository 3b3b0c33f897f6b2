import type { FinishStep, TableDefinition } from '../../../model/plan.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import { stepId } from './step-id.ts'

/** Comments of the table and its columns, if there are any. An index brings its own. */
export function commentStep(table: TableDefinition): FinishStep | undefined {
  const own = quoteQualified(table.name)
  const comment = (on: string, text: string): string => `COMMENT ON ${on} IS ${quoteLiteral(text).trim()}`
  const statements = table.columns
    .filter((column) => column.comment !== '')
    .map((column) => comment(`COLUMN ${own}.${quoteName(column.name)}`, column.comment))
  if (table.comment !== '') statements.unshift(comment(`TABLE ${own}`, table.comment))
  if (statements.length === 0) return undefined
  const name = table.name.name
  return { id: stepId('comment', table.name, name), phase: 4, kind: 'comment', name, table: table.name, statements }
}
