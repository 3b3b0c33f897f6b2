import fc from 'fast-check'
import { bsonType } from '../../src/format/bson/bson-type.ts'
import {
  anyDocument,
  doubleBytes,
  int32Bytes,
  int64Bytes,
  rawArray,
  rawBinary,
  rawDocument,
  rawElement,
  rawString,
  type RawValue,
  singleValues,
} from './raw-bson.ts'

/** What stands at a field of all documents of a collection, or nearly all of them. */
type Kind = fc.Arbitrary<RawValue>

function valueOf(type: number, bytes: fc.Arbitrary<Uint8Array>): Kind {
  return bytes.map((raw) => ({ type, bytes: raw }))
}

/** Such as there are in data: what tables are made for. */
const ordinary: readonly Kind[] = [
  valueOf(
    bsonType.date,
    fc.integer({ min: -60_000_000_000_000, max: 250_000_000_000_000 }).map((ms) => int64Bytes(BigInt(ms))),
  ),
  valueOf(bsonType.string, fc.constantFrom('', 'a', 'Zoë', '007', 'a,b', '{"a":1}', '🙂', '\\', '"').map(rawString)),
  valueOf(
    bsonType.double,
    fc
      .constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 5e-324, -2.2e-308, 1e-7, 0.1, 1e21, 1.7e308, 3)
      .map(doubleBytes),
  ),
  valueOf(
    bsonType.binary,
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => rawBinary(4, bytes)),
  ),
  valueOf(
    bsonType.binary,
    fc.uint8Array({ maxLength: 5 }).map((bytes) => rawBinary(0, bytes)),
  ),
  valueOf(bsonType.int32, fc.integer({ min: -3, max: 3 }).map(int32Bytes)),
]

const none = new Uint8Array(0)
const empty: RawValue = { type: bsonType.null, bytes: none }
const names = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z]{1,6}$/) },
  fc.constantFrom('a.b', '$x', 'Name', 'name', 'ordinal', '_rest', 'größe', ' ', 'select'),
)

interface Field {
  readonly name: string
  readonly kind: Kind
  /** Out of 20: how often it is not there, and how often it is null. */
  readonly absent: number
  readonly nulls: number
}

function documentOf(fields: readonly Field[]): fc.Arbitrary<Uint8Array> {
  const parts = fields.map(({ name, kind, absent, nulls }) =>
    fc.tuple(fc.nat(19), kind).map(([place, { type, bytes }]) => {
      if (place < absent) return none
      return place < absent + nulls ? rawElement(empty.type, name) : rawElement(type, name, bytes)
    }),
  )
  return fc.tuple(...parts).map((elements) => rawDocument(...elements))
}

/** How the values of a field are made, drawn for a collection. */
function kinds(): fc.Arbitrary<Kind> {
  const { kind } = fc.letrec<{ kind: Kind; field: Field; fields: Field[] }>((tie) => ({
    kind: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      { weight: 6, arbitrary: fc.constantFrom(...ordinary) },
      fc.constantFrom(...singleValues({ hasEverything: true })),
      fc.constant(fc.oneof(...ordinary, ...singleValues({ hasEverything: true }))),
      { weight: 2, arbitrary: tie('fields').map((fields) => valueOf(bsonType.document, documentOf(fields))) },
      tie('fields').map((fields) => {
        const element = documentOf(fields).map((bytes): RawValue => ({ type: bsonType.document, bytes }))
        return valueOf(
          bsonType.array,
          fc.array(element, { maxLength: 4 }).map((values) => rawArray(...values)),
        )
      }),
      tie('kind').map((inner) =>
        valueOf(
          bsonType.array,
          fc.array(inner, { maxLength: 4 }).map((values) => rawArray(...values)),
        ),
      ),
    ),
    field: fc.record({
      name: names,
      kind: tie('kind'),
      absent: fc.constantFrom(0, 0, 1, 6),
      nulls: fc.constantFrom(0, 0, 3),
    }),
    fields: fc.uniqueArray(tie('field'), { minLength: 1, maxLength: 5, selector: ({ name }) => name }),
  }))
  return kind
}

/** Keys of one type, each of its own for a place. */
const keys: readonly ((place: number) => RawValue)[] = [
  (place) => ({ type: bsonType.int32, bytes: int32Bytes(place * 37 - 500) }),
  (place) => ({ type: bsonType.int64, bytes: int64Bytes(BigInt(place) * 7_000_000_000_001n) }),
  (place) => ({
    type: bsonType.objectId,
    bytes: Buffer.from(String((place * 7919) % 10_007).padStart(24, 'a')).subarray(12),
  }),
  (place) => ({
    type: bsonType.string,
    bytes: rawString(`${['b', 'B', 'é', 'a b', '-', '_'][place % 6]}${place * 31}`),
  }),
  (place) => ({ type: bsonType.double, bytes: doubleBytes(place / 8 - 3) }),
  (place) => ({ type: bsonType.binary, bytes: rawBinary(4, Buffer.alloc(16, place * 89).fill(place >> 3, 0, 2)) }),
  (place) => ({ type: bsonType.date, bytes: int64Bytes(BigInt(place) * 1_234_567_891n - 10n ** 12n) }),
  // Of two types: text.
  (place) =>
    place % 3 === 0
      ? { type: bsonType.string, bytes: rawString(`k${place}`) }
      : { type: bsonType.int32, bytes: int32Bytes(place) },
]

/**
 * Documents of one collection that have much in common, as those of a real one do: fields in one order, most of one type,
 * some not there or null; some of them wild. Each has a key of its own.
 */
export function alikeDocuments(count: number): fc.Arbitrary<Uint8Array[]> {
  const fields = fc.uniqueArray(
    fc.record({ name: names, kind: kinds(), absent: fc.constantFrom(0, 0, 1, 6), nulls: fc.constantFrom(0, 0, 3) }),
    { minLength: 1, maxLength: 8, selector: ({ name }) => name },
  )
  return fc
    .tuple(fields, fc.constantFrom(...keys), fc.constantFrom(true, false, false))
    .chain(([all, keyOf, hasWild]) => {
      const tame = documentOf(all)
      const wild = fc.oneof({ weight: 12, arbitrary: tame }, anyDocument({ hasEverything: true }))
      return fc.array(hasWild ? wild : tame, { minLength: count, maxLength: count, size: 'max' }).map((documents) =>
        documents.map((document, place) => {
          const { type, bytes } = keyOf(place)
          return rawDocument(rawElement(type, '_id', bytes), Buffer.from(document).subarray(4, -1))
        }),
      )
    })
}
