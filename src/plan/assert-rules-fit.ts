import type { Pipeline } from '../config/pipeline.ts'
import type { Catalog } from '../model/relation.ts'
import { globMatches, isPattern } from '../mapping/glob.ts'
import type { MatchPattern } from '../mapping/document.ts'
import { parseMapping, ruleList } from '../mapping/load-rules.ts'
import { shortForms } from '../mapping/overrides.ts'
import { datasetNames } from './select-tables.ts'
import { unknownName } from './unknown-name.ts'

/**
 * A rule of the user's own that names a table or column which is not there would be passed over in silence, and the
 * column it was meant for mapped by another. A pattern (`*`, `?`) may fit nothing.
 *
 * @throws TL_C107
 */
export function assertRulesFit(
  { mapping, mappingPlace }: Pick<Pipeline, 'mapping' | 'mappingPlace'>,
  { tables }: Catalog,
): void {
  if (mapping === undefined) return
  const document = parseMapping(mapping, 'the mapping')
  const { overrides } = shortForms(document, mappingPlace)
  const nameOf = datasetNames(tables)
  const named = tables.map((table) => ({ dataset: nameOf(table), columns: table.columns.map(({ name }) => name) }))
  const placed = (['types', 'read', 'policies'] as const).flatMap((list) => {
    const rules: readonly { readonly id: string; readonly match?: MatchPattern | undefined }[] = ruleList(
      document[list],
    )
    return rules.map(({ id, match }, index) => {
      const at = mappingPlace?.([list, index])
      return { match, rule: at === undefined ? id : `${id} (${at.file}: ${at.place})` }
    })
  })
  const short = overrides.map(({ id, match, place }) => {
    return { match, rule: mappingPlace === undefined ? id : `${id} (${place})` }
  })
  for (const { rule, match } of [...placed, ...short]) {
    const { table, column } = match ?? {}
    const fitting = named.filter(({ dataset }) => table === undefined || globMatches(table, dataset))
    if (table !== undefined && fitting.length === 0 && !isPattern(table)) {
      const known = named.map(({ dataset }) => dataset)
      throw unknownName(`the table ${table} in the rule ${rule}`, known, table)
    }
    const columns = fitting.flatMap((one) => one.columns)
    if (column === undefined || isPattern(column) || fitting.length === 0 || columns.includes(column)) continue
    const place = table === undefined ? '' : ` of ${table}`
    throw unknownName(`the column ${column}${place} in the rule ${rule}`, [...new Set(columns)], column)
  }
}
