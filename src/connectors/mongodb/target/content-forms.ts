import { type DigestForm, listForms } from '../../../model/digest-form.ts'
import { elementTypeOf, isFieldType } from './field-type.ts'

/** Forms that values of a field can be given in, the best first. */
export function formsOfField(fieldType: string): readonly DigestForm[] {
  const element = elementTypeOf(fieldType)
  if (element !== undefined) return listForms(formsOfField(element))
  if (!isFieldType(fieldType)) return []
  switch (fieldType) {
    case 'bool':
    case 'int':
    case 'long':
    case 'long or decimal':
    case 'decimal':
      return ['number']
    case 'double':
      return ['float64', 'float32']
    case 'string':
      // Where the source has no text, it is the canonical text of what it has.
      return ['text', 'number', 'date', 'time', 'timestamp', 'bits']
    case 'binData':
      return ['bytes']
    case 'uuid':
      return ['text', 'bytes']
    case 'objectId':
      return ['text']
    case 'date':
      return ['instant', 'timestamp', 'date']
    case 'id':
      return ['text']
    case 'bson':
      return ['bytes']
    case 'array':
      return ['set']
    case 'object':
    case 'any':
      return ['json-value']
    case 'interval':
      return []
  }
}
