import { TransloadError } from '../../../errors/transload-error.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import type { PolicyAction, ReadColumn } from '../../../model/plan.ts'
import {
  BytesToUuidDecoder,
  FloatToDoubleDecoder,
  FloatToTextDecoder,
  GeometryDecoder,
  TextToUuidDecoder,
  VectorDecoder,
} from './binary.ts'
import { type CellDecoder, CopyDecoder } from './cell-decoder.ts'
import {
  BitsToBoolDecoder,
  BitsToIntegerDecoder,
  BitsToTextDecoder,
  IntegerDecoder,
  IntegerToBoolDecoder,
  IntegerToTextDecoder,
} from './integer.ts'
import { DecimalToIntegerDecoder, ZerofillDecimalDecoder } from './decimal.ts'
import {
  DateDecoder,
  DateToTextDecoder,
  TimeDecoder,
  TimestampDecoder,
  TimeToIntervalDecoder,
  TimeToTextDecoder,
} from './temporal.ts'
import { TextDecoder } from './text.ts'
import { familyOf, type TypeFamily } from './type-family.ts'
import { fitsFamily, type WireField, wireType } from './wire-field.ts'

/**
 * The decoder of one column, from its native type, its canonical type and what the server says of the field. The field
 * is checked against the plan: a column that is no longer what the plan saw would be read as garbage.
 *
 * @throws TL_K503 where the field is not of the plan's type; TL_C105 where there is no way between the two types.
 */
export function chooseDecoder(column: ReadColumn, field: WireField): CellDecoder {
  const family = familyOf(column.native)
  if (family === undefined) throw noWay(column, 'the type is unknown')
  const isOtherSign = family === 'integer' && field.unsigned !== (column.native.unsigned === true)
  if (isOtherSign || !fitsFamily(field, family)) {
    const reason = `the column ${column.name} was ${column.native.text}, and the server now sends another type`
    throw new TransloadError('TL_K503', { reason })
  }
  const decoder = decoderOf(column, family, field)
  if (decoder === undefined) throw noWay(column, 'no conversion leads there')
  return decoder
}

function noWay({ name, native, type }: ReadColumn, reason: string): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `The column ${name}, ${native.text}, cannot be read as ${type.kind}: ${reason}`,
    cure: 'Choose another type for it under columns:, or leave it out.',
  })
}

function decoderOf(column: ReadColumn, family: TypeFamily, field: WireField): CellDecoder | undefined {
  const { type } = column
  switch (family) {
    case 'integer':
    case 'year':
      return integerDecoder(type, field, family === 'integer' && column.native.unsigned !== true)
    case 'decimal':
      if (type.kind === 'int') return new DecimalToIntegerDecoder(type.bits, type.signed)
      if (type.kind !== 'decimal' && type.kind !== 'text') return undefined
      return column.native.zerofill === true ? new ZerofillDecimalDecoder() : new CopyDecoder()
    case 'float':
      if (type.kind === 'float32') return new CopyDecoder()
      if (type.kind === 'float64') return new FloatToDoubleDecoder()
      return type.kind === 'text' ? new FloatToTextDecoder('float32') : undefined
    case 'double':
      if (type.kind === 'float64') return new CopyDecoder()
      return type.kind === 'text' ? new FloatToTextDecoder('float64') : undefined
    case 'date':
      if (type.kind === 'date') return new DateDecoder()
      if (type.kind === 'timestamp') return new TimestampDecoder()
      return type.kind === 'text' ? new DateToTextDecoder(undefined, column.policies) : undefined
    case 'datetime':
      if (type.kind === 'timestamp' || type.kind === 'instant') return new TimestampDecoder()
      return type.kind === 'text' ? new DateToTextDecoder(digitsOf(field), column.policies) : undefined
    case 'time':
      if (type.kind === 'time') return new TimeDecoder()
      if (type.kind === 'interval') return new TimeToIntervalDecoder()
      return type.kind === 'text' ? new TimeToTextDecoder(digitsOf(field)) : undefined
    case 'bit':
      return bitDecoder(type, column.native.args[0] ?? 1)
    case 'enum':
    case 'set':
      return type.kind === family || type.kind === 'text' ? textDecoder(column, field) : undefined
    case 'text':
      if (type.kind === 'bytes') return new CopyDecoder()
      if (type.kind === 'uuid') return new TextToUuidDecoder()
      return type.kind === 'text' || type.kind === 'json' ? textDecoder(column, field) : undefined
    case 'json':
      return type.kind === 'text' || type.kind === 'json' ? textDecoder(column, field) : undefined
    case 'binary':
      if (type.kind === 'bytes') return new CopyDecoder()
      if (type.kind === 'uuid') return new BytesToUuidDecoder()
      return type.kind === 'text' || type.kind === 'json' ? textDecoder(column, field) : undefined
    case 'geometry':
      return type.kind === 'geometry' || type.kind === 'bytes' ? new GeometryDecoder() : undefined
    case 'vector':
      if (type.kind === 'bytes') return new CopyDecoder()
      if (type.kind === 'array') return type.of.kind === 'float32' ? new VectorDecoder() : undefined
      return type.kind === 'text' || type.kind === 'json' ? new VectorDecoder() : undefined
    case 'uuid':
      if (type.kind === 'uuid') return new TextToUuidDecoder()
      return type.kind === 'text' ? new CopyDecoder() : undefined
    case 'inet':
      return type.kind === 'inet' || type.kind === 'text' ? new CopyDecoder() : undefined
  }
}

function integerDecoder(type: CanonicalType, field: WireField, isSigned: boolean): CellDecoder | undefined {
  switch (type.kind) {
    case 'int': {
      const isSame = field.width * 8 === type.bits && type.signed === isSigned
      return isSame ? new CopyDecoder() : new IntegerDecoder(isSigned, type.bits, type.signed)
    }
    case 'bool':
      return new IntegerToBoolDecoder()
    case 'decimal':
    case 'text':
      return new IntegerToTextDecoder(isSigned)
    default:
      return undefined
  }
}

function bitDecoder(type: CanonicalType, bitCount: number): CellDecoder | undefined {
  switch (type.kind) {
    case 'bool':
      return new BitsToBoolDecoder()
    case 'bits':
      return type.length === bitCount ? new BitsToTextDecoder(bitCount) : undefined
    case 'text':
      return new BitsToTextDecoder(bitCount)
    case 'int':
      return new BitsToIntegerDecoder(type.bits, type.signed)
    case 'bytes':
      return new CopyDecoder()
    default:
      return undefined
  }
}

/**
 * A NUL character is a fault where the column has a policy for it: not every target minds it. What is not JSON, and
 * `\u0000` in it, are faults only where a policy changes them: a target of JSON refuses both by itself, and looking at
 * every byte of it twice would cost more than reading it does.
 */
function textDecoder(column: ReadColumn, field: WireField): TextDecoder {
  const { type, policies, native } = column
  const isServersJson = field.type === wireType.json
  const charset = isServersJson || familyOf(native) === 'binary' ? 'utf8mb4' : (native.readAs ?? native.charset)
  if (charset === undefined) throw noWay(column, 'its charset is not known')
  const isJson = type.kind === 'json'
  return new TextDecoder(charset, {
    nul: policies['nul-byte'] !== undefined,
    json: isJson && !isServersJson && isChanged(policies['invalid-json']),
    jsonNul: isJson && isChanged(policies['json-nul']),
  })
}

function isChanged(policy: PolicyAction | undefined): boolean {
  return policy !== undefined && policy.do !== 'reject'
}

/** Digits of a second's fraction; 31 stands for none. */
function digitsOf(field: WireField): number {
  return field.decimals <= 6 ? field.decimals : 0
}
