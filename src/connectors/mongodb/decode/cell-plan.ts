import { TransloadError } from '../../../errors/transload-error.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import { madeColumn } from '../../../model/document-path.ts'
import type { NativeType } from '../../../model/relation.ts'
import type { ReadColumn, ValuePolicies } from '../../../model/plan.ts'
import { way } from './way.ts'

/** How values become cells of one column, and which of them do. */
export class CellPlan {
  readonly column: string
  readonly native: string
  readonly policies: ValuePolicies
  /** By type of BSON one of {@link way}. */
  readonly ways: Uint8Array
  /** The only type of BSON that is made of its cells again; 0: any, -1: they are not made into values. */
  readonly exactType: number
  /** Of `int`. */
  readonly bits: number
  readonly isSigned: boolean
  /** Of `text` in characters, of `bytes` in bytes. */
  readonly maxLength: number
  /** Of binary data: the only subtype there may be; -1: any. */
  readonly subtype: number
  /** Of `decimal`: digits before the point and behind it. */
  readonly wholeDigits: number
  readonly fractionDigits: number
  /** What a date has to be a multiple of, in milliseconds. */
  readonly dateStepMs: number
  /** Of the text of JSON: it is no document's or JSON's, but text like others. */
  readonly isPlainText: boolean
  /** Whether the text is the shortest that JSON has. */
  readonly isRelaxed: boolean
  /** Whether who has the text keeps one of several fields of a name, as `jsonb` does. */
  readonly losesRepeats: boolean
  /** Of an array, what its elements have to be, and how their text is made. */
  readonly element: CellPlan | undefined
  readonly elementText: CellPlan | undefined
  readonly elementType: CanonicalType | undefined
  /** Whether elements stand in the array without quotes. */
  readonly isBare: boolean

  /** @throws TL_C105 where values of the column's native type cannot be made into cells of its type */
  constructor(
    { name, native, type, policies }: Pick<ReadColumn, 'name' | 'native' | 'type' | 'policies'>,
    { isMostlyInt = false, losesRepeats = native.name === 'json' && type.kind !== 'text' } = {},
  ) {
    this.losesRepeats = losesRepeats
    this.column = name
    this.native = native.name
    this.policies = policies
    const ways = waysOf(native, type)
    if (ways === undefined) throw unsupported(name, native, type)
    assertTextCanBeMended(name, native, policies)
    this.ways = new Uint8Array(256)
    for (const [found, own] of ways) this.ways[found] = own
    const ownType = isMostlyInt ? bsonType.int32 : (exactTypes[native.name] ?? 0)
    this.exactType = isNatural(native, type) ? ownType : -1
    this.bits = type.kind === 'int' ? type.bits : 0
    this.isSigned = type.kind === 'int' && type.signed
    this.maxLength = type.kind === 'text' || type.kind === 'bytes' ? (type.maxLength ?? Infinity) : Infinity
    this.subtype = native.name === 'binData' ? (native.args[0] ?? -1) : -1
    const { precision, scale = 0 } = type.kind === 'decimal' ? type : {}
    this.wholeDigits = precision === undefined ? Infinity : precision - scale
    this.fractionDigits = precision === undefined ? Infinity : scale
    this.dateStepMs = type.kind === 'instant' || type.kind === 'timestamp' ? 10 ** (3 - Math.min(type.precision, 3)) : 1
    this.isPlainText = type.kind === 'text'
    this.isRelaxed = native.name === 'json'
    if (native.name === 'valueArray' && type.kind === 'array' && native.of !== undefined) {
      const element = { name, native: native.of, policies: {} }
      this.element = new CellPlan({ ...element, type: type.of })
      this.elementText = new CellPlan({ ...element, type: { kind: 'text' } })
      this.elementType = type.of
      this.isBare = type.of.kind === 'int' || type.of.kind === 'bool'
    } else {
      this.element = this.elementText = this.elementType = undefined
      this.isBare = false
    }
  }
}

/** Natives whose cells are Extended JSON. */
const inJson: ReadonlySet<string> = new Set(['json', 'extendedJson', 'rest', 'id'])

/** @throws TL_C105 where bytes that are no character are to become something that the text of JSON is not given */
function assertTextCanBeMended(column: string, { name, text }: NativeType, policies: ValuePolicies): void {
  const policy = policies['invalid-text']
  const isMended = policy?.do === 'remove' || (policy?.do === 'replace' && policy.text !== '\u{FFFD}')
  if (!isMended || !inJson.has(name)) return
  throw new TransloadError('TL_C105', {
    reason: `${column} (${text}) holds JSON, in which bytes that are no UTF-8 can become U+FFFD and nothing else`,
    cure: 'Let its policy for invalid-text be {replace: "\uFFFD"}, null or reject.',
  })
}

type Ways = readonly (readonly [type: number, way: number])[]

/** The type of BSON that values of the native type have as they are. */
const exactTypes: { readonly [native: string]: number | undefined } = {
  objectId: bsonType.objectId,
  string: bsonType.string,
  int: bsonType.int32,
  long: bsonType.int64,
  double: bsonType.double,
  decimal: bsonType.decimal128,
  bool: bsonType.bool,
  date: bsonType.date,
  timestamp: bsonType.timestamp,
  binData: bsonType.binary,
  uuid: bsonType.binary,
  symbol: bsonType.symbol,
  javascript: bsonType.code,
  valueArray: bsonType.array,
}

/** Whether the type is the native one's own, of whose cells values can be made again. */
function isNatural(native: NativeType, type: CanonicalType): boolean {
  switch (native.name) {
    case 'int':
      return type.kind === 'int' && type.signed && type.bits >= 32
    case 'long':
      return type.kind === 'int' && type.signed && type.bits === 64
    case 'double':
      return type.kind === 'float64'
    case 'decimal':
      return type.kind === 'decimal'
    case 'bool':
      return type.kind === 'bool'
    case 'date':
      return (type.kind === 'instant' || type.kind === 'timestamp') && type.precision >= 3
    case 'timestamp':
      return type.kind === 'int' && type.bits === 64
    case 'objectId':
      return type.kind === 'objectId'
    case 'uuid':
      return type.kind === 'uuid'
    case 'binData':
      return type.kind === 'bytes'
    case 'valueArray':
      return type.kind === 'array' && native.of !== undefined && isNatural(native.of, type.of)
    default:
      return true
  }
}

function waysOf(native: NativeType, type: CanonicalType): Ways | undefined {
  switch (native.name) {
    case 'int':
      return integerWays(type, [bsonType.int32])
    case 'long':
      return integerWays(type, [bsonType.int32, bsonType.int64])
    case 'double':
      return doubleWays(type)
    case 'decimal':
      return type.kind === 'decimal' || type.kind === 'text' ? allNumbers : undefined
    case 'bool':
      return boolWays(type)
    case 'date':
      return dateWays(type)
    case 'timestamp':
      return timestampWays(type)
    case 'objectId':
      return objectIdWays(type)
    case 'string':
      return textWays(bsonType.string, type)
    case 'symbol':
      return textWays(bsonType.symbol, type)
    case 'javascript':
      return textWays(bsonType.code, type)
    case 'binData':
      if (type.kind === 'bytes') return [[bsonType.binary, way.binary]]
      return type.kind === 'text' ? [[bsonType.binary, way.binaryToHex]] : undefined
    case 'uuid':
      if (type.kind === 'uuid' || type.kind === 'bytes') return [[bsonType.binary, way.uuid]]
      return type.kind === 'text' ? [[bsonType.binary, way.uuidToText]] : undefined
    case 'json':
    case 'extendedJson':
      return isJsonText(type) ? anyJson : undefined
    case 'id':
      // Keys are told apart by it: null is one of them.
      return isJsonText(type) ? [...anyJson, [bsonType.null, way.json]] : undefined
    case 'valueArray':
      return type.kind === 'array' && isSingle(native.of) ? [[bsonType.array, way.array]] : undefined
    default:
      return undefined
  }
}

/** Whether its values have cells of their own, and are no JSON. */
function isSingle(native: NativeType | undefined): boolean {
  return native !== undefined && native.name !== 'valueArray' && exactTypes[native.name] !== undefined
}

const allNumbers: Ways = [
  [bsonType.int32, way.int32ToDecimal],
  [bsonType.int64, way.int64ToDecimal],
  [bsonType.double, way.doubleToDecimal],
  [bsonType.decimal128, way.decimalToDecimal],
]

const anyJson: Ways = Object.values(bsonType)
  .filter((type) => type !== bsonType.null)
  .map((type) => [type, way.json] as const)

function isJsonText({ kind }: CanonicalType): boolean {
  return kind === 'json' || kind === 'document' || kind === 'text'
}

function integerWays(type: CanonicalType, types: readonly number[]): Ways | undefined {
  const choose = (int32: number, int64: number): Ways =>
    types.map((found) => [found, found === bsonType.int32 ? int32 : int64] as const)
  switch (type.kind) {
    case 'int':
      if (!type.signed || type.bits < 32) return choose(way.int32ToInt, way.int64ToInt)
      return type.bits === 32 ? choose(way.copy4, way.int64ToInt) : choose(way.int32ToInt64, way.copy8)
    case 'float64':
      return choose(way.int32ToFloat64, way.int64ToFloat64)
    case 'float32':
      return choose(way.int32ToFloat32, way.int64ToFloat32)
    case 'decimal':
      return choose(way.int32ToDecimal, way.int64ToDecimal)
    case 'text':
      return choose(way.int32ToText, way.int64ToText)
    default:
      return undefined
  }
}

function doubleWays(type: CanonicalType): Ways | undefined {
  const of = (int32: number, int64: number, double: number): Ways => [
    [bsonType.int32, int32],
    [bsonType.int64, int64],
    [bsonType.double, double],
  ]
  switch (type.kind) {
    case 'float64':
      return of(way.int32ToFloat64, way.int64ToFloat64, way.copy8)
    case 'float32':
      return of(way.int32ToFloat32, way.int64ToFloat32, way.doubleToFloat32)
    case 'decimal':
      return of(way.int32ToDecimal, way.int64ToDecimal, way.doubleToDecimal)
    case 'text':
      return of(way.int32ToText, way.int64ToText, way.doubleToText)
    default:
      return undefined
  }
}

function boolWays({ kind }: CanonicalType): Ways | undefined {
  if (kind === 'bool') return [[bsonType.bool, way.copy1]]
  if (kind === 'int') return [[bsonType.bool, way.boolToInt]]
  return kind === 'text' ? [[bsonType.bool, way.boolToText]] : undefined
}

function dateWays({ kind }: CanonicalType): Ways | undefined {
  if (kind === 'instant' || kind === 'timestamp') return [[bsonType.date, way.dateToMicros]]
  return kind === 'text' ? [[bsonType.date, way.dateToText]] : undefined
}

function timestampWays(type: CanonicalType): Ways | undefined {
  if (type.kind === 'decimal' || type.kind === 'text') return [[bsonType.timestamp, way.timestampToText]]
  if (type.kind !== 'int' || type.bits !== 64) return undefined
  return [[bsonType.timestamp, type.signed ? way.timestampToInt64 : way.copy8]]
}

function objectIdWays({ kind }: CanonicalType): Ways | undefined {
  if (kind === 'objectId' || kind === 'bytes') return [[bsonType.objectId, way.copy12]]
  return kind === 'text' ? [[bsonType.objectId, way.hex]] : undefined
}

function textWays(found: number, { kind }: CanonicalType): Ways | undefined {
  return kind === 'text' ? [[found, way.text]] : undefined
}

function unsupported(name: string, native: NativeType, type: CanonicalType): TransloadError {
  const of = type.kind === 'array' ? `array of ${type.of.kind}` : type.kind === 'int' ? `int(${type.bits})` : type.kind
  return new TransloadError('TL_C105', {
    reason: `Values of the type ${native.text} in the column ${name} cannot be read as ${of}`,
    cure: `Choose another type for ${name}: text takes every single value, and ${madeColumn.document} all of a document.`,
  })
}
