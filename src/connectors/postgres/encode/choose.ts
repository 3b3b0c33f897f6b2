import type { CanonicalType } from '../../../model/canonical-type.ts'
import { fractionLimit, parseTypeText, type TargetType } from '../types.ts'
import { encodeArray, encodeSet } from './array.ts'
import { encodeBitAsBool, encodeBits } from './bits.ts'
import { encodeDecimalAsInt } from './decimal-as-int.ts'
import { type Choice, type Encode, isEncode } from './encoder.ts'
import {
  encodeBool,
  encodeBoolAsInt,
  encodeBytesAsUuid,
  encodeTurned4,
  encodeFloat4AsFloat8,
  encodeTurned8,
  encodeFloat8AsFloat4,
  encodeTextAsUuid,
} from './fixed.ts'
import { encodeInet } from './inet.ts'
import { encodeInt, encodeIntAsBool, encodeIntAsFloat } from './integer.ts'
import { encodeDecimal, encodeIntAsNumeric } from './numeric.ts'
import { encodeCanonicalText, encodeHexText, encodeJson, encodeLabel, encodeRaw, encodeText } from './text.ts'
import {
  encodeDate,
  encodeDateAsTimestamp,
  encodeInterval,
  encodeTime,
  encodeTimeAsInterval,
  encodeTimestamp,
} from './time.ts'

const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8'])
const texts: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'citext'])

/**
 * The encoder of a canonical type for a column of the target's actual type: exact, or a fault for the value. What has
 * none is refused here, before any row. A type that nobody has looked up yet is given the benefit of the doubt.
 *
 * @param isChecked See `encodeText`.
 */
export function chooseEncoder(type: CanonicalType, to: TargetType, isChecked = false): Choice {
  if (type.kind === 'geometry') return refuse(type, to, 'geometries are not written yet')
  if (type.kind === 'native') {
    if (type.engine !== 'postgres') return refuse(type, to, `it is ${type.engine}'s own`)
    // On the wire each type has a form of its own, which the server takes for what it is told.
    return parseTypeText(type.type).name === to.name ? encodeRaw : refuse(type, to, `it is a ${type.type}`)
  }
  if (to.kind === 'unknown') return encodeRaw
  if (to.kind === 'other') return refuse(type, to, 'only base types, enums, domains over them and arrays are written')
  const direct = to.kind === 'array' ? chooseArray(type, to, isChecked) : chooseDirect(type, to, isChecked)
  if (direct !== undefined) return direct
  if (to.kind === 'base' && texts.has(to.name)) return chooseText(type, to, isChecked)
  return refuse(type, to)
}

function refuse(type: CanonicalType, to: TargetType, why?: string): { readonly refused: string } {
  return { refused: `${type.kind} into ${to.text}${why === undefined ? ' would not keep every value' : `: ${why}`}` }
}

/** Into a text type: text as it is, everything else as its canonical text. */
function chooseText(type: CanonicalType, to: TargetType, isChecked: boolean): Choice {
  switch (type.kind) {
    case 'text':
      return encodeText(to, type.maxLength, isChecked)
    case 'bits':
      return encodeText(to, type.length, isChecked)
    case 'enum':
      return encodeText(to, Math.max(0, ...type.labels.map((label) => Array.from(label).length)), isChecked)
    case 'set':
    case 'decimal':
    case 'json':
    case 'document':
    case 'array':
    case 'inet':
    case 'interval':
      return encodeText(to, undefined, isChecked)
    case 'bytes':
      return refuse(type, to, 'bytes are not text')
    case 'objectId':
      return encodeHexText(to)
    default:
      return encodeCanonicalText(type, to)
  }
}

function chooseArray(type: CanonicalType, to: TargetType, isChecked: boolean): Choice | undefined {
  const element = to.element
  if (element === undefined) return undefined
  if (type.kind === 'set') {
    if (element.kind === 'enum') return encodeSet(element, encodeLabel(element))
    if (element.kind === 'unknown') return encodeSet(element, encodeRaw)
    const isText = element.kind === 'base' && texts.has(element.name)
    return isText ? encodeSet(element, encodeText(element, undefined, isChecked)) : undefined
  }
  if (type.kind !== 'array') return undefined
  if (type.of.kind === 'array') return refuse(type, to, 'arrays of arrays are not written yet')
  const choice = chooseEncoder(type.of, element, isChecked)
  return isEncode(choice) ? encodeArray(type.of, to, element, choice) : choice
}

/** Into a type that is no text; undefined where there is no encoder. */
function chooseDirect(type: CanonicalType, to: TargetType, isChecked: boolean): Choice | undefined {
  const { name } = to
  switch (type.kind) {
    case 'bool':
      return name === 'bool' ? encodeBool : integers.has(name) ? encodeBoolAsInt(to) : undefined
    case 'int':
      if (integers.has(name)) return encodeInt(type, to)
      if (name === 'numeric') return encodeIntAsNumeric(type, to)
      if (name === 'bool') return encodeIntAsBool(type, to)
      return name === 'float8' || name === 'float4' ? encodeIntAsFloat(type, to) : undefined
    case 'decimal':
      return name === 'numeric' ? encodeDecimal(to) : integers.has(name) ? encodeDecimalAsInt(to) : undefined
    case 'float32':
      return name === 'float4' ? encodeTurned4 : name === 'float8' ? encodeFloat4AsFloat8 : undefined
    case 'float64':
      return name === 'float8' ? encodeTurned8 : name === 'float4' ? encodeFloat8AsFloat4(to) : undefined
    case 'text':
      if (to.kind === 'enum') return encodeLabel(to)
      if (name === 'json' || name === 'jsonb') return encodeJson(to, isChecked)
      if (name === 'xml') return encodeText(to, undefined, isChecked)
      if (name === 'inet' || name === 'cidr') return encodeInet(to)
      return name === 'uuid' ? encodeTextAsUuid(to) : undefined
    case 'enum':
      return to.kind === 'enum' ? encodeLabel(to) : undefined
    case 'set':
      return undefined
    case 'json':
    case 'document':
      return name === 'json' || name === 'jsonb' ? encodeJson(to, isChecked) : undefined
    case 'bytes':
      return name === 'bytea' ? encodeRaw : name === 'uuid' ? encodeBytesAsUuid(to) : undefined
    case 'uuid':
      return name === 'uuid' || name === 'bytea' ? encodeRaw : undefined
    case 'objectId':
      return name === 'bytea' ? encodeRaw : undefined
    case 'bits':
      if (name === 'bit' || name === 'varbit') return encodeBits(to)
      return name === 'bool' && type.length === 1 ? encodeBitAsBool(to) : undefined
    case 'inet':
      return name === 'inet' || name === 'cidr' ? encodeInet(to) : undefined
    default:
      return chooseTime(type, to)
  }
}

function chooseTime(type: CanonicalType, to: TargetType): Encode | { readonly refused: string } | undefined {
  const { name } = to
  switch (type.kind) {
    case 'date':
      return name === 'date' ? encodeDate(to) : name === 'timestamp' ? encodeDateAsTimestamp(to) : undefined
    case 'timestamp':
    case 'instant':
      return name === 'timestamp' || name === 'timestamptz' ? encodeTimestamp(type.precision, to) : undefined
    case 'time':
    case 'interval': {
      if (name === 'time' && type.kind === 'time') return encodeTime(type.precision, to)
      if (name !== 'interval') return undefined
      if (fractionLimit(to) === undefined) return refuse(type, to, 'it leaves out fields')
      return type.kind === 'time' ? encodeTimeAsInterval(type.precision, to) : encodeInterval(to)
    }
    default:
      return undefined
  }
}
