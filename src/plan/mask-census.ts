import type { DocumentCensus, FieldCensus, TypeCensus, ValueCensus } from '../model/document-census.ts'
import { type DocumentPath, pathText } from '../model/document-path.ts'
import { childColumn } from '../transform/child-outputs.ts'

/**
 * A census without the values at some paths: their least and largest are not told, nor, where keys are masked, whose
 * documents have a type.
 *
 * @param isMasked Of a column as pipelines name it, such as `address.zip` or `lines[].sku`
 */
export function maskedCensus(census: DocumentCensus, isMasked: (column: string) => boolean): DocumentCensus {
  const hidesKeys = isMasked('_id')
  const type = ({ min, max, firstKeys, ...counts }: TypeCensus, isHidden: boolean): TypeCensus => ({
    ...counts,
    ...(isHidden ? {} : { min, max }),
    firstKeys: hidesKeys ? [] : firstKeys,
  })
  const value = (one: ValueCensus, within: string, path: DocumentPath): ValueCensus => {
    const name = columnOf(within, path)
    const isHidden = isMasked(name)
    const { elements, otherFields } = one
    return {
      ...one,
      types: one.types.map((each) => type(each, isHidden)),
      fields: one.fields.map((field) => named(field, within, path)),
      otherFields: otherFields && value(otherFields, within, path),
      elements: elements && value(elements, name, []),
    }
  }
  const named = (field: FieldCensus, within: string, path: DocumentPath): FieldCensus => ({
    ...value(field, within, [...path, field.name]),
    name: field.name,
  })
  const { fields, otherFields } = census
  return {
    ...census,
    fields: fields.map((field) => named(field, '', [])),
    otherFields: otherFields && value(otherFields, '', []),
  }
}

function columnOf(within: string, path: DocumentPath): string {
  const text = path.length === 0 ? '$value' : pathText(path)
  return within === '' ? text : childColumn(within, text)
}
