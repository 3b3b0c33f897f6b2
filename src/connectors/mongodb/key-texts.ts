import type { RowKey } from '../../model/loss.ts'
import type { ReadColumn, ReadPlan } from '../../model/plan.ts'

/**
 * Keys of rows as texts of a document that has `_id` alone, in canonical Extended JSON: a server finds by it whatever is equal to
 * it, of numbers those of every type. Undefined where a key is not told by `_id`, or in no way that is sure.
 */
export function keyTexts({ columns }: ReadPlan, keys: readonly RowKey[]): string[] | undefined {
  const column = columns.find(({ name }) => name === '_id')
  if (column === undefined) return undefined
  const texts: string[] = []
  for (const key of keys) {
    const text = key['_id']
    const value = text === null || text === undefined ? undefined : valueText(column, text)
    if (value === undefined) return undefined
    texts.push(`{"_id":${value}}`)
  }
  return texts
}

function valueText({ native, type }: ReadColumn, text: string): string | undefined {
  switch (native.name) {
    case 'objectId':
      return type.kind === 'objectId' ? `{"$oid":"${text}"}` : undefined
    case 'string':
      return type.kind === 'text' ? JSON.stringify(text) : undefined
    case 'int':
    case 'long':
      return type.kind === 'int' ? `{"$numberLong":"${text}"}` : undefined
    case 'id':
      return type.kind === 'text' ? text : undefined
    default:
      return undefined
  }
}
