import { TransloadError } from '../errors/transload-error.ts'
import { typeText } from '../canonical/type-text.ts'
import { decide, withDigits } from '../mapping/decide.ts'
import type { MappedColumn } from '../mapping/match.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import { wantedOf } from '../mapping/wanted.ts'
import type { ColumnInfo, NativeType } from '../model/relation.ts'
import type { AssumedColumn, SelectedTable } from './select-tables.ts'

/**
 * The tables with what the mapping wants of columns before anybody looks at the data: the charset that their bytes are
 * really in, and the zone that their clock shows.
 *
 * @throws TL_C105 where a zone is wanted of what is no clock, or a charset of what is no text
 */
export function withOverrides(tables: readonly SelectedTable[], rules: RuleSet): SelectedTable[] {
  return tables.map((selected) => {
    const { table } = selected
    const assumed = table.columns.flatMap((column) => assumedOf(selected, column, rules) ?? [])
    const columns = table.columns.map((column) => withCharset(selected, column, rules))
    return { ...selected, table: { ...table, columns }, ...(assumed.length === 0 ? {} : { assumed }) }
  })
}

function assumedOf({ dataset, config }: SelectedTable, column: ColumnInfo, rules: RuleSet): AssumedColumn | undefined {
  const own = config?.columns[column.name] ?? {}
  if (own.drop === true || column.generated !== undefined) return undefined
  const mapped = mappedColumn(dataset, column)
  const { type: wish, clock } = wantedOf(rules, mapped, own)
  if (wish === undefined || clock === undefined) return undefined
  const { type } = decide(rules, mapped, own)
  // A moment needs no zone.
  if (type.kind === 'instant') return undefined
  if (type.kind === 'timestamp') {
    const { rule, why } = wish
    return { column: column.name, type: withDigits(wish.text, [type.precision]), clock, rule, why }
  }
  const reason = `${wish.place}: ${wish.rule} takes ${dataset}.${column.name} for a clock of ${clock.zone}, and it is ${column.native.text}`
  throw new TransloadError('TL_C105', { reason: `${reason} (${typeText(type)})`, cure: 'Narrow it with is: datetime.' })
}

function withCharset({ dataset, config }: SelectedTable, column: ColumnInfo, rules: RuleSet): ColumnInfo {
  const own = config?.columns[column.name] ?? {}
  const { charset } = wantedOf(rules, mappedColumn(dataset, column), own)
  if (charset === undefined || own.drop === true) return column
  if (isText(column.native)) {
    const isSame = charset === column.native.charset || (charset === 'utf8mb4' && column.native.charset === 'utf8mb3')
    return isSame ? column : { ...column, native: { ...column.native, readAs: charset } }
  }
  if (own.decode === undefined) return column
  const reason = `${dataset}.${column.name} is ${column.native.text}, and has no charset`
  throw new TransloadError('TL_C105', { reason, cure: 'Leave decode out.' })
}

/** Labels are the server's own: they are in the charset that it says. */
function isText({ charset, labels, name }: NativeType): boolean {
  return charset !== undefined && charset !== 'binary' && labels === undefined && name !== 'json'
}

function mappedColumn(table: string, { name, native, autoIncrement }: ColumnInfo): MappedColumn {
  return { table, column: name, native, autoIncrement, facts: {} }
}
