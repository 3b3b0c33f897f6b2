import fc from 'fast-check'
import { bsonType } from '../../src/format/bson/bson-type.ts'

/** BSON put together by hand, with nothing of what is tested: the official grammar, one function for each of its lines. */
export function rawDocument(...elements: readonly Uint8Array[]): Buffer {
  const inside = Buffer.concat(elements)
  return Buffer.concat([int32Bytes(inside.length + 5), inside, Buffer.of(0)])
}

export function rawElement(type: number, name: string | Uint8Array, ...value: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(type), Buffer.from(name as string), Buffer.of(0), ...value])
}

export function rawArray(...values: readonly RawValue[]): Buffer {
  return rawLongArray(values)
}

/** For more values than a function takes arguments. */
export function rawLongArray(values: readonly RawValue[]): Buffer {
  return rawDocument(Buffer.concat(values.map(({ type, bytes }, i) => rawElement(type, String(i), bytes))))
}

export function rawString(text: string | Uint8Array): Buffer {
  const bytes = Buffer.from(text as string)
  return Buffer.concat([int32Bytes(bytes.length + 1), bytes, Buffer.of(0)])
}

export function rawBinary(subtype: number, payload: Uint8Array): Buffer {
  const inner = subtype === 2 ? Buffer.concat([int32Bytes(payload.length), payload]) : payload
  return Buffer.concat([int32Bytes(inner.length), Buffer.of(subtype), inner])
}

export function rawCodeWithScope(code: string, scope: Uint8Array): Buffer {
  const text = rawString(code)
  return Buffer.concat([int32Bytes(4 + text.length + scope.length), text, scope])
}

export function rawRegex(pattern: string, options: string): Buffer {
  return Buffer.from(`${pattern}\0${options}\0`)
}

export function int32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

export function int64Bytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes
}

export function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

export interface RawValue {
  readonly type: number
  readonly bytes: Uint8Array
}

/** Which documents there are. */
export interface DocumentKinds {
  /** Also what the `bson` package cannot hold, or says otherwise: see where it is its oracle. */
  readonly hasEverything: boolean
}

const empty = new Uint8Array(0)
const bytesOf = (byteCount: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: byteCount, maxLength: byteCount })
const withoutNul = (text: string): string => text.replaceAll('\0', '')
const anyText = fc.string({ unit: 'binary', maxLength: 12 })

function value(type: number, bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<RawValue> {
  return bytes.map((raw) => ({ type, bytes: raw }))
}

const doubles = fc.oneof(
  fc.double(),
  fc.integer().map((cents) => cents / 100),
  fc.integer({ min: -1000, max: 1000 }),
)

/** The package writes whole numbers beyond 2⁵³ with all the digits of the binary value: 1e+20 as 100000000000000000000.0 */
const doublesAsPackage = doubles.filter((number) => Math.abs(number) < 2 ** 53 || !Number.isInteger(number))

const options = fc
  .uniqueArray(fc.constantFrom('i', 'l', 'm', 's', 'u', 'x'), { maxLength: 6 })
  .map((letters) => letters.join(''))
/** The package refuses vectors (9) that have no valid head. */
const subtypesAsPackage = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0xff)
const subtypes = fc.oneof(subtypesAsPackage, fc.nat(255))
const maxDateMs = 8_640_000_000_000_000n

/** Decimals of up to 34 digits, and where everything is asked for any 16 bytes. */
function decimals(hasEverything: boolean): fc.Arbitrary<Uint8Array> {
  const canonical = fc
    .tuple(fc.bigInt(0n, 10n ** 34n - 1n), fc.integer({ min: 0, max: 12287 }), fc.boolean(), fc.integer({ max: 34 }))
    .map(([coefficient, biased, isNegative, shift]) => {
      const digits = shift > 0 ? coefficient / 10n ** BigInt(shift) : coefficient
      const whole = digits | (BigInt(biased) << 113n) | (isNegative ? 1n << 127n : 0n)
      return Buffer.concat([int64Bytes(BigInt.asIntN(64, whole)), int64Bytes(BigInt.asIntN(64, whole >> 64n))])
    })
  return hasEverything ? fc.oneof(canonical, bytesOf(16)) : canonical
}

const plainNames = fc
  .oneof(fc.constantFrom('_id', 'name', 'a', 'b.c', ''), anyText.map(withoutNul))
  // A JavaScript object puts names that are numbers first, and takes some dollars and __proto__ for its own.
  .filter((name) => !/^\d+$/.test(name) && !name.startsWith('$') && name !== '__proto__')
const oddNames = fc.constantFrom(
  '0',
  '7',
  '$oid',
  '$date',
  '$ref',
  '$id',
  '$code',
  '$scope',
  '$x',
  '__proto__',
  'toString',
)

/** Values that hold no others, an arbitrary for each type. */
export function singleValues({ hasEverything }: DocumentKinds): fc.Arbitrary<RawValue>[] {
  const dates = hasEverything ? fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) : fc.bigInt(-maxDateMs, maxDateMs)
  return [
    value(bsonType.double, (hasEverything ? doubles : doublesAsPackage).map(doubleBytes)),
    value(bsonType.string, anyText.map(rawString)),
    value(
      bsonType.binary,
      fc
        .tuple(hasEverything ? subtypes : subtypesAsPackage, fc.uint8Array({ maxLength: 20 }))
        .map(([subtype, payload]) => rawBinary(subtype, payload)),
    ),
    value(bsonType.objectId, bytesOf(12)),
    value(
      bsonType.bool,
      fc.boolean().map((is) => Buffer.of(is ? 1 : 0)),
    ),
    value(bsonType.date, dates.map(int64Bytes)),
    value(bsonType.null, fc.constant(empty)),
    value(
      bsonType.regex,
      fc.tuple(anyText.map(withoutNul), options).map(([pattern, letters]) => rawRegex(pattern, letters)),
    ),
    value(bsonType.code, anyText.map(rawString)),
    value(bsonType.symbol, anyText.map(rawString)),
    value(bsonType.int32, fc.integer().map(int32Bytes)),
    value(bsonType.timestamp, bytesOf(8)),
    value(bsonType.int64, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(int64Bytes)),
    value(bsonType.decimal128, decimals(hasEverything)),
    value(bsonType.minKey, fc.constant(empty)),
    value(bsonType.maxKey, fc.constant(empty)),
    ...(hasEverything
      ? [
          value(bsonType.undefined, fc.constant(empty)),
          value(bsonType.double, bytesOf(8)),
          value(
            bsonType.dbPointer,
            fc.tuple(anyText, bytesOf(12)).map(([text, id]) => Buffer.concat([rawString(text), id])),
          ),
        ]
      : []),
  ]
}

/** Any document of BSON, its bytes put together by hand. */
export function anyDocument({ hasEverything }: DocumentKinds): fc.Arbitrary<Uint8Array> {
  const names = hasEverything ? fc.oneof({ weight: 5, arbitrary: plainNames }, oddNames) : plainNames
  const scalars = singleValues({ hasEverything })
  const { document } = fc.letrec<{ document: Uint8Array; value: RawValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      ...scalars,
      value(bsonType.document, tie('document')),
      value(
        bsonType.array,
        fc.array(tie('value'), { maxLength: 12 }).map((values) => rawArray(...values)),
      ),
      value(
        bsonType.codeWithScope,
        fc.tuple(anyText, tie('document')).map(([code, scope]) => rawCodeWithScope(code, scope)),
      ),
      ...(hasEverything ? [value(bsonType.array, tie('document'))] : []),
    ),
    document: (hasEverything
      ? fc.array(fc.tuple(names, tie('value')), { maxLength: 6 })
      : fc.uniqueArray(fc.tuple(names, tie('value')), { maxLength: 6, selector: ([name]) => name })
    ).map((elements) => rawDocument(...elements.map(([name, { type, bytes }]) => rawElement(type, name, bytes)))),
  }))
  return document
}
