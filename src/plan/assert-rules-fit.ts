import type { Plain } from '../model/plain.ts'
import type { Catalog } from '../model/relation.ts'
import { globMatches } from '../mapping/glob.ts'
import { parseMapping } from '../mapping/load-rules.ts'
import { datasetNames } from './select-tables.ts'
import { unknownName } from './unknown-name.ts'

/**
 * A rule of the user's own that names a table or column which is not there would be passed over in silence, and the
 * column it was meant for mapped by another. A pattern (`*`, `?`) may fit nothing.
 *
 * @throws TL_C107
 */
export function assertRulesFit(mapping: Plain | undefined, { tables }: Catalog): void {
  if (mapping === undefined) return
  const { types = [], read = [], policies = [] } = parseMapping(mapping, 'the mapping')
  const nameOf = datasetNames(tables)
  const named = tables.map((table) => ({ dataset: nameOf(table), columns: table.columns.map(({ name }) => name) }))
  for (const { id, match } of [...types, ...read, ...policies]) {
    const { table, column } = match ?? {}
    const fitting = named.filter(({ dataset }) => table === undefined || globMatches(table, dataset))
    if (table !== undefined && fitting.length === 0 && isName(table)) {
      const known = named.map(({ dataset }) => dataset)
      throw unknownName(`the table ${table} in the rule ${id}`, known)
    }
    const columns = fitting.flatMap((one) => one.columns)
    if (column === undefined || !isName(column) || fitting.length === 0 || columns.includes(column)) continue
    const place = table === undefined ? '' : ` of ${table}`
    throw unknownName(`the column ${column}${place} in the rule ${id}`, [...new Set(columns)])
  }
}

function isName(pattern: string): boolean {
  return !/[*?]/.test(pattern)
}
