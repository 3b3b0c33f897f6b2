import type { CanonicalType } from '../../../../model/canonical-type.ts'
import { typeText } from '../../../../canonical/type-text.ts'
import { elementTypeOf, isFieldType, type FieldType } from '../field-type.ts'
import { ArrayWriter } from './arrays.ts'
import { type CellEncoder, type EncoderChoice, isEncoder, type PutCell } from './cell-encoder.ts'
import { putBson, putDocument, putExtendedValue, putJson } from './documents.ts'
import { putBool, putDecimal, putDoubleOfInt, putFloat32, putFloat64, putInt32Of, putInt64Of } from './numbers.ts'
import {
  hasMicros,
  putBytes,
  putDate,
  putDateOfDay,
  putDateText,
  putInterval,
  putObjectId,
  putSet,
  putText,
  putTextOf,
  putTimestampText,
  putTimeText,
  putUuid,
} from './values.ts'

/** What counts a value whose digits below a millisecond were cut. */
export const microsRule = 'mongodb.microseconds'

/** How values of the type become fields of this one. */
export function chooseEncoder(type: CanonicalType, fieldType: string): EncoderChoice {
  const element = elementTypeOf(fieldType)
  if (element !== undefined) return chooseArray(type, element)
  if (!isFieldType(fieldType)) return { refused: `${fieldType} is no type of MongoDB's that transload writes` }
  const put = putFor(type, fieldType)
  if (put === undefined) return { refused: `${typeText(type)} is not written as ${fieldType}` }
  return fieldType === 'date' && (type.kind === 'instant' || type.kind === 'timestamp') && type.precision > 3
    ? ({ put, loss: { rule: microsRule, isLost: hasMicros } } satisfies CellEncoder)
    : { put }
}

function chooseArray(type: CanonicalType, elementType: string): EncoderChoice {
  if (type.kind !== 'array') return { refused: `${typeText(type)} is not written as array of ${elementType}` }
  const element = chooseEncoder(type.of, elementType)
  return isEncoder(element) ? new ArrayWriter(type.of, element).encoder : element
}

function putFor(type: CanonicalType, fieldType: FieldType): PutCell | undefined {
  switch (fieldType) {
    case 'bool':
      return type.kind === 'bool' ? putBool : undefined
    case 'int':
      return putAsInt(type)
    case 'long':
      return type.kind === 'int' && (type.signed || type.bits !== 64) ? putInt64Of(type.bits, type.signed) : undefined
    case 'long or decimal':
      return type.kind === 'int' ? putInt64Of(type.bits, type.signed) : undefined
    case 'double':
      if (type.kind === 'int') return putDoubleOfInt(type.bits, type.signed)
      return { float32: putFloat32, float64: putFloat64 }[type.kind as string]
    case 'decimal':
      return type.kind === 'decimal' ? putDecimal : undefined
    case 'string':
      return putAsText(type)
    case 'binData':
      return type.kind === 'bytes' ? putBytes : undefined
    case 'uuid':
      return type.kind === 'uuid' ? putUuid : undefined
    case 'objectId':
      return type.kind === 'objectId' ? putObjectId : undefined
    case 'date':
      if (type.kind === 'date') return putDateOfDay
      return type.kind === 'instant' || type.kind === 'timestamp' ? putDate : undefined
    case 'interval':
      return type.kind === 'interval' ? putInterval : undefined
    case 'array':
      if (type.kind === 'set') return putSet
      return type.kind === 'array' && isJsonLike(type.of) ? putJson(isFloat(type.of)) : undefined
    case 'object':
      return type.kind === 'document' ? putDocument() : undefined
    case 'any':
      if (type.kind === 'array' && isJsonLike(type.of)) return putJson(isFloat(type.of))
      return type.kind === 'json' ? putJson() : undefined
    case 'id':
      return type.kind === 'text' ? putExtendedValue() : undefined
    case 'bson':
      return type.kind === 'native' && type.engine === 'mongodb' ? putBson : undefined
  }
}

function putAsInt(type: CanonicalType): PutCell | undefined {
  if (type.kind !== 'int' || type.bits === 64) return undefined
  return type.bits < 32 || type.signed ? putInt32Of(type.bits, type.signed) : undefined
}

/** Types whose cells are text keep it. */
function putAsText(type: CanonicalType): PutCell | undefined {
  switch (type.kind) {
    case 'text':
    case 'enum':
    case 'set':
    case 'interval':
    case 'inet':
    case 'bits':
    case 'decimal':
    case 'json':
    case 'document':
    case 'array':
      return putText
    case 'date':
      return putDateText()
    case 'time':
      return putTimeText(type.precision)
    case 'timestamp':
    case 'instant':
      return putTimestampText(type.precision, type)
    case 'int':
    case 'bool':
    case 'float32':
    case 'float64':
    case 'uuid':
    case 'objectId':
    case 'bytes':
      return putTextOf(type)
    case 'geometry':
    case 'native':
      return undefined
  }
}

/** Elements that JSON says as they are. */
function isJsonLike({ kind }: CanonicalType): boolean {
  return (
    kind === 'text' || kind === 'bool' || kind === 'int' || kind === 'decimal' || isFloat({ kind } as CanonicalType)
  )
}

function isFloat({ kind }: CanonicalType): boolean {
  return kind === 'float32' || kind === 'float64'
}
